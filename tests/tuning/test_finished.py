"""A run is opened whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from corpuskit.errors import ConfigError, RunError
from corpuskit.rules import decide
from corpuskit.schema import FAILS
from corpuskit.tuning.finished import FinishedRun, failing, open_finished, with_copies
from tests.tuning.made import KEPT, RECIPE, scores, write_run


def test_a_run_is_opened_with_its_rules_and_columns(toy: FinishedRun) -> None:
    assert toy.recipe.all_rules() == RECIPE.all_rules()
    assert dict(toy.columns) == dict(scores().drop("doc_id", "user_id").schema)
    assert toy.scores().collect().equals(scores())


def test_rules_decide_as_the_run_did(toy: FinishedRun) -> None:
    rules = toy.recipe.all_rules()
    frame = toy.evaluate({"user_id": pl.col("user_id"), **failing(rules)})
    plain = decide(with_copies(scores().lazy(), toy.duplicates()).collect(), rules)
    assert frame.equals(plain.select(frame.columns))
    assert set(plain.filter("keep")["user_id"]) == KEPT


def test_an_expression_may_need_scores_and_duplicates_at_once(toy: FinishedRun) -> None:
    both = (pl.col("near_duplicate_jaccard") > 0.5) & (pl.col("word_count") == 90)
    frame = toy.evaluate({"both": both, "words": pl.col("word_count")})
    assert frame["both"].to_list() == [False, True] + [False] * 8
    assert frame.columns == ["both", "words"]


def test_an_unknown_rule_names_the_nearest(toy: FinishedRun) -> None:
    with pytest.raises(ConfigError, match=r"unknown rule 'toy.few_words'; did you mean 'toy.too_f"):
        toy.rule("toy.few_words")
    assert FAILS + toy.rule("toy.uncertain").id == "fails.toy.uncertain"


def cut(folder: Path) -> None:
    path = folder / "scores/part-00001-000000.parquet"
    path.write_bytes(path.read_bytes()[:-7])


def rotten(folder: Path) -> None:
    path = folder / "scores/part-00000-000000.parquet"
    path.write_bytes(b"\0" * path.stat().st_size)


def less_said(folder: Path) -> None:
    path = folder / "manifest.json"
    facts = json.loads(path.read_text())
    del facts["settings"]
    path.write_text(json.dumps(facts))


def stranger(folder: Path) -> None:
    scores().write_parquet(folder / "scores/part-00009-000000.parquet")


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda f: (f / "manifest.json").unlink(), "no finished run"),
    "damaged manifest": (lambda f: (f / "manifest.json").write_text("{"), "missing or damaged"),
    "an older manifest": (less_said, "written by another version"),
    "a missing part": (
        lambda f: (f / "scores/part-00000-000000.parquet").unlink(),
        "part-00000-000000.parquet: missing",
    ),
    "a cut part": (cut, "bytes, the manifest says"),
    "a rotten part": (rotten, "not a Parquet file"),
    "a part too many": (stranger, "part-00009-000000.parquet: not in the manifest"),
    "no duplicates": (lambda f: (f / "duplicates.parquet").unlink(), "duplicates.parquet: missing"),
    "other duplicates": (
        lambda f: pl.DataFrame({"a": [1]}).write_parquet(f / "duplicates.parquet"),
        "not the file that the manifest speaks of",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_run_is_refused_with_its_file(name: str, tmp_path: Path) -> None:
    damage, message = DAMAGE[name]
    folder = write_run(tmp_path / "run")
    damage(folder)
    with pytest.raises(RunError, match=message) as caught:
        open_finished(folder)
    assert "\n" not in str(caught.value)


def test_a_part_that_rots_behind_its_end_is_refused_when_it_is_read(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run")
    path = folder / "scores/part-00000-000000.parquet"
    data = bytearray(path.read_bytes())
    data[4:200] = b"\xff" * 196
    path.write_bytes(bytes(data))
    run = open_finished(folder)
    with pytest.raises(RunError, match="a file cannot be read"):
        run.evaluate({name: pl.col(name) for name in run.columns})
