"""Our published rule sets decide as the installed datatrove does, filter by filter."""

from __future__ import annotations

import pytest

from tests.oracle.filters import FILTERS, KEPT, Filter, ours, sample_texts, theirs

pytestmark = [pytest.mark.oracle, pytest.mark.filterwarnings("ignore")]
# Where tokens are cut moves a few documents in a thousand; of this small sample one may move.
LEAST_AGREEMENT = 0.99

# What a filter makes of it is known to the last character; no token stands near a bound.
EDGES = (
    "A word, another word and the third of them. " * 12,
    "One line that ends.\n" * 9 + "and one that does not\n",
    "- a bullet with some words to be said\n" * 10,
    "• a bullet and a line with some words\n" * 9 + "no bullet with some words\n",
    "The end of this line is cut...\nthat of this one is not\n" * 8,
    "# heading\n" * 20 + "the rest of it and some more to be read with care\n" * 5,
    "para one of this text\n\npara two of this text\n\npara one of this text\n\n",
    "\n\n  leading and trailing white space of a text that has to be read  \n\n\n",
    "line one\r\nline two\r\nline one\r\n\u2028line four\x0bline five\x85line six\n",
    "This page has lorem ipsum in it.\nAnd more words than that.\n",
    "This page has a { in it.\nAnd more words than that.\n",
    "Please enable JavaScript and {.\nOne. Two. Three. Four. Five six seven.\n",
    "We use cookies on this page.\nOne two three. Four. Five. Six. Seven eight.\n",
    "One[1] two[edit] three [citation needed] four. [] Five six. Seven. Eight. Nine.\n",
    "x" * 1001 + " two three.\nOne two three. Four. Five. Six. Seven.\n",
    "short\n" * 30 + "a line that is longer than thirty characters, by far.\n" * 14,
    "A line.\n" * 2 + "Different lines of text with different words in them here.\n",
    "。\n三个句子。\n这里有一句话。\nAnd some English words to be read with that.\n",
)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """English pages of sample_data, and texts made for the edges of the filters."""
    pytest.importorskip(
        "datatrove", reason="datatrove is not installed here; run it in .venv-bench (make bench)"
    )
    return [*EDGES, *sample_texts()]


@pytest.mark.parametrize("filter_", FILTERS, ids=lambda filter_: filter_.name)
def test_decisions_and_reasons_agree(filter_: Filter, texts: list[str]) -> None:
    expected = [verdict.reason for verdict in theirs([filter_], texts)[filter_.name]]
    found = [verdict.reason for verdict in ours([filter_], texts)[0][filter_.name]]
    pairs = list(zip(expected, found, strict=True))
    apart = [(k, pair) for k, pair in enumerate(pairs) if pair[0] != pair[1]]
    by_tokens = [pair for _, pair in apart if set(pair) - {KEPT} <= filter_.tokens]
    assert len(by_tokens) == len(apart), f"rules without tokens disagree: {apart}"
    assert 1 - len(apart) / len(pairs) >= LEAST_AGREEMENT, apart


@pytest.mark.parametrize("name", ["c4", "c4_fineweb"])
def test_the_line_cleaner_leaves_the_same_text(name: str, texts: list[str]) -> None:
    filters = [filter_ for filter_ in FILTERS if filter_.name == name]
    pairs = list(zip(theirs(filters, texts)[name], ours(filters, texts)[0][name], strict=True))
    both = [(one.text, other.text) for one, other in pairs if one.text and other.text]
    assert len(both) > 20
    assert [pair for pair in both if pair[0] != pair[1]] == []
