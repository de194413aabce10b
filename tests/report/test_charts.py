from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.report.charts import HEIGHT, WIDTH, histogram

FLAT = {"edges": [0.0, 1.0, 2.0, 3.0, 4.0], "in": [10, 10, 10, 10], "kept": [0, 10, 10, 5]}


def heights(path: str) -> list[float]:
    """Return the height of every bar of a path."""
    return [HEIGHT - float(top) for top in re.findall(r"M\S+ (\S+?)h", path)]


def test_no_documents_draw_nothing() -> None:
    assert histogram({"edges": [0, 1], "in": [0], "kept": [0]}) is None


def test_equal_bins_have_equal_bars_that_reach_the_top() -> None:
    chart = histogram(FLAT)
    assert heights(chart.all) == [HEIGHT] * 4
    assert len(heights(chart.kept)) == 3


def test_a_quarter_of_the_documents_is_half_as_high() -> None:
    chart = histogram({"edges": [0, 1, 2], "in": [100, 25], "kept": [0, 0]})
    assert heights(chart.all) == pytest.approx([HEIGHT, HEIGHT / 2])
    assert chart.kept == ""


def test_a_bin_of_twice_the_width_needs_twice_the_documents() -> None:
    chart = histogram({"edges": [0, 1, 3], "in": [10, 20], "kept": [10, 20]})
    assert heights(chart.all) == pytest.approx([HEIGHT, HEIGHT], abs=0.1)


def test_bounds_are_lines_and_what_they_drop_is_shaded() -> None:
    chart = histogram(FLAT, [("min", 1.0, False), ("max", 3.0, False)])
    assert [line.x for line in chart.lines] == [WIDTH / 4, WIDTH * 3 / 4]
    assert chart.shades == ((0.0, WIDTH / 4), (WIDTH * 3 / 4, WIDTH / 4))


def test_a_bound_for_some_documents_shades_nothing() -> None:
    chart = histogram(FLAT, [("min", 1.0, True)])
    assert chart.lines[0].guarded
    assert chart.shades == ()


def test_empty_ends_are_left_out_but_not_beyond_a_bound() -> None:
    bins = {"edges": [0.0, 1.0, 2.0, 3.0, 4.0], "in": [0, 0, 9, 0], "kept": [0, 0, 9, 0]}
    assert histogram(bins).ticks[0][1] == "2"
    assert histogram(bins, [("min", 0.5, False)]).ticks[0][1] == "0"


def test_a_narrow_bin_is_drawn_with_its_neighbour_but_never_over_a_bound() -> None:
    edges = [0.0, 1.0, 1.01, 2.0, 3.0]
    counts = {"edges": edges, "in": [5, 1, 5, 5], "kept": [5, 1, 5, 5]}
    assert len(heights(histogram(counts).all)) == 3
    assert len(heights(histogram(counts, [("max", 1.0, False), ("max", 1.01, False)]).all)) == 4


def test_a_wide_range_has_a_logarithmic_axis() -> None:
    bins = {"edges": [0, 10, 100, 100_000], "in": [1, 1, 1], "kept": [1, 1, 1]}
    assert [text for _, text in histogram(bins).ticks] == ["0", "10", "1k", "100k"]


@given(
    st.lists(st.floats(-1e6, 1e9), min_size=2, max_size=30, unique=True),
    st.lists(st.integers(0, 10**12), min_size=29, max_size=29),
    st.lists(st.floats(-1e6, 1e9), max_size=3),
)
def test_everything_lies_on_the_canvas(
    edges: list[float], counts: list[int], bounds: list[float]
) -> None:
    edges = sorted(edges)
    used = counts[: len(edges) - 1]
    bins = {"edges": edges, "in": used, "kept": [n // 2 for n in used]}
    chart = histogram(bins, [("min", bound, False) for bound in bounds])
    if chart is None:
        assert not any(used)
        return
    assert all(0 < height <= HEIGHT for height in heights(chart.all + chart.kept))
    assert all(0 <= place <= WIDTH for place, _ in chart.ticks)
    assert all(0 <= line.x <= WIDTH for line in chart.lines)
    assert len(chart.ticks) <= 12
    assert all(left < right for (left, _), (right, _) in pairwise(chart.ticks))
