"""The report: summary.json → one HTML file that opens offline, prints, and asks nobody anything.

A pure function: the same summary gives the same bytes. Two scripts of ours run in the page, allowed
by their hash, and no other can (Content-Security-Policy), so that text of the corpus, however
hostile, stays text. Without them the page still tells everything: charts have tables, folding is
done by HTML itself. The template lays out; Python only counts, names and places.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpuskit.errors import RunError
from corpuskit.layout import Layout
from corpuskit.report.folder import as_written, read_contents

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def render(
    summary: Mapping[str, Any],
    pretrain: Mapping[str, Any] | None = None,
    lang: str = "en",
    documents: Mapping[str, Any] | None = None,
) -> str:
    """Write the report of a run as one HTML page.

    Parameters
    ----------
    summary : what summary.json holds.
    pretrain : the section of the pretraining step, from `corpuskit.report.pretrain`; None where
        the step has not judged the run, and then the page has no word of it.
    lang : "en" or "zh", in which the page opens; it holds both.
    documents : what report_documents.json holds; None where the run has no such file.
    """
    from corpuskit.report.charts import THEME
    from corpuskit.report.scripts import scripts, spoken
    from corpuskit.report.view import view

    template = _environment(lang).get_template("report.html.j2")
    page = view(summary, pretrain, documents)
    return template.render(
        run=summary, view=page, pretrain=pretrain, lang=lang,
        scripts=scripts(), words=spoken(), theme=THEME,
    )  # fmt: skip


@cache
def _environment(lang: str) -> Environment:
    """Read the templates once a process: compiling them takes a third of a second."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from corpuskit.report.charts import embedded, exact, page_data
    from corpuskit.report.sentences import FILTERS
    from corpuskit.report.texts import Texts

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    environment.filters.update(embedded=embedded, exact=exact, page_data=page_data)
    environment.globals["t"] = Texts(lang)
    return environment


def page_of(layout: Layout, lang: str = "en") -> str:
    """Write the page of the run in a folder.

    Raises
    ------
    RunError
        If the folder holds no summary, or if that, the documents or the verdict are damaged.
    """
    from jinja2 import UndefinedError

    found = read_contents(layout)
    try:
        with as_written(layout):
            return render(found.summary, found.pretrain, lang, found.documents)
    except UndefinedError as error:
        raise RunError(
            f"{layout.summary}: not as this version writes it ({error}); "
            "run the command again with --overwrite"
        ) from error


def write_report(folder: str | Path, lang: str = "en") -> Path:
    """Write report.html of the run in `folder` from what the run left there; return its path.

    The verdict of the pretraining step is part of it where the folder holds one. The page opens in
    the language `lang`, "en" or "zh".

    Raises
    ------
    RunError
        As `page_of`, or if the report cannot be written.
    """
    from corpuskit.writers import write_text

    layout = Layout(Path(folder))
    write_text(layout.report, page_of(layout, lang))
    return layout.report
