"""Shards of another decision are those that `clean` would have written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import corpuskit
from corpuskit.errors import ConfigError, RunError
from corpuskit.tuning.again import Changes, changed_recipe
from corpuskit.tuning.finished import FinishedRun, open_finished
from corpuskit.tuning.write import write_again
from tests.corpus import digests, rows, write_jsonl

RULES = """
name: own
rules:
  - {id: too_short, feature: char_count, min: 5, why: "Hardly a word."}
  - {id: too_long, feature: char_count, max: 1500, why: "Long for a paragraph."}
"""
RECIPE = """
name: mine
cleaners: [line_ends, control_characters]
rule_sets: [own]
duplicates: {similarity: 0.8, bands: 16, rows: 6, keep: shortest}
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of tests/corpus.py as one file of JSON lines."""
    return write_jsonl(tmp_path_factory.mktemp("in") / "corpus.jsonl", rows())


@pytest.fixture(scope="module")
def old(source: Path, tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    """A finished run with the default recipe."""
    out = tmp_path_factory.mktemp("out") / "run"
    corpuskit.clean(source, out, format="jsonl.zst")
    return open_finished(out)


@pytest.fixture(scope="module")
def recipe(old: FinishedRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe that keeps and drops other documents, and chooses other representatives."""
    folder = tmp_path_factory.mktemp("recipe")
    (folder / "own.yaml").write_text(RULES)
    (folder / "mine.yaml").write_text(f"{RECIPE}features: [{', '.join(old.recipe.features)}]\n")
    return folder / "mine.yaml"


@pytest.mark.parametrize("workers", [1, 3])
def test_writing_again_gives_the_bytes_of_cleaning_again(
    source: Path, old: FinishedRun, recipe: Path, tmp_path: Path, workers: int
) -> None:
    wanted = changed_recipe(old, Changes(recipe=str(recipe)), redo=True)
    summary = write_again(old, wanted, tmp_path / "again", [str(source)], workers)
    fresh = corpuskit.clean(source, tmp_path / "fresh", recipe=str(recipe), format="jsonl.zst")
    assert digests(tmp_path / "again") == digests(tmp_path / "fresh")
    assert summary["documents"] == fresh.summary["documents"]
    ours, theirs = (
        json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("again", "fresh")
    )
    told = {"recipe_source": "", "repeat": ""}
    assert {**ours, **told} == {**theirs, **told}
    assert ours["repeat"].startswith(f"corpuskit decide {old.layout.root} --write --out ")
    assert (tmp_path / "again/report.html").exists()


def test_what_was_written_can_be_decided_again(
    source: Path, old: FinishedRun, tmp_path: Path
) -> None:
    wanted = changed_recipe(old, Changes(overrides=("base.too_few_letters.min=0.0",)), redo=True)
    write_again(old, wanted, tmp_path / "again", [str(source)])
    found = open_finished(tmp_path / "again")
    assert found.recipe.all_rules() == wanted.all_rules()
    assert "# decided again with --set base" in found.facts["recipe_source"]


def test_what_is_complete_is_left_as_it_is(source: Path, old: FinishedRun, tmp_path: Path) -> None:
    out = tmp_path / "again"
    write_again(old, old.recipe, out, [str(source)])
    before = (out / "manifest.json").stat().st_mtime_ns
    write_again(old, old.recipe, out, [str(source)])
    assert (out / "manifest.json").stat().st_mtime_ns == before
    write_again(old, old.recipe, out, [str(source)], overwrite=True)
    assert (out / "manifest.json").stat().st_mtime_ns > before
    assert digests(out) == digests(old.layout.root)


def test_what_a_killed_run_left_is_written_anew(
    source: Path, old: FinishedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpuskit.tuning import write

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "again"
    with monkeypatch.context() as patch:
        patch.setattr(write, "_copy", killed)
        with pytest.raises(KeyboardInterrupt):
            write_again(old, old.recipe, out, [str(source)])
    assert not (out / "manifest.json").exists()
    write_again(old, old.recipe, out, [str(source)])
    assert digests(out) == digests(old.layout.root)


def test_an_input_that_changed_is_refused(source: Path, old: FinishedRun, tmp_path: Path) -> None:
    changed = tmp_path / "corpus.jsonl"
    changed.write_bytes(source.read_bytes().replace(b"Too short", b"Too Short"))
    with pytest.raises(RunError, match=r"corpus\.jsonl: changed since"):
        write_again(old, old.recipe, tmp_path / "again", [str(changed)])
    assert not (tmp_path / "again").exists()


def test_an_input_of_another_name_is_missing(
    source: Path, old: FinishedRun, tmp_path: Path
) -> None:
    other = tmp_path / "other.jsonl"
    other.write_bytes(source.read_bytes())
    with pytest.raises(RunError, match=r"corpus\.jsonl: is missing"):
        write_again(old, old.recipe, tmp_path / "again", [str(other)])


def test_other_documents_behind_the_same_digest_are_refused(
    source: Path, old: FinishedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpuskit.tuning import write

    changed = tmp_path / "corpus.jsonl"
    changed.write_bytes(source.read_bytes().replace(b"Too short", b"Too  short"))
    monkeypatch.setattr(write, "same_sources", lambda *_: _discover(changed))
    with pytest.raises(RunError, match="gives other documents than it did"):
        write_again(old, old.recipe, tmp_path / "again", [str(changed)])


def _discover(path: Path) -> object:
    from corpuskit import readers

    return readers.discover([str(path)], readers.ReadOptions())


def test_nobody_says_where_the_inputs_are(old: FinishedRun, tmp_path: Path) -> None:
    silent = FinishedRun(
        old.layout, old.recipe, {**old.facts, "inputs": []}, old.parts, old.columns, old.marked
    )
    with pytest.raises(ConfigError, match="name them with --input"):
        write_again(silent, old.recipe, tmp_path / "again")


def test_the_old_run_is_no_place_for_the_new_one(source: Path, old: FinishedRun) -> None:
    with pytest.raises(ConfigError, match="lies inside"):
        write_again(old, old.recipe, old.layout.root / "again", [str(source)])


def test_a_corpus_without_documents_is_written_too(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    corpuskit.clean(empty, tmp_path / "run")
    run = open_finished(tmp_path / "run")
    write_again(run, run.recipe, tmp_path / "again", [str(empty)])
    assert digests(tmp_path / "again") == digests(tmp_path / "run")
