"""Lines on many documents: counts are exact while they fit, a sample of known error behind that."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.coverage import repeated_lines
from corpuskit.coverage.parts import Tables, Texts
from corpuskit.coverage.repeated_lines import LINE_TABLE, TEXT_TABLE, describe, merge
from corpuskit.coverage.sampled import thin
from corpuskit.features import Measured
from tests.reference_repeats import normal_form, width

FOOTER = "All rights reserved, 2024. Terms of use and privacy"
MENU = "首页 新闻 体育 财经 娱乐 科技 汽车 房产"
PIECES = (
    "a",
    "b",
    "Page 12",
    "page 34.",
    FOOTER,
    MENU,
    "",
    " ",
    "...",
    "\t x\u00a0",
    "é",
    "x" * 130,
)


def counted(*texts: str, first: int = 0) -> Tables:
    measured = Measured(pl.Series(texts, dtype=pl.String))
    ids = pl.Series("doc_id", range(first, first + len(texts)), dtype=pl.UInt64)
    return repeated_lines.count(Texts(measured, pl.DataFrame(), ids.to_frame(), "made.jsonl"))


def told(*texts: str) -> dict[str, list[dict[str, float]]]:
    """Describe the lines of documents."""
    found: dict[str, list[dict[str, float]]] = describe(counted(*texts))["repeated_lines"]
    return found


def same(one: Tables, other: Tables) -> bool:
    return one.keys() == other.keys() and all(one[name].equals(other[name]) for name in one)


def slow_shares(texts: list[str]) -> dict[int, tuple[float, float]]:
    """Count lines the obvious way: the shares of lines and of their width, by least documents."""
    lines = Counter[str]()
    for text in texts:
        lines.update(set(filter(None, map(normal_form, text.split("\n")))))
    every, wide = lines.total(), sum(n * width(form) for form, n in lines.items())
    shares = {}
    for least in repeated_lines.ON_DOCUMENTS:
        inside = [form for form in lines if lines[form] >= least]
        shares[least] = (
            sum(lines[form] for form in inside) / every if every else 0.0,
            sum(lines[form] * width(form) for form in inside) / wide if wide else 0.0,
        )
    return shares


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES)).map("\n".join), max_size=12))
def test_shares_are_those_of_the_twin_while_all_lines_fit(texts: list[str]) -> None:
    expected = slow_shares(texts)
    for row in describe(counted(*texts))["repeated_lines"]["on"]:
        lines, wide = expected[row["documents"]]
        assert (row["lines"] or 0) == pytest.approx(lines)
        assert (row["width"] or 0) == pytest.approx(wide)
        assert not row["lines_error"]
        assert not row["width_error"]


def test_a_line_counts_a_document_once_and_digits_and_marks_do_not_part_lines() -> None:
    found = told(f"{FOOTER}\n{FOOTER}", f"other\n{FOOTER.replace('2024', '1999')}!", "other one")
    assert [row["lines"] for row in found["on"]] == [1 / 2, 0, 0]
    assert found["most_spread"] == [{"text": FOOTER, "documents": 2}]


def test_the_text_is_that_of_the_smallest_doc_id_whatever_the_order() -> None:
    one, two = counted(f"x\n  {FOOTER} \n", first=7), counted(FOOTER.upper(), first=3)
    for order in ([one, two], [two, one]):
        assert describe(merge(order))["repeated_lines"]["most_spread"][0]["text"] == FOOTER.upper()


def test_a_line_with_personal_data_is_counted_and_not_told() -> None:
    contact = "Write to the office: me@example.org", "Call the office today: 212-555-1234"
    found = told("\n".join([*contact, FOOTER]), "\n".join([*contact, FOOTER]))
    assert found["most_spread"] == [{"text": FOOTER, "documents": 2}]
    assert found["on"][0]["lines"] == 1


def test_a_long_line_is_cut_and_a_short_one_is_not_shown() -> None:
    wide = "中" * 200
    assert told(f"short line\n{wide}", f"short line\n{wide}")["most_spread"] == [
        {"text": "中" * repeated_lines.SHOWN_CHARS, "documents": 2}
    ]
    assert told("x" * 20, "x" * 20)["most_spread"]
    assert not told("x" * 19, "x" * 19)["most_spread"]
    assert told("中" * 10, "中" * 10)["most_spread"]
    assert not told("中" * 9, "中" * 9)["most_spread"]


@pytest.mark.parametrize("texts", [(), ("",), ("\n \n", "...")])
def test_without_lines_there_is_no_share(texts: tuple[str, ...]) -> None:
    found = told(*texts)
    assert {row["lines"] for row in found["on"]} == {None}
    assert (found["lines"], found["most_spread"], found["distinct_lines"]) == (0, [], 0)


def test_nothing_merged_is_nothing_with_the_same_columns() -> None:
    assert merge([])["lines"].schema == pl.Schema(LINE_TABLE) == counted("a")["lines"].schema
    assert merge([])["texts"].schema == pl.Schema(TEXT_TABLE) == counted("a")["texts"].schema
    assert same(merge([merge([]), counted("a")]), counted("a"))


def made(documents: int) -> list[str]:
    """Make pages: a footer on all, menus on some, lines of their own."""
    rng, pages = random.Random(5), []
    for n in range(documents):
        own = f"of page {chr(97 + n % 26)} {'abcdefghij'[n // 26 % 10] * 9}"
        lines = [f"Own line {chr(97 + k)} {own}" for k in range(20)]
        lines += [f"Menu entry of the section {rng.randrange(40) * 'z'}" for _ in range(5)]
        pages.append("\n".join([*lines, FOOTER]))
    return pages


@pytest.mark.parametrize(("lines", "texts"), [(1 << 16, 1 << 12), (64, 1 << 12), (100, 7), (1, 1)])
def test_whatever_the_splits_and_their_order_the_rows_are_the_same(
    monkeypatch: pytest.MonkeyPatch, lines: int, texts: int
) -> None:
    monkeypatch.setattr(repeated_lines, "LINES", lines)
    monkeypatch.setattr(repeated_lines, "TEXTS", texts)
    pages = made(200)
    whole = counted(*pages)
    assert whole["lines"].height <= lines
    assert whole["texts"].height <= texts
    one = [
        counted(*pages[:10]),
        counted(*pages[10:150], first=10),
        counted(*pages[150:], first=150),
    ]
    assert same(merge(one), whole)
    assert same(merge([one[2], merge([one[1], one[0]])]), whole)
    single = [counted(page, first=n) for n, page in enumerate(pages)]
    assert same(merge(single[::-1]), whole)


def test_the_sample_is_all_lines_whose_hash_begins_with_zeros() -> None:
    table = counted(*made(200))["lines"]
    held, level = thin(table, 100)
    assert 0 < held.height <= 100
    assert held.equals(table.filter(pl.col("hash") < 1 << (64 - level)))
    assert table.filter(pl.col("hash") < 1 << (65 - level)).height > 100


def test_what_is_told_of_a_sample_lies_within_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    spread = rng.zipf(1.6, 20_000).clip(max=300)
    rows: list[list[str]] = [[] for _ in range(300)]
    for line, documents in enumerate(spread.tolist()):
        word = "".join(chr(97 + int(digit)) for digit in str(line))
        for document in rng.choice(300, documents, replace=False).tolist():
            rows[document].append(f"a line {word}")
    texts = ["\n".join(row) for row in rows]
    exact = told(*texts)["on"]
    outside = 0
    for most in (500, 2_000, 9_000):
        monkeypatch.setattr(repeated_lines, "LINES", most)
        found = told(*texts)
        assert found["distinct_lines"] == pytest.approx(len(spread), rel=0.15)
        for row, right in zip(found["on"], exact, strict=True):
            for name in ("lines", "width"):
                assert 0 < row[f"{name}_error"] < 0.25
                outside += abs(row[name] - right[name]) > row[f"{name}_error"]
    assert outside <= 2  # of 18, correlated; one in twenty is expected


def test_totals_are_exact_where_lines_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated_lines, "LINES", 3)
    pages = made(50)
    assert told(*pages)["lines"] == sum(page.count("\n") + 1 for page in pages)
