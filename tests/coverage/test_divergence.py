"""The Jensen–Shannon divergence, against values by hand and against a slow plain twin."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.coverage.divergence import Counted, divergence, term

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 1000), min_size=1)


def plain(p: dict[str, int], q: dict[str, int]) -> float:
    """Lin 1991, equation 3.4 with equal weights: H of the mean, less the mean of both H."""

    def entropy(shares: list[float]) -> float:
        return -sum(share * math.log2(share) for share in shares if share > 0)

    names = sorted({*p, *q})
    one = [p.get(name, 0) / sum(p.values()) for name in names]
    two = [q.get(name, 0) / sum(q.values()) for name in names]
    mean = [(a + b) / 2 for a, b in zip(one, two, strict=True)]
    return entropy(mean) - (entropy(one) + entropy(two)) / 2


def whole(counts: dict[str, int]) -> Counted:
    return Counted(counts, sum(counts.values()))


def test_half_of_a_language_that_the_other_side_lacks() -> None:
    # P = (1/2, 1/2), Q = (1, 0): M = (3/4, 1/4); ½·½·log2(2/3) + ½·½·log2(2) + ½·log2(4/3)
    expected = 0.25 * math.log2(2 / 3) + 0.25 + 0.5 * math.log2(4 / 3)
    found = divergence(Counted({"en": 1, "zh": 1}, 2), Counted({"en": 5}, 5))
    assert found.low == pytest.approx(expected, abs=1e-12)
    assert found.low == found.high
    assert [row.name for row in found.rows] == ["zh", "en"]
    assert found.rows[0] == ("zh", 0.5, 0.0, pytest.approx(0.25))


def test_equal_sides_have_nothing_and_disjoint_ones_a_whole_bit_between_them() -> None:
    same = divergence(Counted({"a": 1, "b": 3}, 4), Counted({"a": 10, "b": 30}, 40))
    assert same.low == same.high == 0
    apart = divergence(Counted({"a": 7}, 7), Counted({"b": 1, "c": 2}, 3))
    assert apart.low == pytest.approx(1) == apart.high


@given(COUNTS, COUNTS)
def test_it_is_what_entropies_say_and_symmetric(p: dict[str, int], q: dict[str, int]) -> None:
    found = divergence(whole(p), whole(q))
    assert found.low == pytest.approx(plain(p, q), abs=1e-9)
    assert divergence(whole(q), whole(p)).low == pytest.approx(found.low, abs=1e-12)
    assert 0 <= found.low <= 1


@given(COUNTS, COUNTS, st.integers(1, 8), st.integers(1, 8))
def test_what_is_not_listed_makes_an_interval_that_holds_the_truth(
    p: dict[str, int], q: dict[str, int], first: int, second: int
) -> None:
    truth = plain(p, q)
    found = divergence(largest(p, first), largest(q, second))
    assert found.low <= truth + 1e-9
    assert truth <= found.high + 1e-9


def largest(counts: dict[str, int], most: int) -> Counted:
    """Keep the largest names, as a summary does."""
    kept = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most])
    unlisted = len(counts) > len(kept)
    return Counted(kept, sum(counts.values()), min(kept.values()) if unlisted else 0)


def test_a_name_that_may_be_there_counts_as_little_as_it_can() -> None:
    # The other side lists only "a" with 50 of 100, so "b" has at most 50 of 100 there.
    found = divergence(Counted({"b": 60}, 100, 10), Counted({"a": 50}, 100, 50))
    (b,) = [row for row in found.rows if row.name == "b"]
    assert b.there is None
    assert b.bits == pytest.approx(term(0.6, 0.5))
