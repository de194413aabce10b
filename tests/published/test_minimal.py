"""The rules for curated text, each on made text on both sides of its bound, and the recipe."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from corpuskit.api import clean
from tests.published.bounds import Pair, failed, lines, outcome, rules_of, untried

PAIRS = {
    "empty": Pair("a", " \n"),
    "mostly_broken_characters": Pair("a" * 9 + "\ufffd", "a" * 8 + "\ufffd"),
    "mostly_control_characters": Pair("a" * 9 + "\x01", "a" * 8 + "\x01"),
    "one_line_repeated": Pair(lines(*[7] * 5), lines(*[7] * 6)),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_each_rule_cuts_at_its_bound(rule: str) -> None:
    assert outcome("minimal", PAIRS, rule) == (False, True)


def test_there_are_at_most_five_rules_and_none_is_left_out_here() -> None:
    assert untried("minimal", PAIRS) == set()
    assert len(rules_of("minimal")) <= 5


@pytest.mark.parametrize(
    "text", ["No.", "床前明月光", "- 1\n- 2\n- 3", "la\nla la\nla\n", "3.14159"]
)
def test_short_and_odd_text_is_kept(text: str) -> None:
    assert failed("minimal", text) == set()


def test_the_recipe_drops_exact_copies_and_keeps_near_ones(tmp_path: Path) -> None:
    text = " ".join(f"word{k}" for k in range(200))
    texts = [text, text, text + " more", "short", "", "so\n" * 9]
    pl.DataFrame({"text": texts}).write_parquet(tmp_path / "in.parquet")
    clean(tmp_path / "in.parquet", tmp_path / "out", recipe="minimal")
    kept = pl.read_parquet(tmp_path / "out" / "kept" / "*.parquet")
    assert sorted(kept["text"]) == sorted([text, text + " more", "short"])
