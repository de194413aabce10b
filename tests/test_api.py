"""Frames in memory: score, decide, dedup."""

from __future__ import annotations

from pathlib import Path

import polars as pl

import corpuskit
from tests.corpus import LANGUAGES, document

FRAME = pl.DataFrame({"text": [document(language, 0) for language in LANGUAGES] + ["", "short"]})


def test_scores_of_a_frame_equal_those_of_a_run(tmp_path: Path) -> None:
    FRAME.write_parquet(tmp_path / "a.parquet")
    run = corpuskit.clean(tmp_path / "a.parquet", tmp_path / "run", id_column=None)
    of_run = run.scores().collect()
    scores = corpuskit.score(FRAME)
    assert of_run.select(scores.columns).equals(scores)


def test_decide_tells_good_from_bad() -> None:
    decided = corpuskit.decide(corpuskit.score(FRAME))
    assert decided["keep"].to_list() == [True] * len(LANGUAGES) + [False, False]


def test_decide_takes_a_rule_set_of_the_users(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "name: mine\nrules:\n  - {id: long, feature: char_count, max: 9, why: Short.}\n"
    )
    decided = corpuskit.decide(corpuskit.score(FRAME), path)
    assert decided["keep"].to_list() == [False] * len(LANGUAGES) + [True, True]


def test_dedup_names_the_row_that_stands_for_each() -> None:
    texts = [document("en", 0), document("zh", 0), document("en", 0) + " More.", document("zh", 0)]
    found = corpuskit.dedup(pl.DataFrame({"text": texts, "id": [10, 11, 12, 13]}))
    assert found["representative"].to_list() == [2, 1, 2, 1]
    assert found["kind"].to_list() == ["near", "representative", "representative", "exact"]
    assert found["id"].to_list() == [10, 11, 12, 13]


def test_a_frame_without_rows_is_fine() -> None:
    empty = pl.DataFrame({"text": []}, schema={"text": pl.String})
    assert corpuskit.score(empty).height == 0
    assert corpuskit.decide(corpuskit.score(empty)).height == 0
    assert corpuskit.dedup(empty).height == 0
