"""Another decision over the same scores: who comes, who goes, and what cannot be known."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.tuning.again import Changes
from corpuskit.tuning.compare import Difference, decide_again
from corpuskit.tuning.finished import Amount, FinishedRun
from tests.tuning.made import IDS, KEPT, made_run, scores, without_duplicates


def names(ids: pl.Series) -> str:
    """Return the letters of some documents."""
    return "".join(IDS[doc_id - 1] for doc_id in ids)


def changed(run: FinishedRun, *texts: str) -> Difference:
    """Decide again with single bounds set."""
    return decide_again(run, Changes(overrides=texts))


def test_nothing_asked_changes_nothing(toy: FinishedRun) -> None:
    found = decide_again(toy, Changes())
    assert found.kept_before == found.kept_after == Amount(4, 600 + 120 + 300 + 360)
    assert found.total == Amount(10, 6236)
    assert found.newly_kept == found.newly_dropped == Amount(0, 0)


def test_a_looser_bound_keeps_more(toy: FinishedRun) -> None:
    found = changed(toy, "toy.too_few_words.min=40")
    assert names(found.newly_kept_ids) == "dh"  # e still fails digits
    assert found.newly_kept == Amount(2, 240 + 294)
    assert found.newly_dropped == Amount(0, 0)
    by_id = {rule.id: rule for rule in found.rules}
    words = by_id["toy.too_few_words"]
    assert (words.fails_before, words.fails_after) == (3, 0)
    assert (words.bounds_before, words.bounds_after) == ({"min": 50}, {"min": 40})
    assert words.newly_kept == Amount(2, 534)
    assert by_id["toy.too_many_digits"].newly_kept == Amount(0, 0)


def test_documents_that_were_never_compared_are_counted(toy: FinishedRun) -> None:
    found = changed(toy, "toy.too_few_words.min=40")
    assert found.copies is not None
    assert found.copies.never_compared == Amount(2, 534)
    assert found.copies.lost_representative == Amount(0, 0)


def test_copies_of_a_document_that_is_dropped_now_are_counted(tmp_path: Path) -> None:
    frame = scores().with_columns(  # the representative alone has many digits
        digit_ratio=pl.when(pl.col("user_id") == "a").then(0.15).otherwise("digit_ratio")
    )
    found = changed(made_run(tmp_path / "run", frame=frame), "toy.too_many_digits.max=0.12")
    assert names(found.newly_dropped_ids) == "ag"
    assert found.copies is not None
    assert found.copies.lost_representative == Amount(2, 540 + 541)  # b and c pass, a does not
    assert found.copies.lost_clusters == 1


def test_a_stricter_bound_drops_more(toy: FinishedRun) -> None:
    found = changed(toy, "toy.too_many_digits.max=0.1")
    assert names(found.newly_dropped_ids) == "g"
    assert found.newly_dropped == Amount(1, 300)


def test_a_flag_that_becomes_a_rule_drops(toy: FinishedRun) -> None:
    found = changed(toy, "toy.uncertain.severity=drop")
    assert names(found.newly_dropped_ids) == "g"
    row = next(rule for rule in found.rules if rule.id == "toy.uncertain")
    assert (row.severity_before, row.severity_after) == ("flag", "drop")
    assert row.newly_dropped == Amount(1, 300)
    assert row.fails_before == row.fails_after == 3


def test_languages_can_be_chosen(toy: FinishedRun) -> None:
    found = decide_again(toy, Changes(languages=("zh",)))
    assert names(found.newly_dropped_ids) == "a"


def test_duplicates_can_be_kept(toy: FinishedRun) -> None:
    found = decide_again(toy, Changes(duplicates=False))
    assert names(found.newly_kept_ids) == "bc"
    assert found.copies is None


def test_a_higher_threshold_keeps_what_is_less_alike(toy: FinishedRun) -> None:
    found = changed(toy, "duplicates.near_duplicate.below=0.95")
    assert names(found.newly_kept_ids) == "b"


def test_a_run_without_duplicates_has_nothing_to_say_of_copies(tmp_path: Path) -> None:
    run = made_run(tmp_path / "run", recipe=without_duplicates())
    found = changed(run, "toy.too_few_words.min=40")
    assert found.copies is None
    assert names(found.newly_kept_ids) == "dh"
    assert found.kept_before.documents == len(KEPT) + 2


def test_a_rule_set_may_replace_all_rules(toy: FinishedRun, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("name: own\nrules:\n  - {id: r, feature: word_count, max: 60, why: Short.}\n")
    found = decide_again(toy, Changes(rule_sets=(str(path),)))
    assert names(found.newly_kept_ids) == "deh"
    assert names(found.newly_dropped_ids) == "a"
    gone = next(rule for rule in found.rules if rule.id == "toy.too_few_words")
    assert gone.bounds_after is None
    assert gone.newly_kept == Amount(3, 240 + 241 + 294)


def test_the_json_holds_every_number(toy: FinishedRun) -> None:
    found = changed(toy, "toy.too_few_words.min=40")
    plain = json.loads(json.dumps(found.plain()))
    assert plain["newly_kept"] == asdict(found.newly_kept)
    assert len(plain["rules"]) == 5


@settings(max_examples=30, deadline=None)
@given(words=st.integers(0, 120), digits=st.sampled_from([0.0, 0.1, 0.15, 0.2, 0.3, 0.5]))
def test_a_slow_twin_finds_the_same_difference(toy: FinishedRun, words: int, digits: float) -> None:
    found = changed(toy, f"toy.too_few_words.min={words}", f"toy.too_many_digits.max={digits}")
    kept = {
        row["user_id"]
        for row in scores().iter_rows(named=True)
        if (row["language"] == "zh" or row["word_count"] >= words)
        and row["digit_ratio"] <= digits
        and row["user_id"] not in "bc"
    }
    assert set(names(found.newly_kept_ids)) == kept - KEPT
    assert set(names(found.newly_dropped_ids)) == KEPT - kept


@pytest.mark.parametrize("texts", [(), ("toy.too_few_words.min=40",)])
def test_kept_before_and_what_changed_give_kept_after(
    toy: FinishedRun, texts: tuple[str, ...]
) -> None:
    found = changed(toy, *texts)
    gained, lost = found.newly_kept, found.newly_dropped
    assert found.kept_after.documents == (
        found.kept_before.documents + gained.documents - lost.documents
    )
    assert found.kept_after.bytes == found.kept_before.bytes + gained.bytes - lost.bytes
