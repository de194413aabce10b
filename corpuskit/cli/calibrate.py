"""Thresholds from a reference corpus on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from corpuskit.cli.options import (
    IdColumn,
    OnBadInput,
    Quiet,
    TextColumn,
    TextMode,
    Workers,
    available_cores,
    split_list,
)

CALIBRATE_EXAMPLES = """Examples:

  corpuskit calibrate wiki/ --drop-share 0.05 --out thresholds.yaml

  corpuskit calibrate measured_run --rules gopher_quality --languages de,fr --out de_fr.yaml

  corpuskit clean shards/ --out cleaned --rules ./thresholds.yaml"""

DEFAULT_RULES = "gopher_quality,gopher_repetition,fineweb_quality"


def calibrate(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Reference text: folders of finished runs (nothing is read again), or files, "
            "folders and globs as for clean.",
            show_default=False,
        ),
    ],
    drop_share: Annotated[
        float, typer.Option(help="Share of each language's documents that a rule may drop.")
    ] = 0.05,
    rules: Annotated[
        str, typer.Option(help="Rule sets whose bounds to find, A,B.")
    ] = DEFAULT_RULES,
    languages: Annotated[
        str, typer.Option(help="Only these, such as de,fr [default: all of 1,000 documents].")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Rule file, .yaml [default: printed].")
    ] = None,
    recipe: Annotated[
        str, typer.Option(help="Recipe whose cleaners and language model raw text goes through.")
    ] = "web",
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    text_mode: TextMode = "file",
    on_bad_input: OnBadInput = "skip",
    workers: Workers = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")] = False,
    quiet: Quiet = False,
) -> None:
    """Propose thresholds as quantiles of a reference corpus, per language, as a rule file.

    Languages with under 1,000 documents get none, and are named.
    """
    from corpuskit.api import read_options
    from corpuskit.progress import Progress
    from corpuskit.tuning import rule_file as rules_of
    from corpuskit.tuning.calibrate import calibrate as find
    from corpuskit.tuning.reference import Asked

    if out is not None:
        rules_of.check_place(out, overwrite)
    read = read_options(text_column, id_column, text_mode, on_bad_input)
    asked = Asked(
        tuple(inputs), split_list(rules), recipe, read, workers or available_cores()
    )  # fmt: skip
    progress = Progress(quiet or as_json)
    found = find(asked, drop_share, split_list(languages), progress)
    if out is not None:
        rules_of.write_rule_file(found, out)
    if as_json:
        print(json.dumps(found.plain(), ensure_ascii=False, indent=2))
    elif out is None:
        print(rules_of.rule_file(found), end="")
        progress.say(rules_of.left_out_page(found))  # on stderr
    elif not quiet:
        print(rules_of.calibration_page(found, out))


COMMANDS = ((calibrate, CALIBRATE_EXAMPLES),)
