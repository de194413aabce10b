"""The report on the command line: of a run, of two runs compared, of raw text as an audit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from corpuskit.cli.options import (
    IdColumn,
    OnBadInput,
    Quiet,
    ReferenceTo,
    TextColumn,
    TextMode,
    Workers,
    available_cores,
)
from corpuskit.errors import ConfigError, RunError

REPORT_EXAMPLES = """Examples:

  corpuskit report cleaned

  corpuskit report cleaned --lang zh --out report.zh.html

  corpuskit report cleaned --format md --license cc-by-4.0 --out dataset/README.md

  corpuskit report cleaned --format json --out - | jq .summary.documents

  corpuskit report cleaned --format png --out slides/

  corpuskit report shards/ --out audit

  corpuskit report cleaned cleaned2 --out difference.html

  corpuskit report cleaned --reference wiki_run"""

STDOUT = Path("-")
MOST_COMPARED = 5_000_000
"""Documents of both runs together; beyond, single documents are left to `corpuskit diff`."""


def report(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN_OR_INPUT",
            help="Folder of a run; two of them to compare; or raw text, as for clean, to audit.",
            show_default=False,
        ),
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
            help="File to write, a folder for png and of an audit, - for standard output "
            "[default: in RUN; comparison.html; INPUT_report].",
            show_default=False,
        ),
    ] = None,
    reference: ReferenceTo = None,
    license: Annotated[
        str | None, typer.Option(help="md: of the text, for the card.", show_default=False)
    ] = None,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    text_mode: TextMode = "file",
    on_bad_input: OnBadInput = "skip",
    workers: Workers = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Audit: replace an earlier one in --out.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Write the report of a run again, compare two runs, or audit raw text without cleaning it.

    A run that is not finished has no report: this says how far it came and which command goes on
    with it (exit code 5). An audit drops nothing; rules flag what they would drop.
    """
    from corpuskit.audit import DATA, sort_out

    if license is not None and form != "md":
        raise ConfigError(f"--license: is for --format md, not {form}; leave it out")
    reading = {"--text-column": text_column, "--id-column": id_column,
               "--text-mode": None if text_mode == "file" else text_mode,
               "--on-bad-input": None if on_bad_input == "skip" else on_bad_input,
               "--overwrite": overwrite or None}  # fmt: skip
    cores = workers or available_cores()
    if sort_out(paths) == DATA:
        read = (text_column, id_column, text_mode, on_bad_input)
        _audit(paths, form, lang, out, license, (reference, cores, overwrite, quiet), read)
        return
    for name, value in reading.items():
        if value is not None:
            raise ConfigError(f"{name}: is for an audit of raw text; leave it out")
    folders = [Path(path) for path in paths]
    if len(folders) == 2:
        _compare(folders[0], folders[1], form, lang, out, reference, license)
    else:
        _of_run(folders[0], form, lang, out, license, reference, cores, quiet)


def _of_run(
    folder: Path,
    form: str,
    lang: str,
    out: Path | None,
    license: str | None,
    reference: str | None,
    workers: int,
    quiet: bool,
) -> None:
    from corpuskit.report.of_run import Report

    made = Report(folder, _held(folder, reference, workers, quiet))
    if out == STDOUT:
        print(made.text(form, lang, license), end="")
    else:
        print(made.write(form, out, lang, license))
    for sentence in made.lost():
        print(f"corpuskit: {sentence}", file=sys.stderr)


def _held(folder: Path, reference: str | None, workers: int, quiet: bool) -> Any:
    if reference is None:
        return None
    from corpuskit.audit import reference_of
    from corpuskit.layout import Layout
    from corpuskit.progress import Progress
    from corpuskit.report.folder import check_finished

    check_finished(Layout(folder))
    return reference_of(folder, reference, Progress(quiet), workers)


def _audit(
    inputs: list[str],
    form: str,
    lang: str,
    out: Path | None,
    license: str | None,
    asked: tuple[str | None, int, bool, bool],
    read: tuple[str | None, str | None, str, str],
) -> None:
    from corpuskit.api import read_options
    from corpuskit.audit import audit
    from corpuskit.progress import Progress
    from corpuskit.report.of_run import Report, check_forms

    if out == STDOUT:
        raise ConfigError("--out -: an audit writes a folder; name one, or leave it out")
    check_forms(form, lang)
    reference, workers, overwrite, quiet = asked
    progress = Progress(quiet)
    folder = audit(inputs, out, read_options(*read), progress, reference, workers, overwrite)
    print(Report(folder).write(form, None, lang, license))


def _compare(
    first: Path,
    second: Path,
    form: str,
    lang: str,
    out: Path | None,
    reference: str | None,
    license: str | None,
) -> None:
    from corpuskit.report.of_two import NAME, Comparison, side
    from corpuskit.writers import write_text

    for name, value in (("--reference", reference), ("--license", license)):
        if value is not None:
            raise ConfigError(f"{name}: is for the report of one run; leave it out")
    a, b = side(first), side(second)
    text = Comparison(a, b, _decisions(first, second)).text(form, lang)
    if out == STDOUT:
        print(text, end="")
        return
    place = Path(f"{NAME}.{form}") if out is None else out
    place = place / f"{NAME}.{form}" if place.is_dir() else place
    write_text(place, text)
    print(place)


def _decisions(first: Path, second: Path) -> dict[str, Any] | None:
    """Compare the decisions of two runs, document by document, where their scores are whole."""
    from corpuskit.manifest import read_json
    from corpuskit.tuning.diff import diff
    from corpuskit.tuning.finished import open_finished

    counts = [read_json(folder / "summary.json")["documents"]["in"] for folder in (first, second)]
    if sum(counts) > MOST_COMPARED:
        return None
    try:
        return diff(open_finished(first), open_finished(second), samples=0).plain()
    except RunError as error:
        print(f"corpuskit: {error}", file=sys.stderr)
        return None


COMMANDS = ((report, REPORT_EXAMPLES),)
