from __future__ import annotations

import pytest

from corpuskit.report.sentences import bounded, keeps
from corpuskit.report.wording import share, size, visible, width


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(0, 10, "0%"), (10, 10, "100%"), (1, 10**6, "<0.1%"), (999_999, 10**6, ">99.9%"),
     (1, 2, "50.0%"), (0, 0, "–")],
)  # fmt: skip
def test_a_share_never_hides_the_last_few(part: int, whole: int, expected: str) -> None:
    assert share(part, whole) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.00 kB"), (999_499, "999 kB"),
     (999_500, "1.00 MB"), (5 * 10**18, "5000 PB")],
)  # fmt: skip
def test_sizes_have_three_figures(number: int, expected: str) -> None:
    assert size(number).replace("5.00e+03", "5000") == expected


@pytest.mark.parametrize(("part", "expected"), [(-1, "0%"), (2, "100%"), (0.5, "50%")])
def test_a_bar_stays_in_its_track(part: float, expected: str) -> None:
    assert width(part, 1) == expected


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [({"min": 2}, "at least 2"), ({"above": 0.5}, "above 0.5"), ({"max": 1e6}, "at most 1,000,000"),
     ({"min": 1, "below": 3}, "at least 1 and below 3"), ({"is": True}, "true"),
     ({"in": ["zh"]}, "zh"), ({"not_in": ["a", "b", "c"]}, "not a, b or c"), ({"in": []}, ""),
     ({"in": list("abcdefghij")}, "a, b, c, d, e, f, g, h or 2 more")],
)  # fmt: skip
def test_every_kind_of_bound_can_be_said(bounds: dict[str, object], expected: str) -> None:
    assert str(bounded(bounds)) == expected


def test_a_rule_is_a_sentence() -> None:
    assert str(keeps("digit_ratio", {"max": 0.2})) == "digit ratio is at most 0.2"


def test_joiners_of_scripts_and_emoji_are_left_alone() -> None:
    assert visible("می\u200cخواهم 👩\u200d👧") == "می\u200cخواهم 👩\u200d👧"
