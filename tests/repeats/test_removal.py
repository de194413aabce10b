"""What is taken out is what the twin takes out, whatever the splits; nothing else changes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.kernels.arrow import text_buffer, text_series
from corpuskit.kernels.cut_lines import cut_lines
from corpuskit.kernels.line_marks import mark_lines
from corpuskit.repeat_settings import RepeatSettings
from corpuskit.repeats import (
    HostMarks,
    Removal,
    find_host_lines,
    find_units,
    mark_hosts,
    mark_units,
    open_table,
    table,
)
from corpuskit.repeats.units import TABLE_COLUMNS
from tests import reference_repeats as twin
from tests.reference_repeats import Page

LINES = ("", "  ", "Home", "One line of prose.", "one line OF prose", "Line 1", "Line 2", "}", "é",
         "e\u0301", "三行文字", "\r")  # fmt: skip
PAGES = st.lists(
    st.tuples(
        st.lists(st.sampled_from(LINES), max_size=6).map("\n".join),
        st.sampled_from([None, "a.org", "b.org"]),
    ),
    max_size=8,
).flatmap(
    lambda rows: st.permutations(range(len(rows))).map(
        lambda ids: [Page(i * 7 + 1, *row) for i, row in zip(ids, rows, strict=True)]
    )
)


def columns(pages: Sequence[Page]) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Put pages into columns."""
    return (
        pl.Series("text", [page.text for page in pages], dtype=pl.String),
        pl.Series("doc_id", [page.doc_id for page in pages], dtype=pl.UInt64),
        pl.Series("host", [page.host for page in pages], dtype=pl.String),
    )


def find(pages: Sequence[Page], wanted: RepeatSettings, equal: bool, size: int) -> Removal:
    """Search pages in splits of some size."""
    folder = Path(tempfile.mkdtemp())
    parts = [pages[at : at + size] for at in range(0, len(pages), size)]
    removal = Removal(wanted, equal)
    if wanted.per_host:
        marks = [HostMarks.of(folder, str(number)) for number in range(len(parts))]
        rows = [mark_hosts(m, *columns(part)) for m, part in zip(marks, parts, strict=True)]
        sums = sum(row[0] for row in rows), sum(row[1] for row in rows)
        find_host_lines(folder / "hosts", marks, sums, wanted)
        removal = Removal(wanted, equal, hosts=open_table(folder / "hosts", 1))
    if wanted.unit != "document":
        paths = [folder / f"{number}.npy" for number in range(len(parts))]
        total = 0
        for path, part in zip(paths, parts, strict=True):
            text, ids, hosts = columns(part)
            left = removal.take_out(text, ids, hosts).text
            total += mark_units(path, left, ids, wanted, equal)
        find_units(folder / "units", paths, total)
        units = open_table(folder / "units", TABLE_COLUMNS)
        removal = Removal(wanted, equal, units, removal.hosts)
    return removal


def left(pages: Sequence[Page], removal: Removal) -> list[str]:
    """Return what is left of each page, and check that no character got lost."""
    taken = removal.take_out(*columns(pages))
    gone = taken.counts[:, 3:].sum(axis=1)
    texts = taken.text.to_list()
    assert [len(t) + n for t, n in zip(texts, gone, strict=True)] == [len(p.text) for p in pages]
    assert taken.removed.height == taken.counts[:, :3].sum()
    return texts


def expected(pages: Sequence[Page], wanted: RepeatSettings, equal: bool) -> list[str]:
    """Do the same, slowly."""
    own = list(pages)
    if wanted.per_host:
        gone = twin.frames(own, wanted.host_pages, wanted.host_share)
        own = [page._replace(text=twin.cut(page.text, lines))
               for page, lines in zip(own, gone, strict=True)]  # fmt: skip
    if wanted.unit != "document":
        gone = twin.repeated(own, wanted.unit, wanted.least_chars, wanted.within_documents, equal)
        own = [page._replace(text=twin.cut(page.text, lines))
               for page, lines in zip(own, gone, strict=True)]  # fmt: skip
    return [page.text for page in own]


@pytest.mark.parametrize("unit", ["line", "paragraph", "document"])
@settings(max_examples=25, deadline=None, derandomize=True)
@given(PAGES, st.booleans(), st.booleans(), st.booleans(), st.sampled_from([1, 6]))
def test_what_is_left_equals_the_twin_whatever_the_splits(
    unit: str, pages: list[Page], within: bool, per_host: bool, equal: bool, least: int
) -> None:
    wanted = RepeatSettings(unit, least, within, per_host or unit == "document", 2, 0.5)
    whole = left(pages, find(pages, wanted, equal, size=100))
    assert whole == expected(pages, wanted, equal)
    assert left(pages, find(pages[::-1], wanted, equal, size=2)) == whole


def test_ranges_of_hashes_merge_to_the_same_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [Page(n, "\n".join(f"{chr(97 + (n * k) % 23) * 9} words" for k in range(9)), "a.org")
             for n in range(1, 40)]  # fmt: skip
    wanted = RepeatSettings(least_chars=3, per_host=True, host_pages=5, host_share=0.4)
    whole = find(pages, wanted, True, size=50)
    monkeypatch.setattr(table, "RANGE_ROWS", 7)
    parts = find(pages, wanted, True, size=3)
    for one, other in ((whole.units, parts.units), (whole.hosts, parts.hosts)):
        assert one is not None
        assert other is not None
        assert len(one) > 0
        for a, b in zip((*one.columns, one.buckets), (*other.columns, other.buckets), strict=True):
            assert np.array_equal(a, b)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.lists(st.sampled_from(LINES), max_size=7), st.integers(0, 255))))
def test_cutting_equals_its_twin(rows: list[tuple[list[str], int]]) -> None:
    texts = ["\n".join(lines) for lines, _ in rows]
    gone = [{n for n in range(8) if bits >> n & 1} for _, bits in rows]
    buffer = text_buffer(pl.Series(texts, dtype=pl.String))
    lines = mark_lines(buffer)
    flags = [n in own for text, own in zip(texts, gone, strict=True)
             for n in range(text.count("\n") + 1)]  # fmt: skip
    cut, counts, _ = cut_lines(buffer, lines, np.array(flags, np.uint8), 1)
    assert text_series(cut).to_list() == [twin.cut(t, g) for t, g in zip(texts, gone, strict=True)]
    assert counts[:, 1].sum() == sum(map(len, texts)) - text_series(cut).str.len_chars().sum()


def test_blank_lines_by_hand() -> None:
    page = "Text.\n\nMenu of this site.\n\nMore text.\n\nMenu of this site.\n"
    pages = [Page(1, "Menu of this site."), Page(2, page), Page(3, "Menu of this site.\n\nEnd.")]
    removal = find(pages, RepeatSettings(least_chars=10), True, 1)
    assert left(pages, removal) == ["Menu of this site.", "Text.\n\nMore text.", "End."]
    removed = removal.take_out(*columns(pages)).removed
    assert removed.select("row", "line_number", "cause", "text").rows() == [
        (1, 3, "repeated_line", "Menu of this site."),
        (1, 7, "repeated_line", "Menu of this site."),
        (2, 1, "repeated_line", "Menu of this site."),
    ]


@pytest.mark.parametrize(("width", "goes"), [(20, True), (19, False)])
def test_a_line_under_the_bound_stays(width: int, goes: bool) -> None:
    pages = [Page(1, "x" * width), Page(2, "x" * width + "\nAnother line.")]
    found = left(pages, find(pages, RepeatSettings(), True, 1))
    assert found[1] == ("Another line." if goes else pages[1].text)


@pytest.mark.parametrize(("pages", "share", "goes"), [
    (7, 0.2, True), (6, 0.2, False), (7, 0.7, True), (7, 0.71, False),
])  # fmt: skip
def test_a_frame_stands_on_enough_pages_of_its_host(pages: int, share: float, goes: bool) -> None:
    made = [Page(n, f"Home\nText {'abcdefghij'[n]}.", "a.org") for n in range(pages)]
    made += [Page(n, f"Text {'abcdefghij'[n]}.", "a.org") for n in range(pages, 10)]
    made += [Page(20 + n, f"Home\nElsewhere {n}.", f"{n}.org") for n in range(9)]
    made += [Page(40, "Home\nText a!", "a.org")]  # the first page again, as far as lines go
    wanted = RepeatSettings("document", per_host=True, host_share=share)
    found = left(made, find(made, wanted, True, 4))
    assert found[0] == ("Text a." if goes else made[0].text)
    assert found[10] == made[10].text
    assert found[-1] == ("Text a!" if goes else made[-1].text)


def test_pages_that_differ_in_digits_alone_are_no_frame() -> None:
    made = [Page(n, f"A long story.\nSeen on day {n}.", "a.org") for n in range(9)]
    wanted = RepeatSettings("document", per_host=True)
    assert left(made, find(made, wanted, True, 2)) == [page.text for page in made]
