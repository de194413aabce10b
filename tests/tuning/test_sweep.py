"""A threshold, moved: documents and bytes by hand, and against the rule itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.errors import ConfigError
from corpuskit.rules import Condition, Rule, decide
from corpuskit.tuning.finished import Amount, FinishedRun
from corpuskit.tuning.sweep import EVERYTHING, in_words, sweep
from tests.tuning.made import RECIPE, UNCERTAIN, made_run, scores, without_duplicates


def test_each_threshold_keeps_what_can_be_counted_by_hand(toy: FinishedRun) -> None:
    found = sweep(toy, "toy.too_few_words", "min", [30, 50, 95])
    everything = found.curves[0]
    # f, g and j are Chinese, of which the rule asks nothing.
    assert [point.alone.documents for point in everything.points] == [10, 7, 5]
    assert [point.together.documents for point in everything.points] == [6, 4, 4]
    assert everything.points[0].together == Amount(6, 600 + 240 + 120 + 300 + 294 + 360)
    assert everything.points[1].alone.bytes == 6236 - 240 - 241 - 294
    assert (everything.total, everything.others) == (
        Amount(10, 6236),
        everything.points[0].together,
    )
    assert (found.bound, found.guarded, found.flag, found.compared) == (50.0, 7, False, True)
    assert found.guards == ("language not_in zh",)


def test_at_the_runs_own_bound_the_run_is_found_again(toy: FinishedRun) -> None:
    for rule in ("toy.too_few_words", "toy.too_many_digits"):
        found = sweep(toy, rule)
        own = next(p for p in found.curves[0].points if p.threshold == found.bound)
        assert own.together == Amount(4, 600 + 120 + 300 + 360)


def test_languages_add_up_to_the_whole(toy: FinishedRun) -> None:
    everything, *parts = sweep(toy, "toy.too_many_digits", by="language").curves
    assert everything.group == EVERYTHING
    assert [(part.group, part.total.documents) for part in parts] == [
        ("en", 5), ("zh", 3), ("de", 2),
    ]  # fmt: skip
    for number, point in enumerate(everything.points):
        for way in ("alone", "together"):
            amounts = [getattr(part.points[number], way) for part in parts]
            assert sum(a.documents for a in amounts) == getattr(point, way).documents
            assert sum(a.bytes for a in amounts) == getattr(point, way).bytes


def test_a_flag_is_swept_as_if_it_dropped(toy: FinishedRun) -> None:
    found = sweep(toy, "toy.uncertain", "above", [0.5, 0.65])
    assert found.flag
    assert [point.alone.documents for point in found.curves[0].points] == [7, 6]
    assert [point.together.documents for point in found.curves[0].points] == [3, 2]


def test_a_stored_similarity_can_be_swept_upwards_only(toy: FinishedRun) -> None:
    found = sweep(toy, "duplicates.near_duplicate", "below", [0.75, 0.9, 0.91])
    assert [point.alone.documents for point in found.curves[0].points] == [9, 9, 10]
    with pytest.raises(ConfigError, match="pairs below that were never measured"):
        sweep(toy, "duplicates.near_duplicate", "below", [0.7])


def test_a_curve_has_its_points_in_the_tail_and_the_own_bound_among_them(toy: FinishedRun) -> None:
    found = sweep(toy, "toy.too_few_words")
    thresholds = [point.threshold for point in found.curves[0].points]
    assert thresholds == sorted(set(thresholds))
    assert {40.0, 50.0, 500.0} <= set(thresholds) <= {40.0, 49.0, 50.0, 90.0, 100.0, 500.0}


@pytest.mark.parametrize(
    ("rule", "side", "thresholds", "by", "message"),
    [
        ("toy.few", None, [1], None, "--rule: unknown rule 'toy.few'"),
        ("toy.too_few_words", "max", [1], None, "--max: toy.too_few_words has no such bound"),
        ("toy.too_few_words", "min", [], None, "--min: no thresholds"),
        ("toy.too_few_words", "min", [np.nan], None, "--min: nan is not finite"),
        ("toy.too_few_words", "min", [1], "langauge", "--by: no text column 'langauge'.*did you"),
        ("toy.too_few_words", "min", [1], "word_count", "--by: no text column 'word_count'"),
        ("duplicates.exact_duplicate", None, None, None, "has no number to move"),
    ],
)
def test_a_sweep_that_makes_no_sense_is_refused(
    toy: FinishedRun,
    rule: str,
    side: str | None,
    thresholds: list[float] | None,
    by: str | None,
    message: str,
) -> None:
    with pytest.raises(ConfigError, match=message):
        sweep(toy, rule, side, thresholds, by)


def test_a_rule_with_two_bounds_needs_to_be_told_which(tmp_path: Path) -> None:
    both = Rule("toy.both", Condition("word_count", (("min", 45), ("max", 95))))
    run = made_run(tmp_path / "run", recipe=replace(without_duplicates(), rules=(both,)))
    with pytest.raises(ConfigError, match="has min and max; name one with --side"):
        sweep(run, "toy.both")
    lower = sweep(run, "toy.both", "min", [0, 50, 100]).curves[0]
    assert [point.alone.documents for point in lower.points] == [8, 4, 0]  # a and i stay too long
    upper = sweep(run, "toy.both", "max", [40, 100, 1000]).curves[0]
    assert [point.alone.documents for point in upper.points] == [0, 6, 7]  # d, e, f stay too short


def test_a_run_without_documents_has_an_empty_curve(tmp_path: Path) -> None:
    run = made_run(tmp_path / "run", frame=scores().clear(), recipe=without_duplicates())
    found = sweep(run, "toy.too_few_words", by="language")
    assert [curve.total for curve in found.curves] == [Amount(0, 0)]
    assert [point.threshold for point in found.curves[0].points] == [50.0]


def test_the_json_has_every_point(toy: FinishedRun) -> None:
    plain = json.loads(json.dumps(sweep(toy, "toy.too_few_words", "min", [1, 2]).plain()))
    assert [point["threshold"] for point in plain["curves"][0]["points"]] == [1, 2]


def test_conditions_are_written_as_in_a_file() -> None:
    condition = Condition("digit_ratio", (("above", 0.1), ("max", 1000000)))
    assert in_words(condition) == "digit_ratio above 0.1, max 1000000"
    assert in_words(Condition("exact_duplicate", (("is", False),))) == "exact_duplicate is false"


@settings(max_examples=30, deadline=None)
@given(
    side=st.sampled_from(["min", "above", "max", "below"]),
    column=st.sampled_from(["word_count", "digit_ratio", "language_score"]),
    thresholds=st.lists(
        st.sampled_from(
            [0, 20, 40, 49, 50, 50.5, 90, 0.1, 0.2, 0.5, 0.65, 0.8, 0.9, 0.30000000001]
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_every_threshold_keeps_what_the_rule_itself_would_keep(
    side: str, column: str, thresholds: list[float], tmp_path_factory: pytest.TempPathFactory
) -> None:
    rule = Rule("toy.moved", Condition(column, ((side, 0.5),)))
    recipe = replace(RECIPE, rules=(rule, UNCERTAIN), duplicates=None)
    run = made_run(tmp_path_factory.mktemp("sweep") / "run", recipe=recipe)
    for point in sweep(run, "toy.moved", side, thresholds).curves[0].points:
        moved = replace(rule, keep=Condition(column, ((side, point.threshold),)))
        kept = decide(scores(), [moved]).filter("keep")
        assert point.alone == Amount(kept.height, int(kept["byte_count"].cast(pl.Int64).sum()))
        assert point.together == point.alone
