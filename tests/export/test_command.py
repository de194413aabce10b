"""`corpuskit export` prints rows, steps and the command line, or JSON for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from corpuskit.cli.export import COMMANDS
from corpuskit.errors import ConfigError

app = typer.Typer(pretty_exceptions_enable=False)
app.callback()(lambda: None)
for command, examples in COMMANDS:
    app.command(epilog=examples)(command)


def printed(*words: object) -> str:
    """Run the command; what it raises is raised here."""
    return CliRunner().invoke(app, ["export", *map(str, words)], catch_exceptions=False).stdout


def test_minimind_prints_rows_steps_warning_and_command_line(run: Path, tmp_path: Path) -> None:
    rows = ("--batch-size", 16, "--accumulation-steps", 1)
    training = ("--epochs", 2, "--learning-rate", "3e-4", *rows)
    shown = printed(run, "--for", "minimind", "--out", tmp_path / "out", *training)
    assert "rows of at most 338 tokens" in shown
    assert "optimiser steps: 2 × ⌈" in shown
    assert "warning: under 200 optimiser steps" in shown
    assert (
        f"python train_pretrain.py --data_path {tmp_path}/out/pretrain.jsonl --max_seq_len 340 "
        "--learning_rate 0.0003 --batch_size 16 --accumulation_steps 1 --epochs 2" in shown
    )


@pytest.mark.parametrize("form", ["nanochat", "datasets"])
def test_other_forms_say_what_to_do_next(run: Path, tmp_path: Path, form: str) -> None:
    shown = printed(run, "--for", form, "--out", tmp_path / "out", "--quiet")
    assert shown == ""
    shown = printed(run, "--for", form, "--out", tmp_path / "out", "--overwrite")
    assert str(tmp_path / "out") in shown.splitlines()[-1]


def test_json_is_all_that_is_printed(run: Path, tmp_path: Path) -> None:
    facts = json.loads(printed(run, "--for", "minimind", "--out", tmp_path / "out", "--json"))
    assert facts["form"] == "minimind"
    assert facts["files"]["pretrain.jsonl"]["bytes"] > 0


def test_a_learning_rate_that_is_no_number_is_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--learning-rate: 'fast'"):
        printed(run, "--for", "minimind", "--learning-rate", "fast", "--out", tmp_path / "out")
