"""The rules for Chinese, each on made text on both sides of its bound, and the Chinese recipe."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from corpuskit.api import clean
from corpuskit.features import Measured
from corpuskit.features.chinese import CHINESE
from corpuskit.kernels.chinese import IS_SIMPLIFIED, IS_TRADITIONAL, chinese_points
from tests.published.bounds import (
    SEVERAL,
    Pair,
    endings,
    failed,
    lines,
    often,
    openings,
    outcome,
    untried,
)

ROOT = Path(__file__).parent.parent.parent
URL = "http://a.b"
PAIRS = {
    "too_short": Pair("中" * 100, "中" * 99),
    "too_long": Pair("中" * 1_000_000, "中" * 1_000_001),
    "too_little_chinese": Pair("中" * 30 + "a" * 70, "中" * 29 + "a" * 71),
    "too_many_digits": Pair("中" * 80 + "7" * 20, "中" * 79 + "7" * 21),
    "too_many_symbols": Pair("中" * 97 + "★" * 3, "中" * 96 + "★" * 4),
    "too_little_punctuation": Pair("中" * 98 + "。" * 2, "中" * 99 + "。"),
    "too_much_punctuation": Pair("中" * 70 + "。" * 30, "中" * 69 + "。" * 31),
    "too_much_in_urls": Pair("中" * 40 + URL, "中" * 39 + URL),
    "too_little_in_punctuated_lines": Pair(
        "中" * 39 + "。\n" + "中" * 60, "中" * 38 + "。\n" + "中" * 61
    ),
    "too_little_in_punctuated_traditional_lines": Pair(
        "國" * 39 + "。\n" + "中" * 60, "國" * 38 + "。\n" + "中" * 61
    ),
    "too_much_in_very_short_lines": Pair(lines(10, 10, 5, 75), lines(10, 10, 6, 74)),
    "lines_too_short": Pair(lines(9, 11), lines(9, 10)),
    "too_many_ellipsis_lines": Pair(endings("…", 3, of=10), endings("…", 4, of=10)),
    "too_many_read_more_lines": Pair(endings("更多", 3, of=10), endings("更多", 4, of=10)),
    "too_few_function_characters": Pair("的" * 7 + "国" * 93, "的" * 6 + "国" * 94),
    "two_scripts_mixed": Pair("国" * 27 + "國" * 3, "国" * 26 + "國" * 3),
    "too_many_rare_characters": Pair("㐀" * 5 + "中" * 95, "㐀" * 6 + "中" * 94),
    "broken_characters": Pair("中" * 999 + "□", "中" * 998 + "□"),
    "too_much_in_repeated_lines": Pair(lines(20, 20, 60), lines(21, 21, 58)),
    "too_much_in_repeated_sentences": Pair(
        "中" * 19 + "。" + "中" * 19 + "。" + "国" * 60,
        "中" * 20 + "。" + "中" * 20 + "。" + "国" * 58,
    ),
    "too_much_in_repeated_20grams": Pair(
        SEVERAL[:340] + SEVERAL[:60], SEVERAL[:339] + SEVERAL[:60]
    ),
    "one_4gram_too_frequent": Pair(often("国中中国", 4, 100), often("国中中国", 4, 99)),
    "bullet_list": Pair(openings("-", 9, of=10), openings("-", 10, of=11)),
    "too_few_sentence_marks": Pair("中。" * 2, "中" + "。"),
    "too_long_without_punctuation": Pair("中" * 150 + "。中", "中" * 151),
}
ONLY = {
    "too_little_chinese": Pair("中" * 40 + "a" * 60, "中" * 39 + "a" * 61),
    "japanese": Pair("中" * 95 + "の" * 5, "中" * 94 + "の" * 6),
    "korean": Pair("中" * 80 + "한" * 20, "中" * 79 + "한" * 21),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_each_rule_cuts_at_its_bound(rule: str) -> None:
    assert outcome("chinese", PAIRS, rule) == (False, True)


@pytest.mark.parametrize("rule", ONLY)
def test_each_rule_for_chinese_alone_cuts_at_its_bound(rule: str) -> None:
    assert outcome("chinese_only", ONLY, rule) == (False, True)


def test_no_rule_is_left_out_here() -> None:
    assert untried("chinese", PAIRS) == untried("chinese_only", ONLY) == set()


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("中" * 20 + "a" * 80, "中" * 19 + "a" * 81),  # too few Han
        ("中" * 19 + "の", "中" * 18 + "の"),  # Japanese
        ("中" * 80 + "한" * 20, "中" * 79 + "한" * 21),  # Korean
    ],
)
def test_the_set_has_no_say_over_other_languages(inside: str, outside: str) -> None:
    assert "too_short" in failed("chinese", inside)
    assert failed("chinese", outside) == set()


def test_unpunctuated_traditional_text_is_marked_and_not_dropped() -> None:
    name = "too_little_in_punctuated_lines"
    half = "国" * 50 + "國" * 50  # a traditional_ratio of 0.5
    assert name in failed("chinese", half)
    assert name not in failed("chinese", half + "國")


def share(text: str, name: str) -> float:
    return float(CHINESE.compute(Measured(pl.Series([text])))[name][0])


def test_a_character_of_both_standards_counts_for_neither_script() -> None:
    table = chinese_points()
    for character, bits in (
        ("国这说", IS_SIMPLIFIED),
        ("國這說", IS_TRADITIONAL),
        ("后里台干中", 0),
    ):
        for point in map(ord, character):
            assert table[point] & (IS_SIMPLIFIED | IS_TRADITIONAL) == bits


def test_a_mixture_is_measured_from_twenty_characters_on() -> None:
    assert share("国" * 10 + "國" * 9, "mixed_script_ratio") == 0
    assert share("国" * 10 + "國" * 10, "mixed_script_ratio") == 0.5
    assert share("国國國", "traditional_ratio") == pytest.approx(2 / 3)
    assert share("中后", "traditional_ratio") == 0


def test_scripts_of_real_texts_are_told_apart() -> None:
    documents = pl.read_parquet(ROOT / "sample_data" / "udhr.parquet").filter(
        pl.col("id").is_in(["udhr-cmn_hans", "udhr-cmn_hant"])
    )
    found = CHINESE.compute(Measured(documents.sort("id")["text"]))
    simplified, traditional = found["traditional_ratio"]
    assert simplified < 0.01
    assert traditional > 0.99


@pytest.mark.parametrize(
    ("text", "chars"),
    [
        ("看https://a.cn/?q=1。好", 17),
        ("看www.a.cn 好", 8),
        ("見http://a.jpをご覧", 11),
        ("http:/a.cn ftp://a.cn WWW.A.CN ww.a.cn", 0),
        ("www.", 4),
        ("http://", 7),
        ("shttp://a", 8),
        ("http://www.a.cn/www.b.cn", 24),
    ],
)
def test_a_url_goes_on_to_white_space_han_kana_or_a_chinese_mark(text: str, chars: int) -> None:
    solid = sum(not c.isspace() for c in text)
    assert share(text, "url_char_ratio") == pytest.approx(chars / solid)


def test_marks_in_urls_end_no_sentence() -> None:
    assert share("好！http://a.cn/?q=1 好?", "sentence_mark_count") == 2


def test_a_run_of_han_ends_at_punctuation_and_line_feeds() -> None:
    assert share("一二，三四五\n六七", "longest_han_run") == 3
    assert share("一二 a1三四", "longest_han_run") == 4


def test_the_recipe_keeps_prose_of_both_scripts_and_drops_the_rest(tmp_path: Path) -> None:
    documents = pl.read_parquet(ROOT / "sample_data" / "udhr.parquet").filter(
        pl.col("lang").is_in(["zh", "ja", "en", "ko"])
    )
    documents.write_parquet(tmp_path / "in.parquet")
    result = clean(tmp_path / "in.parquet", tmp_path / "out", recipe="chinese")
    kept = pl.read_parquet(tmp_path / "out" / "kept" / "*.parquet")
    assert result is not None
    assert set(kept["id"]) == {"udhr-cmn_hans", "udhr-cmn_hant"}
