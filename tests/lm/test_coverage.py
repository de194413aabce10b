"""Coverage: languages, characters, narrowness, leaks, and the statistics under them."""

from __future__ import annotations

import json
import random
from functools import cache
from typing import Any

import polars as pl
import pytest

from corpuskit.lm import words as statistics
from corpuskit.lm.checks import repetition
from corpuskit.lm.checks.coverage import (
    coverage,
    find_languages,
    find_leaks,
    find_unspelt,
    language_shares,
    leaked_share,
)
from corpuskit.lm.settings import Target
from tests.corpus import paragraphs
from tests.lm.made_prose import prose, word


def documents(texts: list[str], language: str = "en", domain: str | None = None) -> pl.DataFrame:
    """Make a frame as the check takes it."""
    return pl.DataFrame({"text": texts, "language": language, "domain": domain},
                        schema={"text": pl.String, "language": pl.String, "domain": pl.String}
                        )  # fmt: skip


@cache
def broad() -> pl.DataFrame:
    """Documents that share words and no sentences."""
    return documents([prose(seed, 320) for seed in range(480)])


@cache
def narrow() -> pl.DataFrame:
    """Documents of which 100 of 240 words are the same: 96 of 236 5-grams, 41 %."""
    same = prose(-1, 100)
    return documents([f"{same} {prose(seed, 140)}" for seed in range(700)])


# Findings and their bounds.


@pytest.mark.parametrize(
    ("english", "status"), [(0.5, "ok"), (0.4999, "fail"), (0.04, "fail"), (0.0, "fail")]
)
def test_under_half_of_the_text_in_the_targets_language_fails(english: float, status: str) -> None:
    finding = find_languages(
        {"en": english, "fr": 1 - english}, "tokens", Target(languages=("en",))
    )
    assert finding.status == status
    if english == 0.04:
        assert finding.amount == "en is 4 % of the tokens"


@pytest.mark.parametrize(("chinese", "status"), [(0.05, "ok"), (0.0499, "warn"), (0.0, "warn")])
def test_one_of_two_target_languages_under_a_twentieth_warns(chinese: float, status: str) -> None:
    shares = {"en": 0.9 - chinese, "zho_Hans": chinese, "fr": 0.1}
    finding = find_languages(shares, "text", Target(languages=("zh", "eng_Latn")))
    assert finding.status == status
    assert (finding.threshold == 0.05) == (status == "warn")


def test_target_languages_count_together() -> None:
    finding = find_languages({"en": 0.3, "zh": 0.2, "fr": 0.5}, "text",
                             Target(languages=("zh", "en")))  # fmt: skip
    assert (finding.status, finding.value) == ("ok", 0.5)
    assert find_languages({"fr": 1.0}, "text", Target()).status == "ok"


def test_languages_are_shares_of_tokens_where_there_are_some() -> None:
    frame = pl.DataFrame({"language": ["en", "zh"], "bytes": [30, 10], "tokens": [1, 3]})
    assert language_shares(frame) == {"zh": 0.75, "en": 0.25}
    assert language_shares(frame.drop("tokens")) == {"en": 0.75, "zh": 0.25}


@pytest.mark.parametrize(
    ("share", "status"), [(0.05, "ok"), (0.0501, "warn"), (0.15, "warn"), (0.1501, "fail")]
)
def test_bytes_for_a_twentieth_of_the_characters_warn(share: float, status: str) -> None:
    languages = {"en": {"byte_fallback": 0.0, "held_out_chars": 10**6},
                 "th": {"byte_fallback": share, "held_out_chars": 10_000}}  # fmt: skip
    finding = find_unspelt(languages, Target())
    assert (finding.status, finding.value) == (status, share)
    assert "th" in finding.advice
    assert (finding.amount is not None) == (status == "fail")


def test_too_few_characters_are_not_judged() -> None:
    languages = {"th": {"byte_fallback": 0.9, "held_out_chars": 9_999}}
    assert find_unspelt(languages, Target()).status == "inconclusive"


@pytest.mark.parametrize(
    ("leaked", "status"),
    [(None, "inconclusive"), (0.1, "ok"), (0.1001, "warn"), (0.3, "warn"), (0.3001, "fail")],
)
def test_a_tenth_of_held_out_text_may_be_in_training(leaked: float | None, status: str) -> None:
    assert find_leaks(leaked).status == status


def measures(overlap: float | None, **changed: Any) -> dict[str, Any]:
    """Describe a language with enough text of usual words."""
    return {
        "self_overlap": overlap, "volume_units": repetition.VOLUME, "types": 12_000,
        "unspaced_share": 0.0, "share_of_bytes": 1.0, **changed,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("overlap", "one_domain", "status"),
    [(None, True, "inconclusive"), (0.0, True, "ok"), (0.0099, True, "ok"), (0.01, False, "warn"),
     (0.0299, True, "warn"), (0.03, False, "warn"), (0.03, True, "fail"), (0.0999, False, "warn"),
     (0.1, False, "fail")],
)  # fmt: skip
def test_a_language_is_narrow_from_a_tenth_or_with_a_second_sign(
    overlap: float | None, one_domain: bool, status: str
) -> None:
    assert repetition.judge_language("en", measures(overlap), one_domain) == status


@pytest.mark.parametrize(
    ("language", "unspaced", "types", "few"),
    [("en", 0.0, 4_999, True), ("en", 0.0, 5_000, False), ("zh", 1.0, 2_499, True),
     ("zh", 1.0, 2_500, False), ("th", 1.0, 70, False), ("vi", 0.0, 3_000, False)],
)  # fmt: skip
def test_few_different_words_warn_and_make_a_failure_of_a_high_warning(
    language: str, unspaced: float, types: int, few: bool
) -> None:
    own = measures(0.0, types=types, unspaced_share=unspaced)
    assert repetition.judge_language(language, own, False) == ("warn" if few else "ok")
    high = measures(0.03, types=types, unspaced_share=unspaced)
    assert repetition.judge_language(language, high, False) == ("fail" if few else "warn")


@pytest.mark.parametrize(("overlap", "status"), [(0.0999, "inconclusive"), (0.1, "fail")])
def test_with_less_text_only_a_failure_counts(overlap: float, status: str) -> None:
    own = measures(overlap, volume_units=repetition.VOLUME - 1, types=10)
    assert repetition.judge_language("en", own, False) == status


@pytest.mark.parametrize(
    ("judged", "status"),
    [([("fail", 0.5), ("ok", 0.5)], "fail"), ([("fail", 0.49), ("ok", 0.51)], "warn"),
     ([("fail", 0.09), ("ok", 0.91)], "ok"), ([("warn", 0.1), ("ok", 0.9)], "warn"),
     ([("ok", 0.5), ("inconclusive", 0.5)], "ok"), ([("ok", 0.49)], "inconclusive"),
     ([("fail", 0.5), ("inconclusive", 0.5)], "fail"), ([], "inconclusive")],
)  # fmt: skip
def test_the_corpus_is_judged_by_the_volume_of_its_languages(judged: Any, status: str) -> None:
    assert repetition.judge_shares(judged) == status


# Narrowness from text.


def test_the_overlap_is_what_the_documents_share_by_construction() -> None:
    overlap, volume = repetition.self_overlap(statistics.read_words(narrow()["text"]))
    assert volume == repetition.VOLUME
    assert overlap == pytest.approx(96 / 236, abs=0.01)


def test_in_scripts_without_spaces_ten_characters_are_a_shingle() -> None:
    draw = random.Random(1)

    def chinese(count: int) -> str:
        return "".join(chr(0x4E00 + draw.randrange(5_000)) for _ in range(count))

    same = chinese(40)  # 31 shingles of 91
    texts = pl.Series([same + chinese(60) for _ in range(800)])
    overlap, volume = repetition.self_overlap(statistics.read_words(texts))
    assert volume == 64_000
    assert overlap == pytest.approx(31 / 91)


def test_documents_that_share_words_alone_overlap_in_nothing() -> None:
    overlap, _ = repetition.self_overlap(statistics.read_words(broad()["text"]))
    assert overlap is not None
    assert overlap < 0.002


def test_short_documents_are_never_held_against_themselves() -> None:
    texts = [" ".join(word(12 * seed + place) for place in range(12)) for seed in range(6_000)]
    assert repetition.self_overlap(statistics.read_words(pl.Series(texts)))[0] == 0.0


def test_few_documents_and_little_text_are_not_measured() -> None:
    long = [prose(seed, 8_000) for seed in range(19)]
    assert repetition.self_overlap(statistics.read_words(pl.Series(long)))[0] is None
    short = statistics.read_words(broad()["text"][:90])  # 28,800 words: 46,080 units of 50,000
    assert repetition.self_overlap(short) == (None, 46_080)


# The check.


def test_narrow_text_fails_and_says_what_is_the_matter() -> None:
    check = coverage(narrow()[:600], narrow()[600:], Target())
    assert (check.id, check.status, check.threshold) == ("coverage", "fail", 0.10)
    assert check.amount == "en is narrow: 41 % of a document's 5-grams are in others"
    assert "one kind of text" in check.advice


def test_broad_text_passes_with_every_measure_in_its_details() -> None:
    check = coverage(broad()[:420], broad()[420:], Target(languages=("en",)))
    assert check.status == "ok"
    english = check.details["languages"]["en"]
    assert english["byte_fallback"] == 0.0
    assert 0.5 < english["type_growth_exponent"] < 0.9
    assert 0 < english["new_word_chance"] < 0.2
    assert check.details["effective_domains"] is None
    assert check.details["effective_languages"] == pytest.approx(1.0)
    assert [each["status"] for each in check.details["findings"]] == ["ok"] * 4
    json.dumps(check.plain(), allow_nan=False)


def test_the_check_does_not_depend_on_the_order_of_documents() -> None:
    mixed = broad()[:420].sample(fraction=1.0, shuffle=True, seed=1)
    forth = coverage(broad()[:420], broad()[420:], Target())
    assert coverage(mixed, broad()[420:].reverse(), Target()).plain() == forth.plain()


def test_held_out_copies_of_training_documents_are_leaks() -> None:
    check = coverage(broad(), broad()[:60], Target())
    assert (check.status, check.value) == ("fail", 1.0)
    assert check.amount == "100 % of the held-out text is in documents that training half contains"


def test_a_document_is_leaked_if_half_of_it_is_known() -> None:
    known = prose(1, 104)  # 100 shingles
    half = [f"{known} {prose(seed, 100)}" for seed in range(50, 100)]  # 100 of 200
    less = [f"{known} {prose(seed, 101)}" for seed in range(50, 100)]
    train = pl.Series([known])
    assert leaked_share(train, pl.Series(half)) == 1.0
    assert leaked_share(train, pl.Series(less)) == 0.0
    assert leaked_share(train, pl.Series(half[:49])) is None


def test_a_script_that_training_never_saw_fails_as_bytes() -> None:
    thai = documents(["".join(paragraphs("th"))] * 2, "th")
    assert thai["text"].str.len_chars().sum() > 10_000
    check = coverage(broad()[:420], pl.concat([broad()[420:], thai]), Target())
    assert check.status == "fail"
    assert "th characters" in str(check.amount)


def test_the_wrong_language_is_named_before_all_else() -> None:
    check = coverage(narrow()[:600], narrow()[600:], Target(languages=("zh",)))
    assert check.amount == "zh is 0 % of the text"


def test_little_text_is_inconclusive_and_never_a_pass() -> None:
    check = coverage(broad()[:20], broad()[20:40], Target())
    assert (check.status, check.amount) == ("inconclusive", None)
    nothing = documents([])
    assert coverage(nothing, nothing, Target()).status == "inconclusive"


def test_domains_count_where_most_text_has_one() -> None:
    def domains(*names: str | None) -> float | None:
        frame = documents(["some words"] * len(names)).with_columns(
            pl.Series("domain", names, dtype=pl.String)
        )
        found: float | None = coverage(frame, frame, Target()).details["effective_domains"]
        return found

    assert domains("a", "b") == pytest.approx(2.0)
    assert domains("a", "a", None) == pytest.approx(1.0)
    assert domains("a", None, None) is None


def test_columns_that_may_be_left_out_change_nothing() -> None:
    plain = coverage(broad()[:40].drop("domain"), broad()[40:60].drop("domain"), Target())
    size = pl.col("text").str.len_bytes().alias("bytes")
    full = coverage(broad()[:40].with_columns(size), broad()[40:60].with_columns(size), Target())
    assert plain.plain() == full.plain()
