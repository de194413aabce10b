"""What the README says can be run is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from corpuskit.cli import app
from tests.corpus import rows, write_jsonl

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def test_the_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shards").mkdir()
    write_jsonl(tmp_path / "shards" / "a.jsonl", rows())
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})


def test_every_command_is_in_the_readme() -> None:
    names = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert names == set(re.findall(r"^    corpuskit ([\w-]+) ", README, re.MULTILINE))


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (Path(__file__).parent.parent / target).exists(), target
