"""What other implementations get wrong about words and repetition."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given

from corpuskit.features import Measured
from corpuskit.features.groups import measure
from corpuskit.features.repetition import REPETITION
from corpuskit.features.words import WORDS
from corpuskit.kernels.tokenise import tokenise
from corpuskit.kernels.unicode import unicode_tables
from tests import reference_words as twin
from tests.words.hostile import buffer_of, several, texts

GROUPS = (WORDS, REPETITION)


def frame(*documents: str) -> pl.DataFrame:
    """Measure documents with both groups."""
    return measure(Measured(pl.Series(documents, dtype=pl.String)), GROUPS)


def value(text: str, name: str) -> float:
    """Measure one feature of one text."""
    return float(frame(text)[name][0])


def fold(token: str) -> int:
    """Hash the lower-cased code points of a token, one FNV-1a step each; full width is folded."""
    hashed = 0xCBF29CE484222325
    for character in token:
        point = ord(character)
        narrow = point - 0xFEE0 if 0xFF01 <= point <= 0xFF5E else point
        lower = int(unicode_tables().lower[narrow])
        hashed = (hashed ^ lower) * 0x100000001B3 % 2**64
    return hashed


@given(text=texts)
@several
def test_every_token_has_the_hash_of_its_lower_case(text: str) -> None:
    spelled = ["".join(token) for token in twin.tokens(text)]
    assert tokenise(buffer_of(text)).fold.tolist() == [fold(token) for token in spelled]


def test_a_batch_without_documents_has_the_declared_types() -> None:
    declared = {f.name: f.dtype for group in GROUPS for f in group.features}
    assert frame().schema == declared


@pytest.mark.parametrize("text", ["", " \n\u3000", "\u200b", "."])
def test_no_value_is_null_or_not_a_number(text: str) -> None:
    values = frame(text).row(0)
    assert all(number is not None and number == number for number in values)


def test_a_slice_of_a_column_is_measured_as_itself() -> None:
    column = pl.Series(["one two one two", "a b c a b c", "three"])
    assert measure(Measured(column[1:2]), GROUPS).equals(frame("a b c a b c"))


def test_an_ellipsis_does_not_reach_over_two_documents() -> None:
    assert frame("a..", ". b")["ellipses_per_word"].sum() == 0


def test_stop_words_in_capitals_or_inside_words_do_not_count() -> None:
    assert value("The BE then often", "stop_word_count") == 0


def test_tokens_that_only_join_to_the_same_string_are_no_copies() -> None:
    assert value("ab c x y z a bc x y z", "duplicate_5gram_char_ratio") == 0


def test_white_space_between_tokens_makes_no_difference_to_copies() -> None:
    text = "a b c d e\n\na  b\tc d e"
    assert value(text, "duplicate_5gram_char_ratio") == 5 / len(text)


def test_punctuation_marks_are_tokens_of_ngrams() -> None:
    assert value("a, b, c, a, b, c,", "duplicate_6gram_char_ratio") == 6 / 17


def test_a_million_equal_han_characters_are_one_ngram() -> None:
    count = 1_000_000
    row = frame("好" * count).to_dicts()[0]
    assert row["top_char_4gram_ratio"] == pytest.approx(4 * (count - 3) / count)
    # Met at 0; from 1 on a jump of 20 each: 49,999 jumps fit.
    assert row["duplicate_char_20gram_ratio"] == pytest.approx(20 * 49_999 / count)


def test_a_text_without_a_repeated_pair_does_not_depend_on_the_one_before_it() -> None:
    # After a long document the scratch is full of its groups.
    long, short = "spam eggs " * 5_000, "one two three four"
    assert frame(long, short)[1].equals(frame(short))
