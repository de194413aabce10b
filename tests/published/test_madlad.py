"""MADLAD-400's sentences and its rules on them, by hand and by the twin."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.features import Measured
from corpuskit.features.groups import measure
from corpuskit.features.madlad import MADLAD
from tests import reference_madlad as twin
from tests.lines.test_lines import HOSTILE
from tests.published.rule_sets import failed

PIECES = (
    ". ", "! ", "?! ", "... ", ".", ".\n", ".\u3000", "!", "a ", "The ", "One word ", "New York ",
    "Mr. ", "don't ", "e.g. ", "it is 12 (3/4) ", "{+}> ", "| ", "|", "|\n", "\ufffd",
    "\ufffd\ufffd", " a b c d", " e f g h", " abc def", " abcd efgh", " ab. cd", "\n", "三",
    "三国演义", "ไทย", "\0", "some ordinary words of a sentence ", "Ǆ", "ǅ", "é", "\x1f",
    "\u200b", "x" * 480, ".\u0301",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | HOSTILE.map("".join)
PLAIN = "this sentence is a plain one"


def measured(*documents: str) -> list[dict[str, float]]:
    return measure(Measured(pl.Series(documents, dtype=pl.String)), (MADLAD,)).to_dicts()


def faults(sentence: str) -> set[str]:
    """Name the faults of a text of one sentence."""
    found = measured(sentence)[0]
    assert found["sentence_count.madlad"] == 1
    return {
        name.removesuffix("_sentence_ratio")
        for name, value in found.items()
        if name.endswith("_sentence_ratio") and value
    }


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, max_size=4))
def test_the_kernel_equals_its_twin(documents: list[str]) -> None:
    for found, text in zip(measured(*documents), documents, strict=True):
        assert found == pytest.approx(twin.madlad(text)), repr(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" \n ", 0),
        ("One. Two! Three?", 3),
        ("One... Two?! Three", 3),
        ("One.Two 3.5 a", 1),  # nothing but white space ends a run
        ("Mr. Smith", 2),
        ("One.\u3000Two", 2),
        ("One\nTwo", 1),
        ("... Two.", 1),
        ("三。四。", 1),
    ],
)
def test_sentences_end_where_white_space_follows_a_run_of_marks(text: str, count: int) -> None:
    assert measured(text)[0]["sentence_count.madlad"] == count


@pytest.mark.parametrize(("uppers", "listed"), [(6, False), (7, True)])
def test_a_list_has_more_than_half_of_its_words_in_upper_case(uppers: int, listed: bool) -> None:
    words = ["Word"] * uppers + ["word"] * (12 - uppers)
    assert ("list_case" in faults(" ".join(words))) is listed


@pytest.mark.parametrize(("words", "listed"), [(11, False), (12, True)])
def test_a_list_has_at_least_twelve_words(words: int, listed: bool) -> None:
    assert ("list_case" in faults(" - ".join(["Word"] * words))) is listed


@pytest.mark.parametrize(("length", "odd"), [(19, True), (20, False), (500, False), (501, True)])
def test_a_length_is_counted_in_characters_without_the_marks(length: int, odd: bool) -> None:
    text = "é" * length + "!!! " + PLAIN
    assert measured(text)[0]["abnormal_length_sentence_ratio"] == odd / 2


def test_a_length_says_nothing_in_scripts_without_spaces() -> None:
    assert not faults("三国")
    assert not faults("ไทย")
    assert faults("三 one two") == {"abnormal_length"}  # one of three words
    assert not faults("三 one")  # one of two


@pytest.mark.parametrize(("figures", "full"), [(20, False), (21, True)])
def test_more_than_a_fifth_of_technical_characters_is_too_much(figures: int, full: bool) -> None:
    text = ("0123456789{}+/()>" * 2)[:figures].ljust(100, "é")
    assert ("technical" in faults(text)) is full


@pytest.mark.parametrize(
    ("sentence", "cursed"),
    [
        ("a sentence that ends in a bar |", True),
        ("a sentence that ends in a bar | \n", True),
        ("a sentence that has | a bar in it", False),
        ("a sentence that was \ufffd\ufffd\ufffd badly read", True),
        ("a sentence that was \ufffd\ufffd badly read", False),
        ("say it: a b c d e f g h i", True),
        ("say it: a b c d e f g h ij", True),  # the last group need not end there
        ("say it: a b c d e f g h", False),
        ("say it: a b c d ee f g h i", False),
        ("saying: abc def ghi jkl mno pqr stu vwx yz.", True),
        ("saying: abc d f ghi jkl mno pqr stu vwx yz.", True),  # a group may hold a space
        ("saying: abc def ghi jkl mno pqr stu vwx yz", False),
        ("saying: abc def ghi jkl mno pqr st\n vwx yz.", False),
        ("say it: abcd efgh ijkl mnop qrst uvwx abcd efgh ijkl", True),
        ("say it: abcd efgh ijkl mnop qrst uvwx abcd efgh ijk", False),
    ],
)
def test_cursed_sentences_by_hand(sentence: str, cursed: bool) -> None:
    assert ("cursed" in faults(sentence)) is cursed


def test_spaced_out_text_does_not_reach_over_the_end_of_a_sentence() -> None:
    assert measured("it is a b c d. e f g h i j")[0]["cursed_sentence_ratio"] == 0


def test_one_sentence_can_fail_several_rules_and_counts_once() -> None:
    found = measured(f"{PLAIN}. 1 2 3 4 5 6 7 8 9 |")[0]
    assert found["technical_sentence_ratio"] == found["cursed_sentence_ratio"] == 1 / 2
    assert found["questionable_sentence_ratio.madlad"] == 1 / 2
    assert found["questionable_sentence_ratio.olmo3"] == 1 / 2


def test_olmo_looks_at_list_case_and_cursed_sentences_alone() -> None:
    found = measured(f"Short. 12345678901234567890. {PLAIN}")[0]
    assert found["questionable_sentence_ratio.madlad"] == pytest.approx(2 / 3)
    assert found["questionable_sentence_ratio.olmo3"] == 0


def test_what_a_line_cleaner_left_is_measured_and_not_the_page() -> None:
    page = pl.Series(["Home. A.\nThis line has enough words."])
    behind = measure(Measured(page, ("c4_fineweb",)), (MADLAD,))
    assert measured(page[0])[0]["sentence_count.madlad"] == 3
    assert behind["sentence_count.madlad"].to_list() == [1]


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert measured() == []
    assert measured("") == [{feature.name: feature.empty for feature in MADLAD.features}]


def test_a_slice_of_a_column_is_measured_as_itself() -> None:
    column = pl.Series(["One. Two.", "Three. Four. Five.", "Six"])
    assert measure(Measured(column[1:2]), (MADLAD,))["sentence_count.madlad"].to_list() == [3]


def test_a_sentence_of_ten_million_characters_is_measured() -> None:
    assert measured("word " * 2_000_000)[0]["abnormal_length_sentence_ratio"] == 1


def page(*extra: str, plain: int = 5) -> str:
    """Write a page of plain sentences and others."""
    return ". ".join([*extra, *[PLAIN] * plain]) + "."


@pytest.mark.parametrize(
    ("inside", "outside", "rule"),
    [
        (page(), page(plain=4), "too_few_sentences"),
        (page("Short", plain=4), page("Short", "Odd", plain=7), "too_many_questionable_sentences"),
        (page("is lorem then ipsum"), page("is lorem ipsum"), "lorem_ipsum"),
        (page("one (brace) in it"), page("one {brace} in it"), "braces"),
        (page("our policy on cookies and use"), page("our use of cookies is so"), "policy"),
    ],
)
def test_each_bound_keeps_a_page_just_inside_and_drops_one_just_outside(
    inside: str, outside: str, rule: str
) -> None:
    assert failed("madlad400", inside) == set()
    assert failed("madlad400", outside) == {rule}
