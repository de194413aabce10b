"""What sliders say that a bound would drop, against a count of the documents themselves."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.coverage import statistics
from corpuskit.report.bounds import sliders

FAILS = {
    "min": lambda value, bound: value < bound,
    "above": lambda value, bound: value <= bound,
    "max": lambda value, bound: value > bound,
    "below": lambda value, bound: value >= bound,
}


def bins_of(values: list[float], bounds: list[float]) -> dict[str, Any]:
    """Count a histogram as a run does."""
    zeros = [0] * len(values)
    frame = pl.DataFrame(
        {"doc_id": pl.Series(range(len(values)), dtype=pl.UInt64), "x": values, "keep": True,
         "byte_count": zeros, "char_count": zeros}
    )  # fmt: skip
    return dict(statistics(frame.lazy(), ["x"], {"x": bounds})["histograms"]["x"])


def rule(values: list[float], guarded: bool = False, **bounds: float) -> dict[str, Any]:
    fails = sum(any(FAILS[side](v, bound) for side, bound in bounds.items()) for v in values)
    return {"bounds": bounds, "when": [{}] if guarded else [], "fails": fails}


VALUES = st.lists(st.integers(0, 12).map(float) | st.floats(0, 12), min_size=3, max_size=60)


@given(VALUES, st.sampled_from(sorted(FAILS)), st.integers(0, 12))
def test_a_slider_is_exact_at_every_edge(values: list[float], side: str, bound: int) -> None:
    bins = bins_of(values, [float(bound)])
    for slider in sliders(bins, {"set.rule": rule(values, **{side: float(bound)})}):
        assert slider.exact
        assert slider.at[slider.now] == bound
        assert slider.documents == len(values)
        for at, dropped in zip(slider.at, slider.dropped, strict=True):
            assert dropped == sum(FAILS[side](value, at) for value in values)


@given(VALUES, st.integers(1, 5), st.integers(6, 11))
def test_with_two_bounds_one_moves_and_the_other_stays(
    values: list[float], low: int, high: int
) -> None:
    bins = bins_of(values, [float(low), float(high)])
    made = sliders(bins, {"set.rule": rule(values, min=float(low), max=float(high))})
    for slider in made:
        for at, dropped in zip(slider.at, slider.dropped, strict=True):
            lower, upper = (at, high) if slider.side == "min" else (low, at)
            assert lower < upper
            assert dropped == sum(v < lower or v > upper for v in values)


def test_documents_on_the_edge_are_told_apart_from_those_beyond() -> None:
    values = [0.0, 1.0, 1.0, 1.0, 2.0, 3.0]
    (kept,) = sliders(bins_of(values, [1.0]), {"set.a": rule(values, max=1.0)})
    (dropped,) = sliders(bins_of(values, [1.0]), {"set.b": rule(values, below=1.0)})
    assert kept.dropped[kept.now] == 2
    assert dropped.dropped[dropped.now] == 5


def test_a_guarded_rule_has_an_upper_bound_but_its_own_number_where_it_is() -> None:
    values = [1.0, 2.0, 3.0, 4.0]
    guarded = rule(values, True, min=3.0) | {"fails": 1}
    (slider,) = sliders(bins_of(values, [3.0]), {"set.rule": guarded})
    assert not slider.exact
    assert slider.dropped[slider.now] == 1
    beside = slider.at[slider.now + 1]
    assert slider.dropped[slider.now + 1] == sum(value < beside for value in values)


def test_a_guarded_rule_whose_other_bound_is_not_counted_has_no_slider() -> None:
    values = [1.0, 2.0, 3.0, 4.0]
    guarded = rule(values, True, min=2.0, max=9.0)
    assert [one.side for one in sliders(bins_of(values, [2.0, 9.0]), {"set.rule": guarded})] == [
        "max"
    ]


@pytest.mark.parametrize(("side", "exact"), [("min", True), ("below", True), ("max", False)])
def test_a_run_that_did_not_count_edges_gives_an_upper_bound(side: str, exact: bool) -> None:
    values = [0.0, 1.0, 1.0, 2.0, 3.0]
    bins = bins_of(values, [1.0])
    del bins["on_edge"]
    (slider,) = sliders(bins, {"set.rule": rule(values, **{side: 1.0})})
    assert slider.exact is exact
    for at, dropped in zip(slider.at, slider.dropped, strict=True):
        assert dropped >= sum(FAILS[side](value, at) for value in values)
    assert not sliders(bins, {"set.rule": rule(values, above=1.0)})


def test_words_and_truths_have_no_slider() -> None:
    bins = bins_of([1.0, 2.0, 3.0], [])
    assert not sliders(bins, {"set.rule": {"bounds": {"is": False}, "when": [], "fails": 0}})
