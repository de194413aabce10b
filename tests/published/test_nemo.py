"""NeMo Curator's heuristic filters, by hand and by the twin, and every bound of their rule set."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.features import Measured
from corpuskit.features.groups import measure
from corpuskit.features.nemo import NEMO
from tests import reference_nemo as twin
from tests.lines.test_lines import HOSTILE
from tests.published.rule_sets import failed, measured_by, rules_of
from tests.published.test_recipes import PROSE

PIECES = (
    "the ", "and ", "Of ", "word ", "words", " ", "  ", "\n", "\n\n", "\n\n\n", "\t", "\r\n", "\b",
    "\u3000", "\x1f", "#", "##", "#a ", "# ", "... ", "[...]", "(...) ", "…", "[…]\n", "-» ", "-»",
    "Read More", "read more..\n", "• ", "‣", "⦿", "- ", ".", "?", '"', "'", "{", ")", "⟨", "⟩", "7",
    "٣", "½", "é", "三国", "ไทย", "\u0301", "😀", "http://", "https://a.b/c?d=%41 ", "http:/",
    "httpS://x", "hhttp://y", "https://é", "http://a\"b", "HTTP://z", "http", "Terms of Use",
    "privacy & cookies policy", "use cookies", "Privacy Overview", "lorem ipsum", "Lorem  Ipsum",
    "a b ", "a b a b ", "xa b", "one two three four five ", "\0",
)  # fmt: skip
FEW = st.lists(st.sampled_from(["a", "bc", ".", "é", "the"]), max_size=80).flatmap(
    lambda words: st.sampled_from([" ", "\n", "  "]).map(lambda gap: gap.join(words))
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | HOSTILE.map("".join) | FEW


def measured(*documents: str) -> list[dict[str, float]]:
    return measured_by(NEMO, *documents)


def value(text: str, name: str) -> float:
    return measured(text)[0][name]


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, max_size=4))
def test_the_kernels_equal_their_twins(documents: list[str]) -> None:
    for found, text in zip(measured(*documents), documents, strict=True):
        expected = {k.removesuffix(".nemo"): v for k, v in twin.nemo(text).items()}
        assert found == pytest.approx(expected), repr(text)


def test_words_are_what_white_space_separates() -> None:
    found = measured("the-end,  well\u3000the\n12 Of")[0]  # of 8, 4, 3, 2 and 2 characters
    assert found["word_count"] == 5
    assert found["mean_word_chars"] == 19 / 5
    assert found["max_word_chars"] == 8
    assert found["alphabetic_word_ratio"] == 4 / 5
    assert found["stop_word_count"] == 1


@pytest.mark.parametrize(
    ("word", "is_symbol"),
    [("#", 1), ("##", 0), ("#a", 0), ("#a#", 1), ("...", 1), ("....", 0), ("[…]", 1), ("-»", 1),
     ("(...)", 1), ("…", 1), ("[...]", 1), ("……", 0)],
)  # fmt: skip
def test_a_symbol_is_an_ellipsis_or_mostly_runs_of_hash_marks(word: str, is_symbol: int) -> None:
    assert value(word, "symbol_word_ratio") == is_symbol


def test_characters_by_class() -> None:
    text = "a1 ?\n{⟨\té\b"  # 10 characters
    assert value(text, "other_char_ratio") == 6 / 10
    assert value(text, "digit_ratio") == 1 / 10
    assert value(text, "blank_char_ratio") == 4 / 10
    assert value(text, "bracket_char_ratio") == 2 / 10


@pytest.mark.parametrize(
    ("text", "chars"),
    [("http://a.b/c d", 12), ("see https://x#y", 9), ("http:// x", 0), ("HTTP://a.b", 0),
     ("https://é", 0), ("http://http://a", 15), ("shttp://a", 8)],
)  # fmt: skip
def test_links_end_before_what_they_may_not_hold(text: str, chars: int) -> None:
    assert value(text, "url_char_ratio") == chars / len(text)


def test_lines_are_stripped_for_their_marks_and_compared_as_they_stand() -> None:
    text = " • one.\n• one.\n\n- two\nRead More..\n"
    assert value(text, "bullet_line_ratio") == 2 / 4
    assert value(text, "unended_line_ratio") == 1 / 4
    assert value(text, "ellipsis_line_ratio") == 1 / 4
    assert value(text, "repeated_line_ratio") == 0
    assert value("ab\nc\nab", "repeated_line_ratio") == 1 / 3
    assert value("ab\nc\nab", "repeated_line_char_ratio") == 2 / 5


def test_paragraphs_lie_between_two_line_feeds_and_may_be_blank() -> None:
    text = "ab\n\nab\n\n\n\n"  # ab, ab, nothing, nothing
    assert value(text, "repeated_paragraph_ratio") == 2 / 4
    assert value(text, "repeated_paragraph_char_ratio") == 2 / 4
    assert value("Our Privacy Policy\n\ntext\n\nWe use cookies", "policy_paragraph_ratio") == 2 / 3
    assert value("text\n\nLorem Ipsum\n\ntext", "policy_paragraph_ratio") == 1


def test_the_top_gram_is_looked_for_in_the_text() -> None:
    assert value("a b c a b", "top_2gram_char_ratio") == 6 / 9
    assert value("a b c a\nb", "top_2gram_char_ratio") == 3 / 9  # not over a line end
    assert value("xa b a b", "top_2gram_char_ratio") == 4 / 8  # the first of three: xa b
    assert value("a b c a b xa by", "top_2gram_char_ratio") == 9 / 15  # in longer words, too
    assert value("a a a a", "top_2gram_char_ratio") == 6 / 7  # without overlap
    assert value("a b", "top_3gram_char_ratio") == 1


def test_later_copies_of_a_gram_count_once_with_their_spaces() -> None:
    text = "a b c d e a b c d e f"  # the last five words but one, and four spaces
    assert value(text, "duplicate_5gram_char_ratio") == 9 / 21
    assert value("a " * 6 + "a", "duplicate_5gram_char_ratio") == 11 / 13
    assert value("a b c d", "duplicate_5gram_char_ratio") == 1


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert measured() == []
    declared = {f.name.removesuffix(".nemo"): f.empty for f in NEMO.features}
    assert measured("") == [declared]


def test_a_slice_of_a_column_is_measured_as_itself() -> None:
    column = pl.Series(["a b a b", "one two one two\n• x", "three"])
    sliced = measure(Measured(column[1:2]), (NEMO,)).to_dicts()
    assert sliced == measure(Measured(pl.Series([column[1]])), (NEMO,)).to_dicts()


def test_a_text_of_ten_million_characters_is_measured() -> None:
    assert value("word " * 2_000_000, "word_count") == 2_000_000


def other_words(length: int) -> str:
    """Write different words of so many characters in all, the spaces between them too."""
    count = length // 4 - 1
    words = [
        f"{chr(97 + k // 676)}{chr(97 + k // 26 % 26)}{chr(97 + k % 26)}" for k in range(count)
    ]
    text = " ".join(words)
    return f"{text} {'z' * (length - len(text) - 1)}"


def twice(n: int, chars: int, length: int) -> str:
    """Write a text of a length where one n-gram of so many characters comes twice."""
    letters = chars - (n - 1)
    words = [chr(65 + k) * (letters // n + (k < letters % n)) for k in range(n)]
    gram = " ".join(words)
    assert len(gram) == chars
    return f"{gram} zzzzz {gram} {other_words(length - 2 * chars - 8)}"


def copied(copies: int, every: int, gap: str) -> str:
    """Write lines or paragraphs of one length, of which so many are copies of the first."""
    lines = [f"line {k:03}" for k in range(every - copies)]
    return gap.join([*lines, *lines[:1] * copies])


def list_of(marked: str, count: int, every: int, gap: str = "\n") -> str:
    """Write so many marked lines among all."""
    return gap.join([marked] * count + ["plain line."] * (every - count))


BOUNDS = {
    "too_few_words": ("w " * 50, "w " * 49),
    "too_many_words": ("w " * 100_000, "w " * 100_001),
    "words_too_short": ("abc " * 10, "abc " * 9 + "ab"),
    "words_too_long": ("abcdefghij " * 10, "abcdefghij " * 9 + "abcdefghijk"),
    "word_without_end": ("é" * 1000, "é" * 1001),
    "too_many_symbols": ("# " + "w " * 9, "# " + "w " * 8),
    "too_many_other_characters": ("a" * 75 + "- é" * 8 + "-", "a" * 74 + "- é" * 8 + "--"),
    "too_many_digits": ("1" * 15 + "a" * 85, "1" * 16 + "a" * 84),
    "too_much_in_links": ("x" * 79 + " http://abc.de/fghijk", "x" * 78 + " http://abc.de/fghijkl"),
    "too_much_white_space": (" " * 25 + "a" * 75, "\t" * 26 + "a" * 74),
    "too_many_brackets": ("()[]{}⟨⟩()" + "a" * 90, "()[]{}⟨⟩()(" + "a" * 89),
    "too_many_policy_paragraphs": (
        list_of("use cookies", 2, 5, "\n\n"),
        list_of("use cookies", 3, 7, "\n\n"),
    ),
    "too_many_bullet_lines": (list_of("• a", 9, 10), list_of("• a", 10, 11)),
    "too_many_ellipsis_lines": (list_of("a...", 3, 10), list_of("Read more", 4, 13)),
    "too_many_lines_without_end_mark": (list_of("a", 17, 20), list_of("a", 6, 7)),
    "too_few_words_with_letters": ("a " * 8 + "1 2", "a " * 7 + "1 2"),
    "too_few_stop_words": ("the the", "the The"),
    "too_many_repeated_lines": (copied(3, 10, "\n"), copied(4, 13, "\n")),
    "too_much_in_repeated_lines": (copied(2, 10, "\n"), copied(3, 14, "\n")),
    "too_many_repeated_paragraphs": (copied(3, 10, "\n\n"), copied(4, 13, "\n\n")),
    "too_much_in_repeated_paragraphs": (copied(2, 10, "\n\n"), copied(3, 14, "\n\n")),
    "one_2gram_too_frequent": (twice(2, 100, 1000), twice(2, 100, 999)),
    "one_3gram_too_frequent": (twice(3, 90, 1000), twice(3, 90, 999)),
    "one_4gram_too_frequent": (twice(4, 80, 1000), twice(4, 80, 999)),
    **{
        f"too_much_in_repeated_{n}grams": (twice(n, chars, 1000), twice(n, chars, 999))
        for n, chars in ((5, 150), (6, 140), (7, 130), (8, 120), (9, 110), (10, 100))
    },
}


def test_every_rule_has_a_text_on_either_side_of_its_bound() -> None:
    assert {rule.id.removeprefix("nemo.") for rule in rules_of("nemo")} == set(BOUNDS)
    assert all(len(rule.keep.bounds) == 1 for rule in rules_of("nemo"))


@pytest.mark.parametrize("rule", BOUNDS)
def test_each_bound_keeps_a_text_just_inside_and_drops_one_just_outside(rule: str) -> None:
    inside, outside = BOUNDS[rule]
    assert rule not in failed("nemo", inside)
    assert rule in failed("nemo", outside)


@pytest.mark.parametrize(
    "rule", ["too_many_other_characters", "too_few_words_with_letters", "too_few_stop_words"]
)
def test_rules_for_english_have_no_say_in_other_languages(rule: str) -> None:
    assert rule not in failed("nemo", BOUNDS[rule][1], language="de")


def test_english_prose_fails_no_rule() -> None:
    assert failed("nemo", PROSE) == set()
