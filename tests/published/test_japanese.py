"""The rules for Japanese, each on made text on both sides of its bound."""

from __future__ import annotations

import pytest

from tests.published.bounds import (
    SEVERAL,
    Pair,
    endings,
    failed,
    lines,
    often,
    outcome,
    untried,
)

KANA = "".join(map(chr, range(0x3041, 0x3041 + 80)))  # 80 different hiragana
SEVERAL_JAPANESE = KANA + SEVERAL
URL = "http://a.b"
PAIRS = {
    "too_short": Pair("の" * 150, "の" * 149),
    "too_long": Pair("の" * 1_000_000, "の" * 1_000_001),
    "too_little_japanese": Pair("の" * 40 + "a" * 60, "の" * 39 + "a" * 61),
    "too_little_hiragana": Pair("の" * 10 + "中" * 90, "の" * 9 + "中" * 91),
    "too_much_katakana": Pair("カ" * 60 + "の" * 40, "カ" * 61 + "の" * 39),
    "too_few_particles": Pair("の" * 7 + "あ" * 93, "の" * 6 + "あ" * 94),
    "too_many_digits": Pair("の" * 80 + "7" * 20, "の" * 79 + "7" * 21),
    "too_much_in_urls": Pair("の" * 40 + URL, "の" * 39 + URL),
    "too_little_in_punctuated_lines": Pair(
        "の" * 39 + "、\n" + "の" * 60, "の" * 38 + "、\n" + "の" * 61
    ),
    "too_much_in_very_short_lines": Pair(
        lines(10, 10, 5, 75, character="の"), lines(10, 10, 6, 74, character="の")
    ),
    "too_many_ellipsis_lines": Pair(endings("の…", 3, of=10), endings("の…", 4, of=10)),
    "too_many_rare_characters": Pair(
        "の" * 20 + "这" * 5 + "中" * 95, "の" * 20 + "这" * 6 + "中" * 94
    ),
    "too_much_in_repeated_lines": Pair(
        lines(20, 20, 60, character="の"), lines(21, 21, 58, character="の")
    ),
    "too_much_in_repeated_sentences": Pair(
        "の" * 19 + "。" + "の" * 19 + "。" + "を" * 60,
        "の" * 20 + "。" + "の" * 20 + "。" + "を" * 58,
    ),
    "too_much_in_repeated_20grams": Pair(
        SEVERAL_JAPANESE[:340] + SEVERAL_JAPANESE[:60],
        SEVERAL_JAPANESE[:339] + SEVERAL_JAPANESE[:60],
    ),
    "one_4gram_too_frequent": Pair(
        often("カタタカ", 4, 100, SEVERAL_JAPANESE), often("カタタカ", 4, 99, SEVERAL_JAPANESE)
    ),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_each_rule_cuts_at_its_bound(rule: str) -> None:
    assert outcome("japanese", PAIRS, rule) == (False, True)


def test_no_rule_is_left_out_here() -> None:
    assert untried("japanese", PAIRS) == set()


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("の" * 20 + "a" * 80, "の" * 19 + "a" * 81),  # hardly any Japanese
        ("の" * 6 + "中" * 94, "の" * 5 + "中" * 95),  # Chinese
    ],
)
def test_the_set_has_no_say_over_other_languages(inside: str, outside: str) -> None:
    assert "too_short" in failed("japanese", inside)
    assert failed("japanese", outside) == set()


def test_prose_is_kept() -> None:
    prose = (
        "朝早く目が覚めたので、港まで歩いて行くことにした。空はまだ暗く、遠くの灯台だけが海を照らし"
        "ていた。漁師たちは網を積み、静かに船を出す準備をしている。声をかけると、一人が手を止めて、"
        "今日は風が弱いから沖まで出られると教えてくれた。私は堤防に腰を下ろし、持ってきたお茶を飲んだ。"
        "しばらくすると東の空が明るくなり、波の色も少しずつ変わっていった。"
    )
    assert failed("japanese", prose) == set()
