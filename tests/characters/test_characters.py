"""Characters are counted by what they are, whatever the script."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.features import Measured, characters, chinese
from corpuskit.features.groups import measure as measure_groups
from tests import reference_characters

PIECES = (
    "a", "Z", "ǅ", "7", "٣", "½", ".", "。", "—", "+", "€", "♀", "😀", "🏽", "\u200d", " ",
    "\n", "\r\n", "\u3000", "\u2028", "\0", "\x1f", "\x7f", "\x85", "\x90", "\ufeff", "\ufffd",
    "□", "\ue000", "的", "於", "国", "國", "々", "〇", "㐀", "𠀀", "龘", "凜", "ぁ", "の", "ゝ",
    "ァ", "ヷ", "ヿ", "ー", "ｶ", "한", "ㄱ", "ᄒ", "ก", "ำ", "क", "ि", "א", "\u202e", "م", "é",
    "http://", "https://", "www.", "http:/", "a.b/?q=1", "这们国说", "這們國說", "！", "?", "）",
    "e\u0301", "ª", "µ", "ß", "x" * 300, "中" * 300,
)  # fmt: skip
GROUPS = (characters.CHARACTERS, chinese.CHINESE)
FEATURES = (*characters.FEATURES, *chinese.FEATURES)
HOSTILE = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=("Cs", "Cn")))


def characters_of(*texts: str) -> pl.DataFrame:
    """Measure texts."""
    return measure_groups(Measured(pl.Series(texts, dtype=pl.String)), GROUPS)


def value(text: str, feature: str) -> float | str:
    """Measure one feature of one text."""
    found: float | str = characters_of(text)[feature][0]
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(HOSTILE.map("".join), min_size=1, max_size=4))
def test_the_kernel_agrees_with_its_twin(texts: list[str]) -> None:
    measured = characters_of(*texts)
    for row, text in zip(measured.to_dicts(), texts, strict=True):
        assert row == pytest.approx(reference_characters.measure(text)), repr(text)


def test_a_slice_of_a_column_is_measured_as_itself() -> None:
    column = pl.Series(["一", "Two 2", "三"])
    assert measure_groups(Measured(column[1:2]), GROUPS).equals(characters_of("Two 2"))


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert characters_of().height == 0
    assert characters_of("").to_dicts() == [{f.name: f.empty for f in FEATURES}]


def test_ratios_are_over_what_is_not_white_space() -> None:
    assert value("a1 .\n ", "digit_ratio") == pytest.approx(1 / 3)
    assert value("a1 .\n ", "white_space_ratio") == 0.5


def test_symbols_of_ascii_are_no_symbols() -> None:
    assert value("a+b=$5", "symbol_ratio") == 0
    assert value("★★a😀", "symbol_ratio") == 0.75


def test_private_use_boxes_and_replacement_characters_are_bad() -> None:
    assert value("\ue000□\ufffdabc abc", "bad_char_ratio") == pytest.approx(3 / 9)


def test_kana_tell_japanese_from_chinese() -> None:
    assert value("これは日本語", "kana_ratio") == 0.5
    assert value("这是中文", "kana_ratio") == 0


def test_the_long_vowel_mark_is_katakana_but_not_kana() -> None:
    assert value("カーの", "kana_ratio") == 1
    assert value("カーの", "katakana_ratio") == 1


def test_function_characters_are_counted_in_both_scripts() -> None:
    assert value("我的于於龙龍", "function_char_ratio") == pytest.approx(4 / 6)


def test_rare_is_what_neither_chinese_standard_writes() -> None:
    assert value("国國㐀", "rare_han_ratio") == pytest.approx(1 / 3)
    assert value("国國这", "rare_kanji_ratio") == pytest.approx(1 / 3)


def test_the_script_is_that_of_most_letters() -> None:
    assert characters_of("Привет, abc!")["script"][0] == "Cyrillic"
    assert value("Привет, abc!", "script_ratio") == pytest.approx(6 / 9)


def test_a_text_without_letters_has_no_script() -> None:
    assert value("2024-01-01 :)", "script") == "None"
    assert value("2024-01-01 :)", "script_ratio") == 0


def test_scripts_tie_to_the_first_name() -> None:
    assert value("яa", "script") == "Cyrillic"


@pytest.mark.parametrize("length", [254, 255, 256, 511, 70_000])
def test_counters_do_not_overflow(length: int) -> None:
    assert value("7" * length, "digit_ratio") == 1
    assert value("中" * length, "han_char_count") == length
