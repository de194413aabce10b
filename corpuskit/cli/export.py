"""Kept documents for a trainer on the command line: export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from corpuskit.cli.options import Quiet, RunFolder, Workers, available_cores

EXPORT_EXAMPLES = """Examples:

  corpuskit export cleaned --for minimind --tokenizer minimind/model --epochs 2

  corpuskit export cleaned --for nanogpt --vocabulary 16384 --out nanoGPT/data/cleaned

  corpuskit export cleaned --for nanochat

  corpuskit export cleaned --for datasets --license cc-by-4.0 --out my_dataset

  corpuskit export cleaned --for datasets --clusters"""


def export(
    run: RunFolder,
    form: Annotated[
        str,
        typer.Option("--for", help="minimind, nanogpt, nanochat or datasets.", show_default=False),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write to [default: RUN/export-FORM].", show_default=False),
    ] = None,
    tokenizer: Annotated[
        Path | None,
        typer.Option(
            help="A tokenizer.json, or its folder: counts exactly (minimind), encodes (nanogpt).",
            show_default=False,
        ),
    ] = None,
    max_seq_len: Annotated[int, typer.Option(help="minimind: tokens of a row.")] = 340,
    batch_size: Annotated[int, typer.Option(min=1, help="minimind: rows of a micro-batch.")] = 32,
    accumulation_steps: Annotated[
        int, typer.Option(min=1, help="minimind: micro-batches of a step.")
    ] = 8,
    epochs: Annotated[int, typer.Option(min=1, help="minimind: passes over the data.")] = 1,
    learning_rate: Annotated[
        str | None, typer.Option(help="minimind: for its command line [default: 5e-4].")
    ] = None,
    vocabulary: Annotated[
        int, typer.Option(help="nanogpt: tokens of the tokenizer that is trained.")
    ] = 8192,
    hold_out: Annotated[
        str, typer.Option(help="Validate on whole 'sources' or on single 'documents'.")
    ] = "sources",
    license: Annotated[
        str | None, typer.Option(help="datasets: of the text, for the card.", show_default=False)
    ] = None,
    clusters: Annotated[
        bool,
        typer.Option("--clusters", help="datasets: add the columns cluster and cluster_size."),
    ] = False,
    workers: Workers = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an export.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print export.json's facts.")] = False,
    quiet: Quiet = False,
) -> None:
    """Write the kept documents as minimind, nanoGPT, nanochat or `datasets` read them.

    Also prints the command line that trains on them.
    """
    from corpuskit.export import Options, form_module
    from corpuskit.export import export as export_run
    from corpuskit.lm.settings import Target, parse_rate
    from corpuskit.terminal import printable

    target = Target(
        epochs=epochs,
        learning_rate=None if learning_rate is None else parse_rate(learning_rate),
        batch_size=batch_size,
        accumulation=accumulation_steps,
        max_seq_len=max_seq_len,
    )
    options = Options(
        tokenizer=tokenizer,
        target=target,
        vocabulary=vocabulary,
        hold_out=hold_out,
        license=license,
        clusters=clusters,
        overwrite=overwrite,
        workers=workers or available_cores(),
        quiet=quiet or as_json,
    )
    facts = export_run(run, form, out, options)
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    elif not quiet:
        shown = [f"{facts['out']}: for {form}", *form_module(form).lines(facts, Path(facts["out"]))]
        print("\n".join(printable(line) for line in shown))


COMMANDS = ((export, EXPORT_EXAMPLES),)
