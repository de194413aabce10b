"""The report on the command line: page, Markdown, numbers, images."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from corpuskit.errors import ConfigError

REPORT_EXAMPLES = """Examples:

  corpuskit report cleaned

  corpuskit report cleaned --lang zh --out report.zh.html

  corpuskit report cleaned --format md --license cc-by-4.0 --out dataset/README.md

  corpuskit report cleaned --format json --out - | jq .summary.documents

  corpuskit report cleaned --format png --out slides/"""


def report(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN", help="Folder of a run.", show_default=False)
    ],
    form: Annotated[
        str,
        typer.Option(
            "--format", help="html, md (a dataset card), json (the numbers) or png (the charts)."
        ),
    ] = "html",
    lang: Annotated[str, typer.Option(help="en or zh; the page holds both.")] = "en",
    out: Annotated[
        Path | None,
        typer.Option(
            help="File to write, a folder for png, - for standard output [default: in RUN].",
            show_default=False,
        ),
    ] = None,
    license: Annotated[
        str | None, typer.Option(help="md: of the text, for the card.", show_default=False)
    ] = None,
) -> None:
    """Write the report of a run again, as a page, as Markdown, as numbers or as images.

    It is made from the run's folder alone, and a run that is not finished has none: then this says
    how far the run came and which command goes on with it (exit code 5).
    """
    from corpuskit.report.of_run import Report

    if len(runs) > 1:
        raise ConfigError(f"report: {len(runs)} folders; name one run at a time")
    if license is not None and form != "md":
        raise ConfigError(f"--license: is for --format md, not {form}; leave it out")
    made = Report(runs[0])
    if out == Path("-"):
        print(made.text(form, lang, license), end="")
    else:
        print(made.write(form, out, lang, license))
    for sentence in made.lost():
        print(f"corpuskit: {sentence}", file=sys.stderr)


COMMANDS = ((report, REPORT_EXAMPLES),)
