"""The report of a run in every form: page, Markdown, numbers, images, a glance in a notebook."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corpuskit.errors import ConfigError
from corpuskit.layout import Layout
from corpuskit.report.folder import (
    as_written,
    check_finished,
    lost,
    only_license,
    read_contents,
    read_verdict,
)
from corpuskit.report.wording import LANGUAGES

FORMATS: Final = ("html", "md", "json", "png")


@dataclass(frozen=True, repr=False)
class Report:
    """The report of a finished run; every form is made from the run's folder alone.

    In a notebook it shows itself at a glance. Where a path is wanted, it is that of report.html.

    Examples
    --------
    >>> report = open_run("cleaned").report            # doctest: +SKIP
    >>> print(report.markdown())                       # doctest: +SKIP
    >>> report.write("png", lang="zh")                 # doctest: +SKIP
    PosixPath('cleaned/report_images')
    """

    folder: Path

    @property
    def path(self) -> Path:
        """Path of report.html."""
        return Layout(self.folder).report

    def __fspath__(self) -> str:
        return str(self.path)

    def html(self, lang: str = "en") -> str:
        """Return the page, which opens in `lang`, "en" or "zh", and holds both.

        Raises
        ------
        RunError
            If the folder is no finished run, or damaged. So do the other forms.
        ConfigError
            For another language.
        """
        from corpuskit.report import page_of

        return page_of(self._layout(), _known("lang", lang, LANGUAGES))

    def markdown(self, lang: str = "en", license: str | None = None) -> str:
        """Return a dataset card: the header that the Hub reads, then tables.

        Parameters
        ----------
        license : of the text; by default that of the column `license` of what was kept, if there
            is one with a single value.
        """
        from corpuskit.report.card import card

        layout = self._layout()
        lang = _known("lang", lang, LANGUAGES)
        named = license if license is not None else only_license(layout)
        summary, verdict = read_contents(layout).summary, read_verdict(layout)
        with as_written(layout):
            return card(summary, layout.root.resolve().name, verdict, named, lang)

    def numbers(self) -> dict[str, Any]:
        """Return every number: ``summary`` and ``verdict``, which is None before `pretrain`."""
        layout = self._layout()
        summary = dict(read_contents(layout).summary)
        return {"summary": summary, "verdict": read_verdict(layout)}

    def images(self, folder: str | Path, lang: str = "en") -> list[Path]:
        """Draw the main charts into a folder as PNG; return the files.

        Raises
        ------
        MissingExtraError
            If vl-convert-python is not installed.
        """
        from corpuskit.report.images import write_images

        layout = self._layout()
        _known("lang", lang, LANGUAGES)
        with as_written(layout):
            return write_images(read_contents(layout), Path(folder), lang)

    def lost(self) -> list[str]:
        """Say what of the run is gone that the report does not need, and what does need it."""
        return lost(self._layout())

    def text(self, format: str, lang: str = "en", license: str | None = None) -> str:
        """Return the form ``html``, ``md`` or ``json`` as text."""
        _known("format", format, FORMATS[:3])
        if format == "html":
            return self.html(lang)
        if format == "md":
            return self.markdown(lang, license)
        return json.dumps(self.numbers(), ensure_ascii=False, indent=2) + "\n"

    def write(
        self,
        format: str = "html",
        out: str | Path | None = None,
        lang: str = "en",
        license: str | None = None,
    ) -> Path:
        """Write a form to a file (of images, to a folder), by default in the run; return its path.

        Parameters
        ----------
        format : ``html``, ``md``, ``json`` or ``png``.
        """
        from corpuskit.writers import write_text

        layout = self._layout()
        own = {"html": layout.report, "md": layout.report_card, "json": layout.report_numbers,
               "png": layout.report_images}[_known("format", format, FORMATS)]  # fmt: skip
        place = own if out is None else Path(out)
        if format == "png":
            self.images(place, lang)
            return place
        place = place / own.name if place.is_dir() else place
        write_text(place, self.text(format, lang, license))
        return place

    def __repr__(self) -> str:
        return f"<Report {self.path}>"

    def _repr_html_(self) -> str:
        from corpuskit.report.glance import glance

        return glance(self.folder)

    def _layout(self) -> Layout:
        layout = Layout(Path(self.folder))
        check_finished(layout)
        return layout


def _known(option: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise ConfigError(f"--{option}: {value!r}; choose {', '.join(known)}")
    return value
