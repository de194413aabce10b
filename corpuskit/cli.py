"""The command line: parse, call, print. No logic, and nothing heavy before it is needed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from corpuskit import __version__
from corpuskit.errors import CorpuskitError, RunError

app = typer.Typer(
    name="corpuskit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Clean text corpora for language-model pretraining, with a proof of what was dropped.",
)

Inputs = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders or globs of .parquet, .jsonl, .csv, .txt (plain, .gz or .zst), "
        "or a Hugging Face dataset.",
        show_default=False,
    ),
]
Out = Annotated[Path, typer.Option("--out", help="Folder of the result.", show_default=False)]
TextColumn = Annotated[str | None, typer.Option(help="Column of the text [default: detected].")]
IdColumn = Annotated[str | None, typer.Option(help="Column of your ids [default: detected].")]
TextMode = Annotated[
    str, typer.Option(help="What a document is in .txt: the whole 'file' or each 'line'.")
]
Format = Annotated[str, typer.Option(help="kept/ as parquet, jsonl, jsonl.gz or jsonl.zst.")]
ShardSize = Annotated[str, typer.Option(help="Largest text volume of one shard.")]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Threads [default: all cores].", show_default=False)
]
OnBadInput = Annotated[str, typer.Option(help="'skip' and count broken records, or 'stop'.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier run in --out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print summary.json, and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress, no table.")]

CLEAN_EXAMPLES = """Examples:

  corpuskit clean shards/ --out cleaned

  corpuskit clean 'crawl/*.jsonl.zst' --out cleaned --languages zh,en --format jsonl.zst

  corpuskit clean data.csv --out cleaned --text-column body --json"""

DEDUP_EXAMPLES = """Examples:

  corpuskit dedup shards/ --out unique

  corpuskit dedup a.parquet b.jsonl.gz --out unique --workers 4"""


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Hold the options that stand before a command."""
    if version:
        print(f"corpuskit {__version__}")
        raise typer.Exit


@app.command(epilog=CLEAN_EXAMPLES)
def clean(
    inputs: Inputs,
    out: Out,
    recipe: Annotated[str, typer.Option(help="A shipped recipe, or a .yaml file.")] = "web",
    languages: Annotated[
        str, typer.Option(help="Keep only these, such as zh,en [default: the recipe's].")
    ] = "",
    language_model: Annotated[
        str | None, typer.Option(help="Another fastText language model, by path.")
    ] = None,
    no_dedup: Annotated[bool, typer.Option("--no-dedup", help="Keep duplicates.")] = False,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    text_mode: TextMode = "file",
    format: Format = "parquet",
    shard_size: ShardSize = "256MB",
    workers: Workers = None,
    on_bad_input: OnBadInput = "skip",
    overwrite: Overwrite = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Filter, deduplicate and measure a corpus; write clean shards, a ledger and a report.

    The same command continues a run that was interrupted.
    """
    options = {
        "recipe": recipe,
        "languages": split_list(languages),
        "language_model": language_model,
        "duplicates": not no_dedup,
        "format": format,
        "shard_size": shard_size,
    }
    reading = (text_column, id_column, text_mode, on_bad_input)
    execute(inputs, out, options, reading, workers, overwrite, as_json, quiet)


@app.command(epilog=DEDUP_EXAMPLES)
def dedup(
    inputs: Inputs,
    out: Out,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    text_mode: TextMode = "file",
    format: Format = "parquet",
    shard_size: ShardSize = "256MB",
    workers: Workers = None,
    on_bad_input: OnBadInput = "skip",
    overwrite: Overwrite = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Remove exact and near duplicates, and nothing else."""
    options = {"recipe": "dedup", "format": format, "shard_size": shard_size}
    reading = (text_column, id_column, text_mode, on_bad_input)
    execute(inputs, out, options, reading, workers, overwrite, as_json, quiet)


@app.command(epilog="Example:\n\n  corpuskit report cleaned")
def report(
    run: Annotated[Path, typer.Argument(help="Folder of a run.", show_default=False)],
) -> None:
    """Write report.html again from a run's summary.json."""
    from corpuskit.report import write_report

    print(write_report(run))


def execute(
    inputs: list[str],
    out: Path,
    options: dict[str, Any],
    reading: tuple[str | None, str | None, str, str],
    workers: int | None,
    overwrite: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Run, then print what was asked for."""
    from corpuskit.api import clean as clean_corpus
    from corpuskit.terminal import table

    text_column, id_column, text_mode, on_bad_input = reading
    summary = clean_corpus(
        inputs,
        out,
        text_column=text_column,
        id_column=id_column,
        text_mode=text_mode,
        on_bad_input=on_bad_input,
        workers=workers or available_cores(),
        overwrite=overwrite,
        quiet=quiet or as_json,
        **options,
    ).summary
    if as_json:
        print(json.dumps(summary, ensure_ascii=False, indent=2))
    elif not quiet:
        print(table(summary, out))


def split_list(text: str) -> tuple[str, ...]:
    """Split a comma-separated option."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def available_cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def main() -> None:
    """Run the command line; errors of ours become one sentence and their exit code."""
    try:
        app()
    except BrokenPipeError:
        sys.exit(141)
    except CorpuskitError as error:
        print(f"corpuskit: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:
        place = error.filename or "the system"
        print(f"corpuskit: {place}: {error.strerror}; check disk and permissions", file=sys.stderr)
        sys.exit(RunError.exit_code)
    except KeyboardInterrupt:
        print("corpuskit: interrupted; the same command goes on from here", file=sys.stderr)
        sys.exit(130)
