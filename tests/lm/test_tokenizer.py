"""The tokenizer: lossless, deterministic, blind to special strings in text, exact in bytes."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.errors import ConfigError, MissingExtraError, RunError
from corpuskit.lm import tokenizer as module
from corpuskit.lm.tokenizer import (
    END,
    bytes_per_token,
    digest,
    encode,
    load_tokenizer,
    save_tokenizer,
    train_tokenizer,
)
from tests.corpus import paragraphs

HOSTILE = (
    "", "\0", " ", "\r\n\r\n", "é", "e\u0301", "中文没有空格", "ภาษาไทย", "👩‍👩‍👧‍👦", "\u202eABC",
    "\ufeff", "\uffff", "\U0010ffff", END, f"a{END}b", "<|im_start|>user\n", "Ġ Ċ ļ", "a" * 5_000,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _needs_tokenizers() -> None:
    pytest.importorskip("tokenizers")


@cache
def trained() -> Any:
    """Train once on three languages, and on text that holds the end mark often."""
    texts = [text for language in ("en", "zh", "ar") for text in paragraphs(language)]
    return train_tokenizer([*texts, END * 200], 600)


def test_the_end_token_is_row_0_and_all_bytes_have_one() -> None:
    vocabulary = trained().get_vocab()
    assert vocabulary[END] == 0
    assert sorted(vocabulary.values()) == list(range(600))
    assert set(module._library().pre_tokenizers.ByteLevel.alphabet()) <= set(vocabulary)


def test_the_end_mark_inside_text_is_spelt_and_never_parsed() -> None:
    tokens, starts = encode(trained(), pl.Series([f"one {END} two", END]))
    assert np.flatnonzero(tokens == 0).tolist() == starts[:-1].tolist()
    assert trained().decode(tokens[starts[1] + 1 :].tolist()) == END


def test_a_document_is_the_end_token_then_its_own() -> None:
    tokens, starts = encode(trained(), pl.Series(["ab", "", "c"]))
    assert (tokens.dtype, starts.dtype) == (np.uint16, np.int64)
    assert len(starts) == 4
    assert (starts[0], starts[-1]) == (0, len(tokens))
    assert tokens[starts[1] : starts[2]].tolist() == [0]


def test_no_documents_are_no_tokens() -> None:
    tokens, starts = encode(trained(), pl.Series([], dtype=pl.String))
    assert (len(tokens), tokens.dtype, starts.tolist()) == (0, np.uint16, [0])


def test_batches_do_not_change_the_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pl.Series([*HOSTILE, *paragraphs("en")[:20], ""])
    whole = encode(trained(), texts)
    monkeypatch.setattr(module, "BATCH_BYTES", 7)
    monkeypatch.setattr(module, "BATCH_DOCUMENTS", 3)
    cut = encode(trained(), texts)
    assert np.array_equal(whole[0], cut[0])
    assert np.array_equal(whole[1], cut[1])


def test_bytes_of_tokens_are_the_bytes_of_hostile_texts() -> None:
    check_bytes(list(HOSTILE))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_bytes_of_tokens_are_the_bytes_of_any_text(texts: list[str]) -> None:
    check_bytes(texts)


def check_bytes(texts: list[str]) -> None:
    """Compare bytes per token with UTF-8, and the decoded text with the text."""
    sizes = bytes_per_token(trained())
    tokens, starts = encode(trained(), pl.Series(texts, dtype=pl.String))
    assert sizes[0] == 0
    assert (sizes[1:] > 0).all()
    for place, text in enumerate(texts):
        own = tokens[starts[place] : starts[place + 1]]
        assert sizes[own].sum() == len(text.encode())
        assert trained().decode(own[1:].tolist()) == text


def test_the_same_texts_in_any_order_give_the_same_tokenizer() -> None:
    texts = list(paragraphs("en"))
    first, second = train_tokenizer(texts, 400), train_tokenizer(iter(texts[::-1]), 400)
    assert digest(first) == digest(second)
    assert digest(first) != digest(train_tokenizer(texts, 401))


def test_a_saved_tokenizer_is_read_back_as_it_was(tmp_path: Path) -> None:
    save_tokenizer(trained(), tmp_path / "tokenizer.json")
    again = load_tokenizer(tmp_path / "tokenizer.json")
    assert digest(again) == digest(trained())
    texts = pl.Series(HOSTILE)
    assert np.array_equal(encode(again, texts)[0], encode(trained(), texts)[0])


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", "{", json.dumps({"model": {"type": "BPE", "vocab": {}}}),
     json.dumps({"model": {"type": "Unigram", "vocab": []}})],
)  # fmt: skip
def test_a_file_that_is_no_tokenizer_is_refused_with_its_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(content)
    with pytest.raises(RunError, match=r"tokenizer\.json: no .*train it again"):
        load_tokenizer(path)


def test_a_missing_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="gone"):
        load_tokenizer(tmp_path / "gone.json")


@pytest.mark.parametrize("vocabulary", [256, 65_537])
def test_a_vocabulary_without_room_for_bytes_or_beyond_uint16_is_refused(vocabulary: int) -> None:
    with pytest.raises(ConfigError, match="vocabulary"):
        train_tokenizer(["a"], vocabulary)


def test_no_text_trains_a_tokenizer_of_bytes() -> None:
    tokenizer = train_tokenizer([])
    assert tokenizer.get_vocab_size() == 257
    assert len(encode(tokenizer, pl.Series(["é!"]))[0]) == 4


def test_the_missing_package_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(MissingExtraError, match=r'pip install "corpuskit\[lm\]"'):
        train_tokenizer(["a"])
