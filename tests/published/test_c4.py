"""C4's line cleaner and what it counts, by hand and by the twin."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.cleaners import CLEANERS
from corpuskit.features import Measured
from corpuskit.features.c4 import C4, C4_FINEWEB
from corpuskit.features.groups import measure
from corpuskit.kernels.tokenise import tokenise
from tests import reference_published as twin

PIECES = (
    "\n", "\n", "\r\n", "\v", "\x1c", "\x1f", "\x85", "\u2028", " ", " ", "  ", "\t", "\u3000",
    "\u00a0", "\u200b", "a ", "one ", "Two words ", "three more words ", "é", "한국어 ", "三", "😀",
    ".", ". ", "...", "…", "!", "?", '"', "'", "。", "、", ")", "(", "[", "]", "{", "}",
    "[12]", "[]", "[٣]", "[edit]", "[citation needed]", "[Edit]", "[1", "[[2]3]",
    "lorem ipsum ", "Lorem Ipsum", "JavaScript ", "javascript", "java script", "aVa", "ps", "ok",
    "Terms of Use", "privacy policy", "cookie policy ", "uses cookies", "use of cookies",
    "USE COOKIES", "use cookie", "\u212a", "x" * 1000, "é" * 500, "U.S. ", "e.g. ",
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=("Cs", "Cn")))
WORDS = (
    "one ",
    "two ",
    "Mr. ",
    "it's ",
    "end. ",
    "well-known ",
    "http://a.b/c ",
    "\n",
    "[1]",
    "三",
)
GROUPS = {"c4": C4, "c4_fineweb": C4_FINEWEB}


def clean(form: str, *documents: str) -> list[str]:
    """Run a line cleaner."""
    return CLEANERS[form].clean(pl.Series("text", documents, dtype=pl.String)).to_list()


def measured(form: str, *documents: str) -> list[dict[str, float]]:
    """Measure a group, without the form at the end of its names."""
    frame = measure(Measured(pl.Series(documents, dtype=pl.String)), (GROUPS[form],))
    return frame.rename(lambda name: name.removesuffix(f".{form}")).to_dicts()


def counted(form: str, document: str, name: str) -> float:
    return measured(form, document)[0][name]


def test_c4_asks_for_five_words_and_a_mark() -> None:
    text = "Home\nOne line of five words.\nOnly four words here.\nFive words without a mark\nOne..."
    assert clean("c4", text) == ["One line of five words."]
    found = measured("c4", text)[0]
    assert found["removed_line_count.no_terminal_mark"] == 3
    assert found["removed_char_count.no_terminal_mark"] == 4 + 25 + 6
    assert found["removed_line_count.too_few_words"] == 1
    assert found["kept_line_count"] == 1


def test_fineweb_asks_for_three_words_and_no_mark() -> None:
    assert clean("c4_fineweb", "Home page\nMy home page\nAbout") == ["My home page"]


@pytest.mark.parametrize(
    ("end", "kept"),
    [(".", 1), ("?", 1), ("!", 1), ('"', 1), ("..", 1), ("...", 0), ("'", 0), ("…", 0), ("。", 0)],
)
def test_the_marks_that_end_a_line_of_c4(end: str, kept: int) -> None:
    assert counted("c4", f"one two three four five{end}", "kept_line_count") == kept


@pytest.mark.parametrize(
    ("form", "words", "kept"),
    [("c4", 5, 1), ("c4", 4, 0), ("c4_fineweb", 3, 1), ("c4_fineweb", 2, 0)],
)
def test_words_of_a_line_just_inside_and_just_outside(form: str, words: int, kept: int) -> None:
    assert counted(form, " \t ".join(["w"] * words) + ".", "kept_line_count") == kept


@pytest.mark.parametrize(("length", "kept"), [(1000, 1), (1001, 0)])
def test_the_longest_word_is_counted_in_characters(length: int, kept: int) -> None:
    text = f"one two {'é' * length} four five."
    assert counted("c4", text, "kept_line_count") == kept
    assert counted("c4", text, "removed_line_count.long_word") == 1 - kept


def test_c4_counts_words_without_citations_and_fineweb_with_them() -> None:
    text = "One [1] two [edit] three."
    assert counted("c4", text, "removed_line_count.too_few_words") == 1
    assert clean("c4_fineweb", "One two. [1]\nMore") == ["One two."]


def test_citations_are_cut_once_from_the_left() -> None:
    text = "a[12]b[]c[edit]d[citation needed]e[Edit] f [[1]] g [x] h."
    assert clean("c4", text) == ["abcde[Edit] f [] g [x] h."]
    assert counted("c4", text, "citation_char_count") == 4 + 2 + 6 + 17 + 3


def test_a_space_behind_the_mark_where_a_citation_was_hides_the_mark() -> None:
    assert clean("c4", "One line of five words. [1]") == [""]


def test_phrases_take_a_line_out_in_any_case() -> None:
    phrases = ["JAVASCRIPT", "Terms of Use", "Privacy Policy", "cookie policy", "uses cookies",
               "use of cookies", "use cookies"]  # fmt: skip
    for phrase in phrases:
        assert clean("c4_fineweb", f"Please see our {phrase} now\nand one more line") == [
            "and one more line"
        ]
    assert clean("c4_fineweb", "our term of use cookie") == ["our term of use cookie"]


def test_placeholder_text_and_braces_are_counted_and_stay() -> None:
    text = "This is Lorem Ipsum {\nif (x) { y }\nvar javascript = {"
    found = measured("c4_fineweb", text)[0]
    assert (found["lorem_ipsum_line_count"], found["brace_line_count"]) == (1, 1)
    assert found["removed_line_count.javascript"] == 1
    assert found["kept_line_count"] == 2


def test_a_brace_on_a_line_that_goes_condemns_nothing() -> None:
    assert counted("c4_fineweb", "{ x", "brace_line_count") == 0


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("One two three. Four five! Six?", 3),
        ("One two three... Four five", 1),  # "..." is no end mark
        ("Mr. Smith went. (He did.) Then", 3),  # brackets belong to the sentence before
        ('He said "No." Then he left.', 2),
        ("It cost 3.50 in the U.S. in May", 1),
        ("One two three.  ) Four", 2),
        ("One two three.  )", 2),  # wide white space starts a sentence
        ("One two three. )", 1),
    ],
)
def test_sentences_by_hand(line: str, count: int) -> None:
    assert counted("c4_fineweb", line, "sentence_count") == count


def test_a_line_ends_a_sentence_and_so_does_the_text() -> None:
    assert counted("c4_fineweb", "one two three\nfour five six", "sentence_count") == 2


def test_every_way_to_break_a_line_breaks_it() -> None:
    lines = [f"line number {k}" for k in range(12)]
    breaks = ("\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
    text = lines[0] + "".join(b + line for b, line in zip(breaks, lines[1:], strict=True))
    assert clean("c4_fineweb", text) == ["\n".join(lines)]


@pytest.mark.parametrize("form", GROUPS)
def test_an_empty_batch_and_an_empty_text_have_the_declared_values(form: str) -> None:
    assert measured(form) == []
    assert set(measured(form, "")[0].values()) == {0}
    assert {feature.empty for feature in GROUPS[form].features} == {0}


def test_a_slice_of_a_column_is_cleaned_as_itself() -> None:
    column = pl.Series(["one two three", "four five six\nx", "seven"])
    assert CLEANERS["c4_fineweb"].clean(column[1:2]).to_list() == ["four five six"]


def test_a_line_of_ten_million_characters_is_cleaned() -> None:
    text = "long line " * 1_000_000
    assert clean("c4_fineweb", text) == [text.strip()]


@pytest.mark.parametrize("form", GROUPS)
@settings(max_examples=150, deadline=None)
@given(st.lists(HOSTILE.map("".join), max_size=4))
def test_the_kernels_equal_their_twin(form: str, documents: list[str]) -> None:
    assert clean(form, *documents) == [twin.cut(text, form)[0] for text in documents]
    for found, text in zip(measured(form, *documents), documents, strict=True):
        expected = {name.removesuffix(f".{form}"): n for name, n in twin.c4(text, form).items()}
        assert found == expected, repr(text)


@pytest.mark.parametrize("form", GROUPS)
@settings(max_examples=150, deadline=None)
@given(st.lists((HOSTILE | st.lists(st.sampled_from(WORDS))).map("".join), max_size=4))
def test_tokens_of_the_page_serve_what_is_left_of_it(form: str, documents: list[str]) -> None:
    page = Measured(pl.Series("text", documents, dtype=pl.String))
    assert len(page.tokens.offsets) == len(documents) + 1  # so that they are there
    left = page.after(form)
    for moved, cut in zip(left.tokens, tokenise(left.buffer), strict=True):
        assert moved.tolist() == cut.tolist()
