"""The command line: parse, call, print. No logic, and nothing heavy before it is needed.

Every module beside this one holds commands that belong together, and lists them in `COMMANDS`.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from corpuskit import __version__
from corpuskit.cli import (
    calibrate,
    clean,
    clusters,
    export,
    index,
    pretrain,
    report,
    rules,
    tuning,
)
from corpuskit.errors import CorpuskitError, RunError

app = typer.Typer(
    name="corpuskit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Clean text corpora for language-model pretraining, with a proof of what was dropped.",
)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Hold the options that stand before a command."""
    if version:
        print(f"corpuskit {__version__}")
        raise typer.Exit


for module in (clean, report, index, tuning, clusters, calibrate, rules, pretrain, export):
    for command, examples in module.COMMANDS:
        app.command(epilog=examples)(command)


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
