"""RefinedWeb's line cleaner, what it counts and its rules, by hand and by the twin."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.cleaners import CLEANERS
from corpuskit.features import Measured
from corpuskit.features.groups import all_columns, measure
from corpuskit.features.refinedweb import REFINEDWEB
from corpuskit.kernels.refinedweb_lines import COUNTED
from corpuskit.kernels.tokenise import tokenise
from corpuskit.rules import decide, load_rule_set
from tests import reference_refinedweb as twin
from tests.published.rule_sets import measured_by

RULES = load_rule_set(Path(__file__).parents[2] / "rules" / "refinedweb.yaml", all_columns())
PIECES = (
    "\n", "\n", "\n", "\n\n", "\n \n", "\r\n", "\r", "\x1f", "\x85", "\u2028", " ", " ", "  ", "\t",
    "\u3000", "\u00a0", "\0", "a ", "one ", "two words ", "A", "NATO ", "É", "ǅ", "Ⅷ", "Ⓐ", "三",
    "😀", "1", "42", "٣", "²", "1,234.5", "3 likes", "2K Views", "\u212a", "7m", " shares",
    "comments",
    "_", ".", "...", "…", "!", ",", "•", "\u0301", "\u200b", "Sign-in ", "sign-in", "SIGN-IN\u3000",
    "Read more...", "read more", " read more >>", "READ MORE…", "items in cart", " Items In Cart ",
    "0 items in cart", "items in", "cart", "Mr. ", "it's ", "well-known ",
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=("Cs", "Cn"))).map(
    "".join
)


def clean(*documents: str) -> list[str]:
    """Run the line cleaner."""
    text = pl.Series("text", documents, dtype=pl.String)
    return CLEANERS["refinedweb"].clean(text).to_list()


def measured(*documents: str) -> list[dict[str, float]]:
    """Measure the group, without the project at the end of its names."""
    return measured_by(REFINEDWEB, *documents)


def cause(line: str) -> str:
    """Name the fault for which a line goes, between two that stay; nothing if it stays."""
    found = measured(f"one two\n{line}\nthree four")[0]
    causes = [name for name in twin.CAUSES if found[f"removed_line_count.{name}"]]
    return causes[0] if causes else ""


def failed(text: str, score: float = 1.0) -> set[str]:
    scores = measure(Measured(pl.Series([text])), (REFINEDWEB,))
    decided = decide(scores.with_columns(language_score=pl.lit(score)), RULES)
    return {rule.id for rule in RULES if decided[f"fails.{rule.id}"][0]}


def test_a_page_is_corrected_by_hand() -> None:
    page = (
        "HOME page\n2023\n3 likes\nMenu\n\nSign-in to see more of this\nThe story goes on. "
        "Read more...\nYou have 3 items in cart now\nThe end of it\n"
    )
    assert clean(page) == [
        "HOME page\n\nto see more of this\nThe story goes on.\nYou have 3 now\nThe end of it"
    ]
    found = measured(page)[0]
    assert {name: found[f"removed_line_count.{name}"] for name in twin.CAUSES[:4]} == {
        "uppercase": 0,  # 4 of 9 characters
        "digits": 1,
        "counter": 1,
        "one_word": 1,
    }
    assert [found[f"removed_char_count.{name}"] for name in twin.CAUSES] == [0, 4, 7, 4, 14, 13, 8]
    assert found["kept_line_count"] == 5
    assert found["removed_word_ratio"] == (1 + 2 + 1 + 1 + 2 + 3) / 29


@pytest.mark.parametrize(("line", "goes"), [("ABC de", False), ("ABC d", True), ("ÉÀÖ d", True)])
def test_a_line_more_than_half_in_upper_case_goes(line: str, goes: bool) -> None:
    assert cause(line) == ("uppercase" if goes else "")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2023", "digits"),
        ("٣٤", "digits"),
        ("20 23", ""),
        ("2023.", "one_word"),
        ("1" * 1_000_001 + " 1", "digits"),  # 0.999999000003
        ("1" * 999_997 + " 1", ""),  # 0.999998999999
    ],
    ids=range(6),
)
def test_a_line_of_digits_goes(line: str, expected: str) -> None:
    assert cause(line) == expected


@pytest.mark.parametrize(
    "line", ["3 likes", "1,234.5k  Views!", "• 12 shares •", "7M\u3000Followers", "(2b quotes)"]
)
def test_a_counter_goes(line: str) -> None:
    assert cause(line) == "counter"


@pytest.mark.parametrize(
    "line", ["3 likes it", "a 3 likes", "3 x likes", "3k. likes", "3 like", "_3 likes", "3 likes_",
             ".3kk likes", "three likes"],
)  # fmt: skip
def test_no_counter_stays(line: str) -> None:
    assert cause(line) == ""


@pytest.mark.parametrize("word", COUNTED)
def test_every_word_is_counted(word: str) -> None:
    assert cause(f"12 {word}") == "counter"
    assert cause(f"12 {word[:-1]}") == ""


@pytest.mark.parametrize(("line", "expected"), [("word", "one_word"), ("two words", ""), ("", "")])
def test_a_line_of_one_word_goes_and_an_empty_one_stays(line: str, expected: str) -> None:
    assert cause(line) == expected
    assert clean("one two\n\nthree four") == ["one two\n\nthree four"]


def test_a_line_of_white_space_goes() -> None:
    assert clean("one two\n \nthree four") == ["one two\nthree four"]


@pytest.mark.parametrize("phrase", ["Sign-in", "items in cart", "read more..."])
def test_phrases_are_cut_out_of_lines_of_at_most_ten_words(phrase: str) -> None:
    words = len(phrase.split())
    for more, changes in ((10 - words, True), (11 - words, False)):
        rest = "w " * more
        line = rest + phrase if phrase.startswith("read") else f"{phrase} {rest}".strip()
        assert (
            clean(f"one two\n{line}\nthree four")[0] != f"one two\n{line}\nthree four"
        ) == changes


def test_places_of_the_phrases() -> None:
    assert clean("a b\nPlease sign-in now\nRead more... here now\nc d")[0].count("\n") == 3
    assert clean("a b\n sign-in now\nc d") == ["a b\n sign-in now\nc d"]  # as DCLM has it
    assert clean(" sign-in now please\nc d") == ["now please\nc d"]
    assert clean("a b\nitems in cart items in cart x y\nc d") == ["a b\n x y\nc d"]
    assert clean("a b\nc Read MORE >>\nc d") == ["a b\nc\nc d"]
    assert clean("a b\nc read more…\nc d") == ["a b\nc read more…\nc d"]  # one character, not three


def test_a_line_that_is_nothing_but_phrases_goes() -> None:
    found = measured("a b\nsign-in items in cart\nc d")[0]
    assert clean("a b\nsign-in items in cart\nc d") == ["a b\nc d"]
    assert found["removed_line_count.sign_in"] == 1
    assert found["removed_line_count.items_in_cart"] == 0
    assert found["edited_line_count.items_in_cart"] == found["edited_line_count.sign_in"] == 1
    assert cause("Read more...") == "read_more"
    assert cause("items in cart") == "items_in_cart"


def test_a_twentieth_of_the_words_may_go() -> None:
    assert failed("w " * 18 + "w\nhome") == set()  # 1 of 20
    assert failed("w " * 17 + "w\nhome") == {"refinedweb.too_many_words_removed"}  # 1 of 19
    assert failed("•••") == {"refinedweb.too_many_words_removed"}  # no words before


def test_the_language_score_may_be_at_its_bound() -> None:
    assert failed("one two", 0.65) == set()
    assert failed("one two", math.nextafter(0.65, 0)) == {"refinedweb.language_unsure"}


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert measured() == []
    empty = {feature.name: feature.empty for feature in REFINEDWEB.features}
    assert measure(Measured(pl.Series([""])), (REFINEDWEB,)).to_dicts() == [empty]


def test_a_slice_of_a_column_is_cleaned_as_itself() -> None:
    column = pl.Series(["one two", "HOME\nthree four", "five"])
    assert CLEANERS["refinedweb"].clean(column[1:2]).to_list() == ["three four"]


def test_a_line_of_ten_million_characters_is_cleaned() -> None:
    text = "long line " * 1_000_000
    assert clean(text) == [text.strip()]


@settings(max_examples=200, deadline=None)
@given(st.lists(HOSTILE, max_size=4))
def test_the_kernel_equals_its_twin(documents: list[str]) -> None:
    assert clean(*documents) == [twin.correct(text)[0] for text in documents]
    for found, text in zip(measured(*documents), documents, strict=True):
        expected = {
            name.removesuffix(".refinedweb"): n for name, n in twin.refinedweb(text).items()
        }
        assert found == pytest.approx(expected), repr(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(HOSTILE, max_size=4))
def test_tokens_of_the_page_serve_what_is_left_of_it(documents: list[str]) -> None:
    page = Measured(pl.Series("text", documents, dtype=pl.String))
    assert len(page.tokens.offsets) == len(documents) + 1  # so that they are there
    left = page.after("refinedweb")
    for moved, cut in zip(left.tokens, tokenise(left.buffer), strict=True):
        assert moved.tolist() == cut.tolist()
