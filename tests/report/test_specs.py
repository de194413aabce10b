"""What the kinds of charts draw."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.report.charts import Chart, Phrase
from corpuskit.report.specs import bars, columns, funnel, histogram, line

FLAT = {"edges": [0.0, 1.0, 2.0, 3.0, 4.0], "in": [10, 10, 10, 10], "kept": [0, 10, 10, 5]}
ALT = Phrase("duplicates.sizes_alt")


def rules(*bounds: tuple[str, float, bool]) -> dict[str, Any]:
    return {
        f"set.rule{number}": {"bounds": {side: value}, "when": [{}] if guarded else [], "fails": 1}
        for number, (side, value, guarded) in enumerate(bounds)
    }


def drawn(bins: dict[str, Any], *bounds: tuple[str, float, bool]) -> Chart:
    chart = histogram("name", bins, "x", ALT, rules(*bounds))
    assert chart is not None
    return chart


def heights(chart: Chart, field: str = "h") -> list[float]:
    return [row[field] for row in chart.spec["data"]["values"]]


def x_of(chart: Chart) -> dict[str, Any]:
    return dict(chart.spec["layer"][0]["encoding"]["x"])


def test_no_documents_draw_nothing() -> None:
    assert histogram("name", {"edges": [0, 1], "in": [0], "kept": [0]}, "x", ALT) is None
    assert bars("name", [("a", 0, 0)], "x", ALT, "head") is None
    assert funnel("name", [], ALT) is None
    assert columns("name", [("2", 0, 0)], "x", ALT) is None
    assert line("name", {"a": []}, "x", "y", ALT) is None
    assert line("name", {"a": [(0, 1)]}, "x", "y", ALT, log=(True, False)) is None


def test_equal_bins_have_equal_bars_and_heights_are_drawn_as_square_roots() -> None:
    chart = drawn(FLAT)
    assert heights(chart) == [1, 1, 1, 1]
    assert heights(chart, "g") == [0, 1, 1, 0.5]
    scale = chart.spec["layer"][0]["layer"][0]["encoding"]["y"]["scale"]
    assert scale == {"type": "sqrt", "domain": [0, 1]}


def test_a_bin_of_twice_the_width_needs_twice_the_documents() -> None:
    assert heights(drawn({"edges": [0, 1, 3], "in": [10, 20], "kept": [10, 20]})) == [1, 1]


def test_on_a_logarithmic_axis_width_is_what_is_drawn() -> None:
    bins = {"edges": [1, 10, 100, 10_000], "in": [5, 5, 5], "kept": [5, 5, 5]}
    chart = drawn(bins)
    assert x_of(chart)["scale"]["type"] == "log"
    assert heights(chart) == pytest.approx([1, 1, 0.5])


@pytest.mark.parametrize(
    ("edges", "kind", "ticks"),
    [
        ([0, 10, 100, 100_000], "symlog", [0, 1, 10, 100, 1000, 10_000, 100_000]),
        ([1, 10, 100, 100_000], "log", [1, 10, 100, 1000, 10_000, 100_000]),
        ([0, 1, 2, 3], "linear", None),
    ],
)
def test_a_wide_range_has_a_logarithmic_axis_with_powers_of_ten(
    edges: list[float], kind: str, ticks: list[int] | None
) -> None:
    x = x_of(drawn({"edges": edges, "in": [1, 1, 1], "kept": [1, 1, 1]}))
    assert x["scale"]["type"] == kind
    values = x["axis"].get("values")
    assert values is None if ticks is None else set(values) <= set(ticks)
    assert values is None or 2 <= len(values) <= 8


def test_a_bound_is_a_line_that_its_signal_moves_and_shades_what_it_drops() -> None:
    chart = drawn(FLAT, ("min", 1.0, False), ("max", 3.0, False))
    assert chart.spec["params"] == [
        {"name": "bound0", "value": 1.0}, {"name": "bound1", "value": 3.0},
    ]  # fmt: skip
    _, under, over, first, second = chart.spec["layer"]
    assert under["encoding"]["x2"] == {"datum": {"expr": "max(bound0)"}}
    assert over["encoding"]["x"]["datum"] == {"expr": "min(bound1)"}
    assert first["encoding"]["x"]["datum"] == {"expr": "bound0"}
    assert second["encoding"]["x"]["datum"] == {"expr": "bound1"}


def test_a_bound_for_some_documents_is_dashed_and_shades_nothing() -> None:
    layers = drawn(FLAT, ("min", 1.0, True)).spec["layer"]
    assert len(layers) == 2
    assert layers[1]["mark"]["strokeDash"] == [4, 3]


def test_empty_ends_are_left_out_but_not_beyond_a_bound() -> None:
    bins = {"edges": [0.0, 1.0, 2.0, 3.0, 4.0], "in": [0, 0, 9, 0], "kept": [0, 0, 9, 0]}
    assert drawn(bins).rows == ((2.0, 3.0, 9, 9),)
    assert drawn(bins, ("min", 0.5, False)).rows[0][0] == 0.0


def test_a_narrow_bin_is_drawn_with_its_neighbour_but_never_over_a_bound() -> None:
    edges = [0.0, 1.0, 1.01, 2.0, 3.0]
    bins = {"edges": edges, "in": [5, 1, 5, 5], "kept": [5, 1, 5, 5]}
    assert len(heights(drawn(bins))) == 3
    assert len(heights(drawn(bins, ("max", 1.0, False), ("max", 1.01, False)))) == 4
    assert len(drawn(bins).rows) == 4


def test_points_that_a_logarithmic_axis_cannot_hold_are_left_out() -> None:
    chart = line("name", {"a": [(0, 5), (1, 0), (10, 3)]}, "x", "y", ALT, log=(True, True))
    assert chart is not None
    assert chart.rows == ((10, 3),)


def test_lines_are_told_apart_by_their_dashes_and_a_single_one_needs_no_legend() -> None:
    two = line("name", {"a": [(1, 1)], "b": [(1, 2)]}, "x", "y", ALT)
    one = line("name", {"a": [(1, 1)]}, "x", "y", ALT)
    assert two is not None
    assert one is not None
    dashes = [layer["mark"]["strokeDash"] for layer in two.spec["layer"]]
    assert dashes[0] != dashes[1]
    assert two.rows == (("a", 1, 1), ("b", 1, 2))
    assert "legend" not in two.spec["layer"][0]["encoding"]["color"]
    assert one.spec["layer"][0]["encoding"]["color"]["legend"] is None


def test_a_funnel_puts_what_a_step_takes_behind_what_it_leaves() -> None:
    chart = funnel("name", [("base", 90, 10), ("gopher", 60, 30)], ALT)
    assert chart is not None
    left, taken = (layer["data"]["values"] for layer in chart.spec["layer"])
    assert [(row["from"], row["to"]) for row in left] == [(0, 90), (0, 60)]
    assert [(row["from"], row["to"]) for row in taken] == [(90, 100), (60, 90)]


@given(
    st.lists(st.floats(-1e6, 1e9), min_size=2, max_size=30, unique=True),
    st.lists(st.integers(0, 10**12), min_size=29, max_size=29),
    st.lists(st.floats(-1e6, 1e9), max_size=3),
)
def test_every_bar_lies_on_the_canvas_and_no_document_is_lost(
    edges: list[float], counts: list[int], bounds: list[float]
) -> None:
    edges = sorted(edges)
    used = counts[: len(edges) - 1]
    bins = {"edges": edges, "in": used, "kept": [n // 2 for n in used]}
    chart = histogram("name", bins, "x", ALT, rules(*(("min", b, False) for b in bounds)))
    if chart is None:
        assert not any(used)
        return
    values = chart.spec["data"]["values"]
    assert all(0 <= row["g"] <= row["h"] <= 1 for row in values)
    assert sum(row["a"] for row in values) == sum(used) == sum(row[2] for row in chart.rows)
    low, high = x_of(chart)["scale"]["domain"]
    assert all(low <= row["l"] < row["r"] <= high for row in values)
    assert all(left["r"] == right["l"] for left, right in pairwise(values))
