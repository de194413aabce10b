"""An export never mixes with the run, never deletes what it did not write, and is there whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import corpuskit
from corpuskit.errors import ConfigError, DataError, RunError
from corpuskit.export import Options, export, minimind
from tests.corpus import write_jsonl

AGAIN = Options(overwrite=True)


def listing(folder: Path) -> set[str]:
    """Name all files below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_default_place_is_in_the_run_and_the_list_names_every_file(run: Path) -> None:
    facts = export(run, "datasets", None, AGAIN)
    out = run / "export-datasets"
    assert facts["out"] == str(out)
    listed = json.loads((out / "export.json").read_text("utf-8"))
    assert set(listed["files"]) == listing(out) - {"export.json"}
    assert listed["plan"] == corpuskit.open_run(run).summary["plan"]
    assert {**listed, "out": facts["out"], "command": facts["command"]} == facts


@pytest.mark.parametrize(
    "name", ["kept", "kept/deep", "dropped", "scores", ".", "..", "report.html"]
)
def test_the_runs_own_places_are_refused(run: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="--out"):
        export(run, "minimind", run / name, AGAIN)


def test_a_folder_with_something_in_it_is_left_alone(run: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for options in (Options(), AGAIN):
        with pytest.raises(ConfigError, match=r"not empty \(there is 'mine.txt'\)"):
            export(run, "minimind", tmp_path, options)
    assert listing(tmp_path) == {"mine.txt"}


def test_a_file_is_no_folder(run: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ConfigError, match="is a file"):
        export(run, "minimind", tmp_path / "file")


def test_an_export_is_replaced_only_when_asked_and_strangers_stay(
    run: Path, tmp_path: Path
) -> None:
    export(run, "datasets", tmp_path / "out")
    with pytest.raises(ConfigError, match="add --overwrite"):
        export(run, "minimind", tmp_path / "out")
    (tmp_path / "out" / "notes.txt").write_text("mine")
    (tmp_path / "out" / "data" / "more.txt").write_text("mine")
    export(run, "minimind", tmp_path / "out", AGAIN)
    assert listing(tmp_path / "out") == {
        "notes.txt", "data/more.txt", "export.json", "pretrain.jsonl",
    }  # fmt: skip


def test_a_stranger_of_the_same_name_is_not_replaced(run: Path, tmp_path: Path) -> None:
    export(run, "minimind", tmp_path / "out")
    (tmp_path / "out" / "README.md").write_text("mine")
    with pytest.raises(ConfigError, match=r"README\.md is there"):
        export(run, "datasets", tmp_path / "out", AGAIN)
    assert listing(tmp_path / "out") == {"README.md", "export.json", "pretrain.jsonl"}
    assert (tmp_path / "out" / "README.md").read_text() == "mine"


@pytest.mark.parametrize("written", ["", "{}", '{"files": {"../in.jsonl": 1}}', '{"files": 3}'])
def test_a_damaged_list_deletes_nothing(run: Path, tmp_path: Path, written: str) -> None:
    export(run, "minimind", tmp_path / "out")
    (tmp_path / "in.jsonl").write_text("mine")
    (tmp_path / "out" / "export.json").write_text(written)
    with pytest.raises(RunError, match="damaged"):
        export(run, "minimind", tmp_path / "out", AGAIN)
    assert listing(tmp_path) == {"in.jsonl", "out/export.json", "out/pretrain.jsonl"}


def test_an_export_that_fails_leaves_the_earlier_one(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(run, "minimind", tmp_path / "out")
    before = (tmp_path / "out" / "pretrain.jsonl").read_bytes()

    def fail(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(minimind, "by_characters", fail)
    with pytest.raises(RuntimeError):
        export(run, "minimind", tmp_path / "out", AGAIN)
    with pytest.raises(RuntimeError):
        export(run, "minimind", tmp_path / "new")
    assert listing(tmp_path / "out") == {"export.json", "pretrain.jsonl"}
    assert (tmp_path / "out" / "pretrain.jsonl").read_bytes() == before
    assert not (tmp_path / "new").exists()


def test_what_a_killed_export_left_is_cleared_away(run: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / ".export-unfinished").mkdir(parents=True)
    (tmp_path / "out" / ".export-unfinished" / "half.bin").write_text("half")
    export(run, "minimind", tmp_path / "out")
    assert listing(tmp_path / "out") == {"export.json", "pretrain.jsonl"}


def test_a_run_that_kept_nothing_has_nothing_to_export(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", [{"id": "1", "text": "Short."}])
    corpuskit.clean(source, tmp_path / "run")
    with pytest.raises(DataError, match="kept none of 1 documents"):
        export(tmp_path / "run", "minimind")


def test_what_is_no_run_and_what_is_no_form_are_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no finished run"):
        export(tmp_path, "minimind")
    with pytest.raises(ConfigError, match="'gpt5' is no form of export; choose minimind"):
        export(run, "gpt5")
    with pytest.raises(ConfigError, match="--hold-out: 'hosts'"):
        export(run, "minimind", None, Options(hold_out="hosts"))
