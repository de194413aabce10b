"""BigScience's filters for ROOTS: features by hand and by the twin, rules at every bound."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.features import Measured
from corpuskit.features.groups import all_columns, measure
from corpuskit.features.roots import ROOTS
from corpuskit.rules import decide, load_rule_set
from tests import reference_roots as twin
from tests.words.hostile import repetitive, several, texts

RULES = load_rule_set(Path(__file__).parents[2] / "rules" / "roots.yaml", all_columns())
# Least words, most repeated characters, repeated words, special characters, least score.
TABLE = {
    "other": (10, 0.2, 0.3, 0.4, 0.7), "ar": (20, 0.2, 0.34, 0.3, 0.81),
    "bn": (33, 0.13, 0.21, 0.45, 0.95), "ca": (15, 0.2, 0.4, 0.25, 0.8),
    "en": (20, 0.106, 0.19, 0.4, 0.8), "es": (16, 0.14, 0.25, 0.34, 0.8),
    "eu": (8, 0.2, 0.4, 0.31, 0.7), "fr": (13, 0.14, 0.13, 0.34, 0.8),
    "hi": (38, 0.18, 0.47, 0.45, 0.9), "id": (15, 0.15, 0.2, 0.34, 0.7),
    "pt": (19, 0.25, 0.98, 0.35, 0.6), "ur": (25, 0.19, 0.5, 0.25, 0.9),
    "vi": (30, 0.15, 0.2, 0.34, 0.9), "zh": (1, 0.2, None, 0.3, 0.85),
}  # fmt: skip
BOUNDS = [(language, k) for language, row in TABLE.items() for k in range(5) if row[k] is not None]
FAULTS = (
    "too_few_words", "too_many_repeated_characters", "too_many_repeated_words",
    "too_many_special_characters", "language_uncertain",
)  # fmt: skip


def measured(*documents: str) -> list[dict[str, float]]:
    return measure(Measured(pl.Series(documents, dtype=pl.String)), (ROOTS,)).to_dicts()


def failing(documents: list[tuple[str, str, float]]) -> list[set[str]]:
    """Name the rules that each text fails, given its language and how sure of it a model is."""
    texts, languages, scores = zip(*documents, strict=True)
    asked = pl.DataFrame(
        {"language": languages, "language_score": pl.Series(scores, dtype=pl.Float32)}
    )
    decided = decide(measure(Measured(pl.Series(texts)), (ROOTS,)).hstack(asked), RULES)
    return [
        {rule.id.split(".")[1] for rule in RULES if row[f"fails.{rule.id}"]}
        for row in decided.to_dicts()
    ]


def failed(text: str, language: str) -> set[str]:
    return failing([(text, language, 1.0)])[0]


def different(count: int) -> list[str]:
    """Make different words of two Han characters."""
    return [chr(0x4E00 + k) + chr(0x5E00 + k) for k in range(count)]


def at_bound(language: str, k: int, outside: bool) -> tuple[str, float]:
    """Make a text, and a score of its language, at the bound or just beyond it."""
    bound = TABLE[language][k]
    assert bound is not None
    part = round(1000 * bound) + outside
    if k == 0:
        return " ".join([".", *different(int(bound) - outside)]), 1.0
    if k == 1:  # a run of one character, repeated so many times, among 1,000 n-grams
        n = 3 if language == "zh" else 10
        return "a" * (part + n - 1) + "".join(chr(0x4E00 + i) for i in range(1000 - part)), 1.0
    if k == 2:
        n = 7 if language == "ur" else 5
        return " ".join(["word"] * (part + n - 1) + different(1000 - part)), 1.0
    if k == 3:
        return "." * part + "a" * (1000 - part), 1.0
    least = np.float32(bound)
    return "", float(np.nextafter(least, np.float32(0))) if outside else float(least)


@cache
def at_bounds() -> dict[tuple[str, int, bool], set[str]]:
    """Decide two documents for each bound, all at once."""
    cases = [(language, k, outside) for language, k in BOUNDS for outside in (False, True)]
    documents = []
    for language, k, outside in cases:
        text, score = at_bound(language, k, outside)
        documents.append((text, "sv" if language == "other" else language, score))
    return dict(zip(cases, failing(documents), strict=True))


@pytest.mark.parametrize(("language", "k"), BOUNDS)
def test_a_rule_cuts_at_the_published_bound(language: str, k: int) -> None:
    rule = f"{language}_{FAULTS[k]}"
    assert rule not in at_bounds()[language, k, False]
    assert rule in at_bounds()[language, k, True]


def test_the_rules_are_those_of_the_table() -> None:
    expected = {f"roots.{language}_{FAULTS[k]}": TABLE[language][k] for language, k in BOUNDS}
    assert {rule.id: rule.keep.bounds[0][1] for rule in RULES} == {
        **expected,
        "roots.too_many_words": 100_000,
    }


def test_more_than_100000_words_are_too_many_but_in_chinese() -> None:
    words = "a b c d e f g h i j " * 10_000
    assert "too_many_words" not in failed(words, "en")
    assert "too_many_words" in failed(words + "k", "en")
    assert "too_many_words" not in failed(words + "k", "zh")


def test_a_language_is_judged_by_its_own_rules_alone() -> None:
    assert failed("eins zwei", "de") == {"other_too_few_words"}
    assert failed("one two", "en") == {"en_too_few_words"}


@pytest.mark.parametrize("language", ["ja", "th", "lo", "km", "my", "bo", "wuu", "yue"])
def test_words_are_not_counted_where_none_are_written(language: str) -> None:
    assert failed("ไทย", language) == set()


def test_a_word_loses_special_characters_at_both_ends_and_numbers_are_none() -> None:
    found = measured("«Don't» 2020 -- e\u0301.\r\nx\x0by\u00a0(3rd)\tv2")
    assert found[0]["word_count.roots"] == 5  # don't, é, x\vy, rd, v


def test_white_space_digits_marks_and_emoji_are_special() -> None:
    # of 10 characters: . and 4 and ٣ and ❤ with its emoji form and two kinds of white space
    assert measured("ab.4٣❤\ufe0f \nc")[0]["special_char_ratio.roots"] == 7 / 10


def test_the_square_root_of_different_grams_bounds_the_most_frequent() -> None:
    # 18 windows of 3 characters: abc, bca, cab six times each; ⌊√3⌋ = 1 of them counts
    assert measured("甲乙丙" * 6 + "甲乙")[0]["repeated_char_3gram_ratio.roots"] == 6 / 18
    # four different: a twice, b twice, c and d once; ⌊√4⌋ = 2, both count
    assert measured("甲甲甲甲乙乙乙乙")[0]["repeated_char_3gram_ratio.roots"] == 4 / 6


def test_3grams_are_counted_from_a_fifth_of_han() -> None:
    assert measured("甲" + "aaaa")[0]["repeated_char_3gram_ratio.roots"] == 2 / 3
    assert measured("甲" + "aaaaa")[0]["repeated_char_3gram_ratio.roots"] == 0


def test_each_copy_of_a_repeated_word_gram_counts_whatever_its_case() -> None:
    # 7 windows of 5 words: the first and the last are equal
    found = measured("one two three four five; Six ONE Two (three) four five")[0]
    assert found["repeated_word_5gram_ratio.roots"] == 2 / 7
    assert found["repeated_word_7gram_ratio.roots"] == 0


def test_a_document_of_more_windows_than_the_table_holds_is_counted_in_parts() -> None:
    letters = "".join(map(chr, np.random.default_rng(0).integers(97, 123, 1_200_000)))
    text = letters + letters[:309]  # 300 windows come twice, wherever their keys fall
    found = measured("a b", text, "a b" * 10)
    assert found[1]["repeated_char_10gram_ratio.roots"] == 600 / (len(text) - 9)
    assert found[2] == measured("a b" * 10)[0]


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert measured() == []
    assert measured("") == [{feature.name: feature.empty for feature in ROOTS.features}]


@given(documents=st.lists(texts | repetitive, max_size=4))
@several
def test_the_kernel_equals_its_twin(documents: list[str]) -> None:
    for found, text in zip(measured(*documents), documents, strict=True):
        assert found == pytest.approx(twin.roots(text)), repr(text)


def test_every_rule_is_for_one_language_or_for_all_without_a_row() -> None:
    guards = {rule.id: dict(rule.when[0].bounds) for rule in RULES}
    assert guards["roots.en_too_few_words"] == {"in": ("en",)}
    assert set(guards["roots.other_language_uncertain"]["not_in"]) == TABLE.keys() - {"other"}  # type: ignore[arg-type]
