"""Chinese is cut into the words that jieba cuts it into, token for token."""

from __future__ import annotations

import importlib.util
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.errors import FeatureError, MissingExtraError
from corpuskit.features import jieba_dictionary
from corpuskit.kernels.arrow import TextBuffer, text_buffer
from corpuskit.kernels.segment import segment
from corpuskit.kernels.token_classes import fnv1a
from corpuskit.kernels.tokenise import HAS_LETTER, IS_SYMBOL
from tests.reference_chinese import cut, jieba
from tests.words.hostile import PIECES, buffer_of

SAMPLES = Path(__file__).parent.parent.parent / "sample_data"


def segments(buffer: TextBuffer, white_space: bool = True) -> list[list[str]]:
    """Cut a buffer by the kernel."""
    tokens = segment(buffer, jieba_dictionary.lexicon(), white_space)
    data = bytes(buffer.data)
    found = [data[a:b].decode() for a, b in zip(tokens.start, tokens.end, strict=True)]
    assert tokens.chars.tolist() == list(map(len, found))
    bounds = tokens.offsets.tolist()
    return [found[a:b] for a, b in pairwise(bounds)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我来到北京清华大学", "我 来到 北京 清华大学"),
        ("他来到了网易杭研大厦", "他 来到 了 网易 杭研 大厦"),  # 杭研 is in no dictionary
        ("价格3.14%，涨了", "价格 3.14% ， 涨 了"),
        ("abc3.14def", "abc3.14 def"),
        ("C++和c#", "C++ 和 c#"),
        ("a-b__c", "a - b __ c"),
        ("龘靐", "龘 靐"),
        ("한국。", "한 국 。"),  # outside blocks every character is a token
        ("", ""),
    ],
)
def test_words_by_hand(text: str, words: str) -> None:
    assert segments(buffer_of(text)) == [words.split()] == [cut(text)]


def test_a_carriage_return_and_line_feed_are_one_token_and_other_white_space_is_not() -> None:
    text = "好\r\n\r 好\u3000\n\n"
    assert segments(buffer_of(text)) == [["好", "\r\n", "\r", " ", "好", "\u3000", "\n", "\n"]]
    assert segments(buffer_of(text), white_space=False) == [["好", "好"]]
    assert cut(text) == segments(buffer_of(text))[0]


def test_the_chinese_of_the_samples_is_cut_as_by_jieba() -> None:
    classics = pl.read_ndjson(SAMPLES / "chinese-classics.jsonl.gz")["text"]
    rights = pl.read_parquet(SAMPLES / "udhr.parquet")["text"]
    texts = pl.concat([classics, rights.filter(rights.str.contains(r"\p{Han}"))])
    for found, text in zip(segments(text_buffer(texts)), texts, strict=True):
        assert found == cut(text)


def test_words_of_the_dictionary_in_random_order_are_cut_as_by_jieba() -> None:
    chance = np.random.default_rng(0)
    words = [word for word, count in jieba.dt.FREQ.items() if count]
    texts = ["".join(words[k] for k in row) for row in chance.integers(0, len(words), (300, 40))]
    for found, text in zip(segments(buffer_of(*texts)), texts, strict=True):
        assert found == cut(text)


def test_random_han_is_cut_as_by_jieba() -> None:
    chance = np.random.default_rng(1)  # most of these the model has never seen: ties
    rare = ["".join(map(chr, chance.integers(0x4E00, 0xA000, 60))) for _ in range(100)]
    few = ["".join(chance.choice(list("的一是不了人我在有他这中大来上"), 80)) for _ in range(100)]
    for found, text in zip(segments(buffer_of(*rare, *few)), rare + few, strict=True):
        assert found == cut(text)


HAN = st.characters(min_codepoint=0x4DF0, max_codepoint=0x9FE0, exclude_categories=("Cn",))
COMMON = st.sampled_from("的一是不了人我在有他这中大来上国和地到学生研究北京市长江桥")
PLAIN = st.text("aB9.+#&_%- ", max_size=6)
PARTS = st.text(COMMON, max_size=12) | st.text(HAN, max_size=6) | PLAIN | st.sampled_from(PIECES)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.lists(PARTS, max_size=12).map("".join), max_size=3))
def test_mixed_text_is_cut_as_by_jieba(documents: list[str]) -> None:
    assert segments(buffer_of(*documents)) == list(map(cut, documents))


def test_every_word_has_jieba_s_weight() -> None:
    total = math.log(jieba.dt.total)
    lexicon = jieba_dictionary.lexicon()
    singles = {w: c for w, c in jieba.dt.FREQ.items() if len(w) == 1 and "\u4e00" <= w <= "\u9fd5"}
    for word, count in singles.items():
        weight = lexicon.singles[ord(word) - 0x4E00 + 128]
        assert weight == (math.log(count) - total if count else -math.inf)
    assert lexicon.singles[0] == -total


def test_a_slice_of_a_column_is_cut_by_itself() -> None:
    column = pl.Series(["前面的文本", "我爱北京天安门", "后面的"])
    assert segments(text_buffer(column[1:2])) == [cut("我爱北京天安门")]


def test_tokens_have_the_hashes_and_kinds_of_all_tokens() -> None:
    tokens = segment(buffer_of("北京 NBA，3.5% & é"), jieba_dictionary.lexicon())
    texts = ["北京", "NBA", "，", "3.5%", "&", "é"]
    assert tokens.hash.tolist() == [fnv1a(text.encode()) for text in texts]
    letter, symbol = HAS_LETTER, IS_SYMBOL
    assert tokens.kind.tolist() == [letter, letter, symbol, 0, symbol, letter]
    lower = segment(buffer_of("北京 nba，3.5% & é"), jieba_dictionary.lexicon())
    assert tokens.fold.tolist() == lower.fold.tolist()


def test_a_line_of_ten_megabytes_is_cut() -> None:
    line = "长春市长春药店C罩杯" * 500_000  # 13 MB without a mark
    (found,) = segments(buffer_of(line))
    expected = cut(line[:1100])
    assert found[: len(expected) - 20] == expected[:-20]
    assert "".join(found) == line


def test_a_buffer_that_is_too_large_is_refused() -> None:
    buffer = TextBuffer(np.array([0, 2**31]), np.zeros(0, np.uint8))
    with pytest.raises(FeatureError, match="2147483648 bytes"):
        segment(buffer, jieba_dictionary.lexicon())


def test_without_the_package_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r'pip install "corpuskit\[zh\]"'):
        jieba_dictionary.folder()
