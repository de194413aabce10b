"""MAP-NEO's Chinese filter, by hand and by the twin, and every bound of its rules."""

from __future__ import annotations

import math
import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.features import Measured
from corpuskit.features.mapneo import MAPNEO
from corpuskit.kernels.arrow import text_buffer
from corpuskit.kernels.compatibility import NOT_ALONE, THREE_STOPS, compatibility_table, not_alone
from tests import reference_mapneo as twin
from tests.published.bounds import SEVERAL, Pair, endings, often, openings, outcome, untried
from tests.words.hostile import several, texts

PIECES = (
    "【",
    "】",
    "\n",
    "。",
    "…",
    "．",
    "！",
    "#",
    "＃",
    "１",
    "7",
    "，",
    "中",
    "中文",
    "Å",
    "㌀",
    "e\u0301",
    "\u0323",
    "ﾊﾞ",
    "각",
    "㎡",
    "\u3000",
    " ",
)
CHINESE = "今天早上我们在学校门口等了很久。老师说,明天还要再来一次！"
PAIRS = {
    "not_chinese": Pair(
        CHINESE, "We waited for a long time at the gate of the school. She said so."
    ),
    "uncertain_language": Pair(CHINESE, "lorem ipsum"),
    "too_much_in_brackets": Pair(
        "【" + "中" * 10 + "】" + "中" * 88, "【" + "中" * 10 + "】" + "中" * 87
    ),
    "one_sentence": Pair("一。二", "一。"),
    "too_short": Pair("中" * 50, "中" * 49),
    "too_long": Pair("中" * 10_000, "中" * 10_001),
    "too_many_hash_marks": Pair("##" + "中" * 8, "##" + "中" * 7),
    "too_many_ellipses": Pair("…" + "中" * 7, "…" + "中" * 6),
    "too_many_digits": Pair("１23，" + "中" * 7, "１23，" + "中" * 6),
    "too_many_read_more_lines": Pair(endings("更多", 3, of=10), endings("更多", 4, of=10)),
    "too_many_bullet_lines": Pair(openings("-", 9, of=10), openings("-", 10, of=11)),
    "no_punctuation": Pair("中" * 99 + "。", "中"),
    "too_few_different_characters": Pair("一" + "中" * 18, "一" + "中" * 19),
    "too_little_entropy": Pair(SEVERAL[:21], SEVERAL[:20]),  # ln 20 = 2.996
    "one_2gram_too_frequent": Pair(often("国中", 3, 20), often("国中", 3, 19)),
    "one_3gram_too_frequent": Pair(often("国中国", 4, 50), often("国中国", 4, 49)),
    "one_4gram_too_frequent": Pair(often("国中中国", 5, 100), often("国中中国", 5, 99)),
}
chinese = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def measured(*documents: str) -> list[dict[str, float]]:
    values = MAPNEO.compute(Measured(pl.Series(documents, dtype=pl.String)))
    return [
        {name: float(column[row]) for name, column in values.items()}
        for row in range(len(documents))
    ]


def value(text: str, name: str) -> float:
    return measured(text)[0][f"{name}.mapneo"]


def test_fullwidth_marks_and_digits_count_as_those_of_ascii() -> None:
    assert value("第１章！好", "digit_ratio") == 1 / 4
    assert value("第１章！好", "sentence_count") == 2
    assert value("好…", "char_count") == 4  # … is three full stops


def test_a_sentence_is_what_is_not_blank_between_marks() -> None:
    assert value("一。二！？三; 。\n四", "sentence_count") == 4
    assert value("一\n二", "sentence_count") == 1


def test_brackets_hold_what_is_between_them_on_one_line() -> None:
    assert value("【一二】三【四", "bracket_char_ratio") == 2 / 7
    assert value("【一\n二】三", "bracket_char_ratio") == 0
    assert value("【【一】】", "bracket_char_ratio") == 2 / 5


def test_runs_count_once_and_an_ellipsis_has_three_stops() -> None:
    assert value("###一#二", "hash_runs_per_char") == 2 / 6
    assert value("一....二..三。。。四…", "ellipsis_runs_per_char") == 3 / 16


def test_entropy_is_in_nats() -> None:
    assert value("一二三四", "char_entropy") == pytest.approx(math.log(4))
    assert value("一一一一", "char_entropy") == 0
    assert value("一二一二", "distinct_char_ratio") == 1 / 2


def test_the_first_copy_of_an_ngram_does_not_count() -> None:
    assert value("一二三一二四", "top_char_2gram_ratio") == 2 / 6
    assert value("一二三一二四", "top_char_3gram_ratio") == 0
    assert value("一一一一一一", "top_char_4gram_ratio") == 8 / 6


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert measured() == []
    assert measured("") == [{feature.name: feature.empty for feature in MAPNEO.features}]


@given(documents=st.lists(chinese | texts, max_size=4))
@settings(several, derandomize=True)
def test_the_kernel_equals_its_twin(documents: list[str]) -> None:
    for found, text in zip(measured(*documents), documents, strict=True):
        assert found == pytest.approx(twin.mapneo(text)), repr(text)


@pytest.mark.parametrize("rule", PAIRS)
def test_each_rule_cuts_at_its_bound(rule: str) -> None:
    assert outcome("mapneo_zh", PAIRS, rule) == (False, True)


def test_no_rule_is_left_out_here() -> None:
    assert untried("mapneo_zh", PAIRS) == set()


def test_characters_that_stand_alone_become_what_unicode_says() -> None:
    table = compatibility_table()
    assert chr(table[ord("！")]) == "!"
    assert chr(table[0x3000]) == " "
    assert chr(table[ord("中")]) == "中"
    assert table[ord("…")] == THREE_STOPS
    for several_or_joining in ("㎡", "㌀", "\u0301", "\u0323", "ﾞ", "\u11a8", "\u3099"):
        assert table[ord(several_or_joining)] == NOT_ALONE
    for point in range(0x20, 0x110000, 7):
        if table[point] >= 0 and unicodedata.category(chr(point)) != "Cn":  # new to Python
            assert unicodedata.normalize("NFKC", chr(point)) == chr(table[point])


def test_a_text_is_left_to_the_library_for_one_character() -> None:
    documents = pl.Series(["中文，！…", "中文㎡", "", "Tie\u0302\u0301ng", "Tiếng"])
    assert not_alone(text_buffer(documents)).tolist() == [False, True, False, True, False]
