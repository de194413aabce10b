"""Exact duplicates: the same text but for white space and the spelling of composed characters."""

from __future__ import annotations

import time
import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.dedup import deduplicate, fingerprint, shingle_sets
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.features import Measured
from tests.dedup.finding import dropped, find
from tests.dedup.made_text import english
from tests.reference_dedup import HOSTILE, digest, normalised

EXACT_ONLY = DuplicateSettings(near=False)


@settings(max_examples=100, deadline=None)
@given(st.lists(HOSTILE, min_size=1, max_size=5))
def test_the_hash_is_blake2b_of_the_normalised_text(texts: list[str]) -> None:
    found = fingerprint(Measured(pl.Series(texts)), EXACT_ONLY)["text_hash"].to_list()
    assert found == [digest(normalised(text)) for text in texts]


@settings(max_examples=50, deadline=None)
@given(st.lists(HOSTILE, min_size=1, max_size=6))
def test_exact_duplicates_are_texts_that_are_equal_when_normalised(texts: list[str]) -> None:
    survivors = set(range(len(texts))) - set(dropped(find(texts, EXACT_ONLY)))
    assert len(survivors) == len({normalised(text) for text in texts})


def test_white_space_alone_does_not_make_a_difference() -> None:
    assert dropped(find(["a b c", " a\r\n\u3000b\tc ", "a bc"])) == {0: 1}


def test_case_and_punctuation_make_an_exact_difference() -> None:
    assert dropped(find(["Stop.", "stop", "STOP!"], EXACT_ONLY)) == {}


def test_composed_and_decomposed_spellings_are_equal() -> None:
    text = "Où est la forêt? 한국어 がぎ"
    assert dropped(find([text, unicodedata.normalize("NFD", text)], EXACT_ONLY)) == {0: 1}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("か", "が"),
        ("ハ", "パ"),
        ("กิน", "กน"),
        ("ก่อน", "ก้อน"),
        ("한", "하"),
        ("é", "e"),
        ("ي", "ى"),
    ],
)
def test_a_combining_mark_makes_a_difference(first: str, second: str) -> None:
    assert dropped(find([first * 30, second * 30])) == {}


def test_the_longest_stays_and_ties_go_to_the_smallest_id() -> None:
    assert dropped(find(["a b", "a  b", "a  b"])) == {0: 1, 2: 1}


def test_the_shortest_stays_where_that_is_wanted() -> None:
    assert dropped(find(["a  b", "a b"], DuplicateSettings(keep="shortest"))) == {0: 1}


def test_exact_duplicates_stay_where_they_are_not_looked_for() -> None:
    result = find(["Stop.", "Stop."], DuplicateSettings(exact=False, near=False))
    assert result.frame.is_empty()


def test_empty_texts_are_one_group_and_nothing_else_joins_it() -> None:
    assert dropped(find(["", " \n", "\u3000", ".", "a"])) == {0: 1, 2: 1}


def test_no_documents_give_an_empty_result() -> None:
    result = find([])
    assert result.frame.is_empty()
    assert result.frame.schema["representative"] == pl.UInt64
    assert set(result.stats.values()) == {0}


def test_a_hundred_thousand_equal_documents_are_one_group_at_once() -> None:
    column = pl.Series([english(1, 20)]).new_from_index(0, 100_000)
    begun = time.perf_counter()
    result = deduplicate(column, pl.Series(range(100_000)), DuplicateSettings())
    assert result.stats["exact"] == 99_999
    assert result.stats["candidate_pairs"] == 0
    assert result.frame["representative"].unique().to_list() == [0]
    assert time.perf_counter() - begun < 20


def test_measuring_leaves_the_texts_as_they_were() -> None:
    measured = Measured(pl.Series(["e\u0301tude " * 12, "plain"]))
    fingerprint(measured, DuplicateSettings())
    shingle_sets(measured, DuplicateSettings())
    assert measured.text.to_list() == ["e\u0301tude " * 12, "plain"]
