"""The comparison of two runs in every form: page, Markdown, numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corpuskit import manifest
from corpuskit.errors import ConfigError, RunError
from corpuskit.layout import Layout
from corpuskit.reference import held
from corpuskit.report.card import escaped
from corpuskit.report.compare import Side, Table, compare_view, comparison
from corpuskit.report.folder import check_finished
from corpuskit.report.texts import say
from corpuskit.report.wording import LANGUAGES

FORMATS: Final = ("html", "md", "json")
NAME: Final = "comparison"


@dataclass(frozen=True)
class Comparison:
    """Two finished runs, A and B; every form is made from their folders.

    decisions : what became of single documents, from `corpuskit.tuning.diff`, or None.
    """

    first: Side
    second: Side
    decisions: Mapping[str, Any] | None = None

    def html(self, lang: str = "en") -> str:
        """Return the page, which opens in `lang` and holds both languages."""
        from corpuskit.report import compare_page

        return compare_page(self._view(), lang)

    def markdown(self, lang: str = "en") -> str:
        """Return the comparison as Markdown."""
        view = self._view()

        def words(text: Any) -> str:
            return escaped(text.plain(lang))

        def title(key: str) -> list[str]:
            return ["", f"## {words(say(key))}", ""]

        lines = [f"# {words(view['answer'])}", ""]
        for name in ("a", "b"):
            one = view[name]
            lines.append(f"- {name.upper()}: {escaped(one['folder'])} ({escaped(one['recipe'])}, "
                         f"{escaped(one['plan'])})")  # fmt: skip
        for table in view["tables"]:
            lines += [*title(f"compare.name.{table.id}"), *_table(table, lang)]
        lines += title("compare.divergence")
        lines += [f"- {words(axis['name'])}: {words(axis['bits'])}" for axis in view["axes"]]
        for key in ("missing", "not_compared"):
            told = [*view[key], *(view["only"] if key == "not_compared" else [])]
            lines += title(f"compare.{key}") if told else []
            lines += [f"- {words(sentence)}" for sentence in told]
        return "\n".join(lines) + "\n"

    def numbers(self) -> dict[str, Any]:
        """Return every number of the comparison."""
        return comparison(self.first, self.second, self.decisions)

    def text(self, format: str, lang: str = "en") -> str:
        """Return the form ``html``, ``md`` or ``json`` as text.

        Raises
        ------
        ConfigError
            For another form, or another language.
        RunError
            If a summary is not as this version writes it.
        """
        if format not in FORMATS:
            raise ConfigError(f"--format: {format!r}; of two runs choose {', '.join(FORMATS)}")
        if lang not in LANGUAGES:
            raise ConfigError(f"--lang: {lang!r}; choose {', '.join(LANGUAGES)}")
        try:
            if format == "html":
                return self.html(lang)
            if format == "md":
                return self.markdown(lang)
            return json.dumps(self.numbers(), ensure_ascii=False, indent=2) + "\n"
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            names = f"{self.first.name}, {self.second.name}"
            raise RunError(
                f"{names}: a summary is not as this version writes it ({error!r}); run the older "
                "one again with --overwrite"
            ) from error

    def _view(self) -> dict[str, Any]:
        return compare_view(self.first, self.second, self.decisions)


def side(folder: Path) -> Side:
    """Read one of two runs.

    Raises
    ------
    RunError
        If it is no finished run, damaged, or of a version whose manifest says too little.
    """
    layout = Layout(folder)
    check_finished(layout)
    facts = manifest.read_json(layout.manifest)
    found = held(layout)
    return Side(str(folder), found, facts["settings"], facts.get("versions", {}))


def _table(table: Table, lang: str) -> list[str]:
    heads = [escaped(say(head).plain(lang)) for head in table.heads]
    rows = [[escaped(cell.plain(lang)) for cell in row] for row in table.rows]
    marks = ["---", *["---:"] * (len(heads) - 1)]
    lines = [f"| {' | '.join(row)} |" for row in (heads, marks, *rows)]
    if table.left_out:
        lines += ["", escaped(say("number.more", n=table.left_out).plain(lang))]
    return lines
