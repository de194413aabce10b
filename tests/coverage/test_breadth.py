from __future__ import annotations

import json
import math
import random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.coverage.breadth import breadth, unite


def measured(*documents: int) -> dict[str, float]:
    found = breadth(pl.DataFrame({"documents": documents}))
    assert found is not None
    return found


@pytest.mark.parametrize("names", [1, 2, 7, 212, 3_000])
def test_names_of_equal_size_have_their_number_as_effective_number(names: int) -> None:
    found = measured(*[5] * names)
    assert found["distinct"] == names
    assert found["effective"] == pytest.approx(names, abs=1e-3)
    assert found["top_1"] == pytest.approx(1 / names, abs=1e-6)
    assert found["top_100"] == pytest.approx(min(1.0, 100 / names), abs=1e-6)


def test_a_half_and_two_quarters_are_as_varied_as_two_times_root_two() -> None:
    # H = 1/2 ln 2 + 2 · 1/4 ln 4 = 3/2 ln 2, so exp(H) = 2^1.5
    assert measured(50, 25, 25)["effective"] == pytest.approx(2**1.5, abs=1e-4)
    assert measured(25, 50, 25)["top_1"] == 0.5


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=50))
def test_it_is_the_exponential_of_the_entropy(counts: list[int]) -> None:
    whole = sum(counts)
    entropy = -math.fsum(count / whole * math.log(count / whole) for count in counts)
    assert measured(*counts)["effective"] == pytest.approx(math.exp(entropy), rel=1e-6, abs=1e-4)


def test_the_order_of_rows_changes_no_digit() -> None:
    rng = random.Random(3)
    counts = [rng.randrange(1, 10**9) for _ in range(5_000)]
    found = {json.dumps(measured(*rng.sample(counts, len(counts)))) for _ in range(5)}
    assert len(found) == 1


def test_bytes_are_measured_beside_documents() -> None:
    found = breadth(pl.DataFrame({"documents": [1, 1], "bytes": [3, 0]}))
    assert found is not None
    assert found["effective"] == 2
    assert found["bytes"] == {"effective": 1.0, "top_1": 1.0, "top_10": 1.0, "top_100": 1.0}


def test_names_without_a_document_do_not_count() -> None:
    assert measured(3, 0)["distinct"] == 1
    assert breadth(pl.DataFrame({"documents": [0]})) is None
    assert breadth(pl.DataFrame({"documents": []}, schema={"documents": pl.UInt32})) is None


def test_sums_beyond_the_type_of_a_column_are_right() -> None:
    found = breadth(pl.DataFrame({"documents": [4 * 10**9] * 4}, schema={"documents": pl.UInt32}))
    assert found is not None
    assert (found["effective"], found["top_1"]) == (4, 0.25)


def test_of_two_descriptions_the_axes_are_united_and_the_rest_too() -> None:
    one, other = {"a": 1, "breadth": {"x": 1, "y": 1}}, {"b": 2, "breadth": {"y": 2}}
    assert unite(one, other) == {"a": 1, "b": 2, "breadth": {"x": 1, "y": 2}}
    assert unite({"a": 1}, {"a": 2}) == {"a": 2}
