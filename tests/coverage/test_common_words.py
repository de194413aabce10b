"""Common words and beginnings of lines, against an independent count."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest

from corpuskit.coverage import common_words as module
from corpuskit.coverage.common_words import common_words, line_openings

TEXTS = [
    "The cat sat on the mat. THE END!",
    "我说你好。Cat and dog, cat and mouse.",
    "",
    "one two two three three three",
]


def test_words_are_those_of_a_count_by_hand() -> None:
    found = common_words(pl.Series(TEXTS))
    counts = {word: count for word, count, _ in found.iter_rows()}
    spelled = "the cat sat on the mat the end 我 说 你 好 cat and dog cat and mouse one two two"
    assert counts == {**Counter([*spelled.split(), *["three"] * 3]), None: 0}
    odd = {word: count for word, _, count in found.iter_rows() if count}
    assert odd == dict(Counter(["我", "说", "你", "好", "cat", "and", "dog", "cat", "and", "mouse",
                                "one", "two", "two", "three", "three", "three"]))  # fmt: skip


def test_words_that_are_not_written_out_are_counted_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "WORDS_KEPT", 2)
    found = common_words(pl.Series(["a a a b b c d"]))
    assert found.rows() == [("a", 3, 0), ("b", 2, 0), (None, 2, 0)]


def test_no_text_has_no_words() -> None:
    assert common_words(pl.Series([], dtype=pl.String)).rows() == [(None, 0, 0)]
    assert line_openings(pl.Series([], dtype=pl.String))["lines"] == 0


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("“Come in,” she said.", "quotation"),
        ('  "Who is there?"', "quotation"),
        ("「行こう」と彼は言った。", "quotation"),
        ("«Oui.»", "quotation"),
        ("— Non, dit-il.", "dash"),
        ("–Sí.", "dash"),
        ("HAMLET: To be", "label"),
        ("子曰：學而時習之", "label"),
        ("Mrs. O’Hara: Yes.", "label"),
        ("- an item", None),
        ("— 12 —", None),
        ("'tis late", None),
        ("12:30 to London", None),
        ("A long sentence that is not a name at all: this", None),
        ("https://example.org", None),
    ],
)
def test_a_line_begins_as_dialogue_does_or_not(line: str, kind: str | None) -> None:
    found = line_openings(pl.Series([f"Plain line.\n\n{line}\n"]))
    names = [name for name in module.OPENINGS if found[name]]
    assert names == ([kind] if kind else [])
    assert found["lines"] == 2


def test_a_line_is_counted_once() -> None:
    found = line_openings(pl.Series(["“Ann”: “Why?”"]))
    assert found == {"documents": 1, "lines": 1, "quotation": 1, "dash": 0, "label": 0}
