"""RedPajama-2's signals by hand and by the twin, and the bounds on them by language."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.features import Measured
from corpuskit.features.characters import CHARACTERS
from corpuskit.features.groups import all_columns, measure
from corpuskit.features.redpajama2 import REDPAJAMA2
from corpuskit.kernels.redpajama2_classes import SHORT_WORDS
from corpuskit.rules import decide, load_rule_set
from tests import reference_redpajama2 as twin
from tests.words.hostile import repetitive, several, texts

RULES = load_rule_set(Path(__file__).parents[2] / "rules" / "redpajama2.yaml", all_columns())
FAULTS = (
    "too_few_words", "too_few_lines", "too_short", "language_uncertain",
    "too_many_tokens_without_letters", "too_much_in_repeated_10grams",
    "too_much_in_repeated_5grams", "too_few_different_words", "too_many_different_words",
    "entropy_too_low", "entropy_too_high", "too_few_words_per_line", "too_many_short_lines",
    "too_few_lines_end_in_punctuation",
)  # fmt: skip
TABLE = {
    "en": (63, 3, 392, 0.84, 0.309, 0.082, 0.184, 0.347, 0.768, 3.69, 5.75, 10.8, 0.917, None),
    "de": (55, 4, 422, 0.96, 0.345, 0.048, 0.141, 0.451, 0.830, 3.65, 5.81, 7.6, 0.933, 0.027),
    "fr": (70, 4, 458, 0.96, 0.306, 0.080, 0.187, 0.389, 0.754, 3.75, 5.73, 9.4, 0.926, 0.038),
    "es": (89, 4, 564, 0.93, 0.231, 0.092, 0.193, 0.379, 0.687, 3.84, 5.53, 11.9, 0.875, 0.103),
    "it": (76, 4, 511, 0.93, 0.287, 0.076, 0.168, 0.434, 0.774, 3.89, 5.84, 10.5, 0.900, 0.048),
}
BOUNDS = [
    (language, fault, bound)
    for language, row in TABLE.items()
    for fault, bound in zip(FAULTS, row, strict=True)
    if bound is not None
]
SHORT = {"en": 19, "es": 19, "fr": 18, "it": 18, "de": 15}


def measured(*documents: str) -> list[dict[str, float]]:
    found = measure(Measured(pl.Series(documents, dtype=pl.String)), (REDPAJAMA2,)).to_dicts()
    return [{name.removesuffix(".redpajama2"): v for name, v in row.items()} for row in found]


def failing(documents: list[tuple[str, str, float]]) -> list[set[str]]:
    """Name the rules that each text fails, given its language and how sure of it a model is."""
    texts, languages, scores = zip(*documents, strict=True)
    asked = pl.DataFrame(
        {"language": languages, "language_score": pl.Series(scores, dtype=pl.Float32)}
    )
    values = measure(Measured(pl.Series(texts)), (CHARACTERS, REDPAJAMA2))
    return [
        {rule.id.split(".")[1] for rule in RULES if row[f"fails.{rule.id}"]}
        for row in decide(values.hstack(asked), RULES).to_dicts()
    ]


def failed(text: str, language: str, score: float = 1.0) -> set[str]:
    return failing([(text, language, score)])[0]


def different(count: int) -> list[str]:
    """Make different words of five letters."""
    return ["w" + "".join(chr(97 + k // 26**p % 26) for p in range(4)) for k in range(count)]


def mixed(share: int, one: str, other: str, gap: str) -> str:
    """Make a text of 1,000 parts, so many of one kind."""
    return gap.join([one] * share + [other] * (1000 - share))


def entropy(bound: float, more: bool) -> str:
    """Make a text whose entropy is the next above the bound, or the next below it."""
    once, often = 1000, 1
    while True:
        total = once + often + 1
        if math.log(total) - (often + 1) * math.log(often + 1) / total < bound:
            break
        often += 1
    return " ".join(different(once) + ["word"] * (often + (not more)))


def at_bound(language: str, fault: str, bound: float, outside: bool) -> str:
    """Make a text at a bound, or just beyond it."""
    least = fault.startswith("too_few") or fault == "too_short"
    step = (-1 if least else 1) * outside
    share = round(1000 * bound) + step
    whole = round(bound) + step
    short = SHORT[language]
    lines = round(10 * bound) + step - 9
    made: dict[str, Callable[[], str]] = {
        "too_few_words": lambda: " ".join(different(whole)),
        "too_few_lines": lambda: "line\n" * whole,
        "too_short": lambda: "é" * whole,
        "too_many_tokens_without_letters": lambda: mixed(share, "7é", "word", " "),
        "too_few_different_words": lambda: " ".join(
            different(share - 1) + ["word"] * (1001 - share)
        ),
        "entropy_too_low": lambda: entropy(bound, more=not outside),
        "entropy_too_high": lambda: entropy(bound, more=outside),
        "too_few_words_per_line": lambda: "word " * lines + "\nword" * 9,
        "too_many_short_lines": lambda: mixed(share, "word " * short, "word " * (short + 1), "\n"),
        "too_few_lines_end_in_punctuation": lambda: mixed(share, "line!” \r", "line:", "\n"),
    }
    made["too_many_different_words"] = made["too_few_different_words"]
    if fault.startswith("too_much_in_repeated"):  # one word again and again, and others once
        return " ".join(["a"] * share + [chr(0x4E00 + k) for k in range(1000 - share)])
    return made[fault]()


@cache
def at_bounds() -> dict[tuple[str, str, bool], set[str]]:
    """Decide two documents for each bound, all at once."""
    cases = [(*row, outside) for row in BOUNDS for outside in (False, True)]
    documents = []
    for language, fault, bound, outside in cases:
        if fault == "language_uncertain":
            least = np.float32(bound)
            score = np.nextafter(least, np.float32(0)) if outside else least
            documents.append(("", language, float(score)))
        else:
            documents.append((at_bound(language, fault, bound, outside), language, 1.0))
    names = [(language, fault, outside) for language, fault, _, outside in cases]
    return dict(zip(names, failing(documents), strict=True))


@pytest.mark.parametrize(("language", "fault"), [row[:2] for row in BOUNDS])
def test_a_rule_cuts_at_the_published_bound(language: str, fault: str) -> None:
    rule = f"{language}_{fault}"
    assert rule not in at_bounds()[language, fault, False]
    assert rule in at_bounds()[language, fault, True]


def test_the_rules_are_those_of_the_table() -> None:
    expected = {f"redpajama2.{language}_{fault}": bound for language, fault, bound in BOUNDS}
    assert {rule.id: rule.keep.bounds[0][1] for rule in RULES} == expected


def test_other_languages_pass() -> None:
    assert failed("", "pt", 0.0) == failed("7 7 7", "zh", 0.0) == set()
    assert failed("", "it", 1.0) >= {"it_too_short", "it_too_few_words"}


def test_a_short_line_has_fewer_words_than_100_mean_ones_have_characters() -> None:
    means = {"en": 5.165, "de": 6.451, "fr": 5.445, "it": 5.544, "es": 5.257}
    limits = {language: math.ceil(100 / mean) - 1 for language, mean in means.items()}
    assert limits == SHORT
    assert set(limits.values()) == set(SHORT_WORDS)


def test_punctuation_of_ascii_is_deleted_and_does_not_cut() -> None:
    found = measured("Don't (don\u2019t) well-known - — DONT")[0]  # dont don’t wellknown — dont
    assert found["word_count"] == 5
    assert found["mean_word_chars"] == (4 + 5 + 9 + 1 + 4) / 5
    assert found["unique_word_ratio"] == 4 / 5
    assert found["unigram_entropy"] == pytest.approx(math.log(5) - 2 * math.log(2) / 5)


def test_one_letter_of_two_cases_is_one_word() -> None:
    assert measured("k K \u212a Élan élan")[0]["unique_word_ratio"] == 2 / 5


def test_raw_tokens_are_runs_of_letters_numbers_and_underscores_or_of_neither() -> None:
    # NASA 's | _x1 += 7 | été : NASA ' s _x1 += 7 été
    found = measured("NASA's _x1 += 7 été")[0]
    assert found["not_latin_token_ratio"] == 3 / 7  # ' += 7
    assert found["all_caps_token_ratio"] == 1 / 7
    assert measured("ÉTÉ Été A1 ß1")[0]["all_caps_token_ratio"] == 2 / 4
    assert measured("日本 été")[0]["not_latin_token_ratio"] == 1 / 2


def test_an_ellipsis_is_three_periods_or_one_character() -> None:
    found = measured("#a .... b… ...... c. .. #")[
        0
    ]  # 1 + 1 + 1 + 2 + 1; # a .... b … ...... c . .. #
    assert found["symbols_per_token"] == 6 / 10


def test_a_sentence_is_a_run_that_says_something() -> None:
    assert measured("One. Two?! ... (!) 3.14 (four")[0]["sentence_count"] == 4


def test_lines_end_with_a_line_feed_and_blank_ones_count() -> None:
    found = measured("One...\n\n  • two… \n– three.\n- four. .\n")[0]
    assert found["line_count"] == 5
    assert found["ellipsis_line_ratio"] == 2 / 5
    assert found["terminal_line_ratio"] == 3 / 5  # a plain period ends the first, too
    assert found["bullet_line_ratio"] == 2 / 5
    assert found["words_per_line"] == (1 + 0 + 2 + 2 + 1) / 5


def test_numbers_are_over_normalised_lines_and_capitals_over_the_text() -> None:
    found = measured("No. 42\n½ A\n")[0]  # "no 42" and "½ a"
    assert found["number_char_ratio"] == 3 / 8
    assert found["uppercase_char_ratio"] == 2 / 9


def test_lorem_ipsum_is_found_where_normalised_text_has_it() -> None:
    found = measured("Lorem,\nipsum; LOREM ipsum loremipsum lorem x ipsum xlo-rem ipsums")[0]
    assert found["lorem_ipsum_per_char"] == 3 / 62


def test_curly_brackets_are_over_all_characters() -> None:
    assert measured("{ a }}")[0]["curly_bracket_ratio"] == 3 / 6


def test_the_top_gram_is_the_first_of_the_most_frequent_and_comes_twice() -> None:
    found = measured("aa b. Aa b c cc c cc")[0]  # aa b and c cc twice; 12 characters
    assert found["top_2gram_char_ratio"] == 2 * 3 / 12
    assert found["top_3gram_char_ratio"] == 0


def test_each_word_inside_a_repeated_gram_counts_once_and_in_the_first_copy_too() -> None:
    found = measured("a a a a a a b")[0]  # two 5-grams of a, that share four words
    assert found["duplicate_5gram_char_ratio"] == 6 / 7
    assert found["duplicate_6gram_char_ratio"] == 0
    found = measured("one two six ten red x one two six ten red")[0]
    assert found["duplicate_5gram_char_ratio"] == 30 / 31


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert measured() == []
    assert measured("") == [
        {f.name.removesuffix(".redpajama2"): f.empty for f in REDPAJAMA2.features}
    ]


@given(documents=st.lists(texts | repetitive, max_size=4))
@several
def test_the_kernel_equals_its_twin(documents: list[str]) -> None:
    found = measure(Measured(pl.Series(documents, dtype=pl.String)), (REDPAJAMA2,)).to_dicts()
    for row, text in zip(found, documents, strict=True):
        assert row == pytest.approx(twin.redpajama2(text)), repr(text)


@given(runs=st.lists(st.sampled_from(["a b c d e f ", "x y ", "g h a b c d e f. "]), max_size=30))
@several
def test_long_grams_equal_their_twin(runs: list[str]) -> None:
    text = "".join(runs)
    row = measure(Measured(pl.Series([text])), (REDPAJAMA2,)).to_dicts()[0]
    assert row == pytest.approx(twin.redpajama2(text))
