"""FineWeb-2's rules for Chinese: each bound from both sides, the columns by a twin, the extra."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit import api
from corpuskit.cleaners import CLEANERS
from corpuskit.errors import MissingExtraError
from corpuskit.features import Measured
from corpuskit.features.groups import OPTIONAL_GROUPS, all_columns, columns_by_group, measure
from corpuskit.features.lines import LINES
from corpuskit.features.zh_words import ZH_WORDS
from corpuskit.kernels.chinese_stop_words import STOP_WORDS
from corpuskit.recipe import load_recipe, shipped_rules
from corpuskit.recipe_features import MEASURED_ON_DEMAND
from corpuskit.rules import decide, load_rule_set
from tests import reference_chinese as twin

SET = "fineweb2_zh_jieba"
RULES = load_rule_set(shipped_rules() / f"{SET}.yaml", all_columns())
# Characters that are a token wherever they stand: Hangul and Han outside jieba's blocks.
HANGUL = [chr(point) for point in range(0xAC00, 0xD7A4)]
OTHER_HAN = [chr(point) for point in range(0x3400, 0x3420)]


def failed(text: str, language: str = "zh") -> set[str]:
    """Name the rules that a text fails."""
    scores = measure(Measured(pl.Series([text])), (LINES, ZH_WORDS))
    decided = decide(scores.with_columns(language=pl.lit(language)), RULES)
    return {rule.id.split(".")[1] for rule in RULES if decided[f"fails.{rule.id}"][0]}


def filled(start: str, length: int) -> str:
    """Lengthen a text with characters that come once."""
    return start + "".join(HANGUL[: length - len(start)])


def numbered(lines: int, copies: int, width: int = 4) -> str:
    """Make lines of which so many are copies of the first."""
    different = [f"{number:0{width}}" for number in range(lines - copies)]
    return "\n".join(different + different[:1] * copies)


def ending(mark: str, marked: int, lines: int) -> str:
    """Make lines of which so many end in a mark."""
    return "\n".join(f"{k}{mark if k < marked else ''}" for k in range(lines))


def among(token: str, count: int, tokens: int) -> str:
    """Make a text of tokens of which so many are this one."""
    return " ".join([token] * count + HANGUL[: tokens - count])


def edges() -> Iterator[tuple[str, str, str]]:
    """Yield rule, a text just inside its bound and one just outside."""
    yield "too_many_duplicate_lines", numbered(1000, 287), numbered(1000, 288)
    for n, count, length in ((2, 256, 3000), (3, 201, 5000), (4, 171, 7000)):
        gram = "，。！？"[:n]  # n characters and the spaces between, so many times
        texts = (filled(gram * count, length), filled(gram * (count + 1), length))
        yield f"one_{n}gram_too_frequent", *texts
    for n, copies in ((5, 198), (6, 182), (7, 167), (8, 154), (9, 140), (10, 127)):
        gram = "".join(OTHER_HAN[:n])
        inside, outside = gram * (copies + 1), gram * (copies + 2)
        texts = (filled(inside, n * 1000), filled(outside, n * 1000))
        yield f"too_much_in_repeated_{n}grams", *texts
    yield "too_few_lines_end_in_punctuation", ending("。", 106, 1000), ending("。", 105, 1000)
    yield "too_much_in_repeated_lines", numbered(100, 10, 10), numbered(100, 11, 10)
    yield "too_many_line_feeds", filled("\n" * 178, 1178), filled("\n" * 179, 1179)
    yield "too_few_words", filled("，。", 52), filled("，。", 51)
    yield "too_many_words", "한" * 100_000, "한" * 100_001
    yield "words_too_short", "，。한", "，。"
    yield "words_too_long", "abcde " * 100, "abcde " * 99 + "abcdef"
    yield "too_many_hash_marks", among("#", 10, 100), among("#", 11, 100)
    yield "too_many_ellipses", among("…", 10, 100), among("…", 11, 100)
    yield "too_many_bullet_lines", "-a\n" * 90 + "a\n" * 10, "-a\n" * 91 + "a\n" * 9
    yield "too_many_ellipsis_lines", ending("…", 30, 100), ending("…", 31, 100)
    yield "too_few_words_with_letters", among("。", 265, 1000), among("。", 266, 1000)
    yield "too_few_stop_words", "的。年，的", "的。한，的"


EDGES = list(edges())


@pytest.mark.parametrize(("rule", "inside", "outside"), EDGES, ids=[edge[0] for edge in EDGES])
def test_a_document_at_the_bound_is_kept_and_one_behind_it_is_not(
    rule: str, inside: str, outside: str
) -> None:
    assert rule not in failed(inside)
    assert rule in failed(outside)


def test_every_bound_is_tried() -> None:
    assert [edge[0] for edge in EDGES] == [rule.id.split(".")[1] for rule in RULES]


def test_the_bounds_and_stop_words_are_those_published() -> None:
    bound = {rule.keep.feature.removesuffix(".jieba"): rule.keep.bounds[0][1] for rule in RULES}
    published = {  # configs/cmn_Hani.yml, in its order
        "duplicate_line_ratio": 0.287,
        "duplicate_5gram_char_ratio": 0.198,
        "duplicate_6gram_char_ratio": 0.182,
        "duplicate_7gram_char_ratio": 0.167,
        "duplicate_8gram_char_ratio": 0.154,
        "duplicate_9gram_char_ratio": 0.14,
        "duplicate_10gram_char_ratio": 0.127,
        "terminal_line_ratio": 0.106,
        "alphabetic_word_ratio": 0.735,
        "newlines_per_word": 0.178,
        "top_2gram_char_ratio": 0.256,
        "top_3gram_char_ratio": 0.201,
        "top_4gram_char_ratio": 0.171,
    }
    assert published.items() <= bound.items()
    assert set(STOP_WORDS) == twin.STOP_WORDS
    assert len(STOP_WORDS) == 22


def test_other_languages_are_left_alone() -> None:
    assert failed("，。") != set()
    assert failed("，。", "ja") == set()


def measured(*texts: str) -> list[dict[str, float]]:
    return measure(Measured(pl.Series(texts, dtype=pl.String)), (ZH_WORDS,)).to_dicts()


def test_columns_by_hand() -> None:
    found = measured("我来到北京清华大学。\n我来到北京清华大学……")[0]  # 我 来到 北京 清华大学 。
    assert found["token_count.jieba"] == 11
    assert found["word_count.jieba"] == 8
    assert found["mean_word_chars.jieba"] == 18 / 8
    assert found["alphabetic_word_ratio.jieba"] == 8 / 11
    assert found["newlines_per_word.jieba"] == 1 / 11
    assert found["ellipses_per_word.jieba"] == 2 / 11
    assert found["top_4gram_char_ratio.jieba"] == 2 * 12 / 22
    assert found["duplicate_5gram_char_ratio.jieba"] == 0
    assert measured("的年的·中国")[0]["stop_word_count.jieba"] == 3


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert measured() == []
    empty = {feature.name: feature.empty for feature in ZH_WORDS.features}
    assert measured("") == [empty]
    assert measured(" \n") == [empty]


PARTS = st.sampled_from(
    ["我", "来到", "北京", "的", "年", "。", "，", "…", "#", "x1", " ", "\n", "é"]
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.lists(PARTS, max_size=60).map("".join), max_size=3))
def test_the_group_equals_its_twin(texts: list[str]) -> None:
    for found, text in zip(measured(*texts), texts, strict=True):
        assert found == pytest.approx(twin.zh_words(text)), text


def recipe(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(f"name: mine\n{text}")
    return str(path)


def test_the_group_is_measured_where_a_rule_uses_it_or_a_recipe_names_it(tmp_path: Path) -> None:
    def features(text: str) -> tuple[str, ...]:
        return load_recipe(recipe(tmp_path, text), columns_by_group(), tuple(CLEANERS)).features

    assert "zh_words" not in features("rule_sets: [chinese]")
    assert "zh_words" in features(f"rule_sets: [{SET}]")
    assert "zh_words" in features(f"features: [lines]\nrule_sets: [{SET}]")
    assert "zh_words" in features("features: [zh_words]")
    assert "zh_words" not in features("features: all")
    assert tuple(group.name for group in OPTIONAL_GROUPS) == MEASURED_ON_DEMAND


def test_a_run_without_jieba_ends_before_it_has_read_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "我来到北京"}\n')
    mine = recipe(tmp_path, f"rule_sets: [{SET}]")
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "jieba" else find(name)
    )
    from corpuskit.features import jieba_dictionary

    jieba_dictionary.identity.cache_clear()
    with pytest.raises(MissingExtraError, match=r'pip install "corpuskit\[zh\]"'):
        api.clean([str(tmp_path / "a.jsonl")], tmp_path / "out", recipe=mine)
    assert not list((tmp_path / "out").rglob("*.parquet"))
