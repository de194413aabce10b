"""The pretraining step on the command line: pretrain, generate, read-log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from corpuskit.cli.options import AsJson, Quiet, RunFolder, Workers, available_cores, split_list
from corpuskit.errors import ConfigError

PRETRAIN_EXAMPLES = """Examples:

  corpuskit pretrain cleaned

  corpuskit pretrain cleaned --target-params 26M --epochs 2 --learning-rate 5e-4 --quick

  corpuskit pretrain cleaned --languages zh,en --reference wiki.jsonl --fail-on insufficient"""

GENERATE_EXAMPLES = """Example:

  corpuskit pretrain cleaned --save-model proxy

  corpuskit generate proxy --prompt 'The cat'"""

READ_LOG_EXAMPLES = """Examples:

  corpuskit read-log train.log

  corpuskit read-log train.log --json"""

INSUFFICIENT_EXIT = 10


def pretrain(
    run: RunFolder,
    target_params: Annotated[
        str, typer.Option(help="Parameters of the model that the data is meant for.")
    ] = "26M",
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the data.")] = 1,
    learning_rate: Annotated[
        str | None,
        typer.Option(help="The rate you mean to use [default: none; 5e-4 is judged]."),
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Rows of a micro-batch.")] = 32,
    accumulation: Annotated[int, typer.Option(min=1, help="Micro-batches of a step.")] = 8,
    max_seq_len: Annotated[int, typer.Option(min=8, help="Tokens of a row.")] = 340,
    languages: Annotated[
        str, typer.Option(help="What the model is meant for, such as zh,en [default: the run's].")
    ] = "",
    quick: Annotated[bool, typer.Option("--quick", help="About 3 minutes on 2 cores.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Longer runs, narrower intervals.")] = False,
    reference: Annotated[
        Path | None,
        typer.Option(
            help="Text that the model shall be good at: a file or folder.", show_default=False
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of every random choice.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    save_model: Annotated[
        Path | None,
        typer.Option(help="Keep the trained proxy in this folder.", show_default=False),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(help="'insufficient': exit 10 on that verdict.", show_default=False),
    ] = None,
    workers: Workers = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print verdict.json alone.")] = False,
    quiet: Quiet = False,
) -> None:
    """Say whether the data of a run is sufficient for a model, and if not, what is missing.

    Trains a tiny language model (pip install "corpuskit[lm]"); without torch, the arithmetic,
    coverage and compression checks are made. The same command continues after an interruption.
    """
    from corpuskit.lm.pretrain import pretrain as judge_run

    if fail_on not in (None, "insufficient"):
        raise ConfigError(f"--fail-on: {fail_on!r} is not known; write insufficient")
    if quick and full:
        raise ConfigError("--quick, --full: only one of them; leave both out for 10 minutes")
    verdict = judge_run(
        run,
        target_params=target_params,
        epochs=epochs,
        learning_rate=learning_rate,
        batch_size=batch_size,
        accumulation=accumulation,
        max_seq_len=max_seq_len,
        languages=split_list(languages),
        preset="quick" if quick else "full" if full else "default",
        reference=reference,
        seed=seed,
        device=device,
        save_model=save_model,
        workers=workers or available_cores(),
        quiet=quiet or as_json,
    )
    show_verdict(verdict, run, as_json, quiet)
    if fail_on and verdict["verdict"] == "INSUFFICIENT":
        raise typer.Exit(INSUFFICIENT_EXIT)


def show_verdict(verdict: dict[str, Any], run: Path, as_json: bool, quiet: bool) -> None:
    """Print a verdict in the form that was asked for."""
    from corpuskit.terminal import verdict_table

    if as_json:
        print(json.dumps(verdict, ensure_ascii=False, indent=2))
    elif not quiet:
        print(verdict_table(verdict, run))


def generate(
    model: Annotated[
        Path, typer.Argument(help="Folder written by pretrain --save-model.", show_default=False)
    ],
    prompt: Annotated[str, typer.Option(help="How the text begins.")] = "",
    tokens: Annotated[int, typer.Option(min=1, max=10_000, help="Length of the answer.")] = 200,
    temperature: Annotated[float, typer.Option(min=0.0, help="0 takes the likeliest token.")] = 0.8,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draw.")] = 0,
) -> None:
    """Let a saved proxy write on, to look at what it says."""
    from corpuskit.lm.saved import generate as write_on
    from corpuskit.terminal import printable

    text = write_on(model, prompt, tokens=tokens, temperature=temperature, seed=seed)
    print("\n".join(printable(line) for line in text.splitlines()))


def read_log(
    file: Annotated[Path, typer.Argument(help="A minimind training log.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Judge learning rate and loss curve of a training that already ran, by its log."""
    from corpuskit.lm.training_log import judge_log
    from corpuskit.lm.training_log import read_log as read
    from corpuskit.terminal import checks_table

    checks = judge_log(read(file))
    if as_json:
        print(json.dumps([check.plain() for check in checks], ensure_ascii=False, indent=2))
    else:
        print(checks_table([check.plain() for check in checks]))


COMMANDS = (
    (pretrain, PRETRAIN_EXAMPLES),
    (generate, GENERATE_EXAMPLES),
    (read_log, READ_LOG_EXAMPLES),
)
