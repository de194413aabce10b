"""Which tokenizer coverage counts with, and what happens where one cannot be had."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from corpuskit import ConfigError
from corpuskit.coverage import load_tokenizer, tokenizer_files
from corpuskit.coverage.tokenizer import byte_tokens
from corpuskit.errors import MissingExtraError

TEXTS = pl.Series(["low lower", "", "中 low <|endoftext|>"])


def byte_level(folder: Path) -> Path:
    """Write a byte-level BPE whose only merges are those of "low"."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate([*alphabet, "lo", "low"])}
    vocabulary["<|endoftext|>"] = len(vocabulary)
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[("l", "o"), ("lo", "w")]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|endoftext|>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder / "tokenizer.json"


def sentence_pieces(folder: Path) -> Path:
    """Write a BPE of characters that falls back to the bytes of those it lacks."""
    from tokenizers import Tokenizer, models

    tokens = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), "a", "b"]
    model = models.BPE(
        vocab={token: number for number, token in enumerate(tokens)}, merges=[],
        byte_fallback=True, unk_token="<unk>",
    )  # fmt: skip
    Tokenizer(model).save(str(folder / "tokenizer.json"))
    return folder / "tokenizer.json"


def test_the_bundled_tokenizer_needs_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer_files, "find_spec", {}.get)
    tokenizer = load_tokenizer()
    assert tokenizer.name == "o200k_base"
    assert tokenizer.count(pl.Series(["hello world"]), 2).tolist() == [[2, 0]]
    assert load_tokenizer("o200k_base").digest == tokenizer.digest


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_the_bundled_tokenizer_counts_the_same_with_any_number_of_threads(workers: int) -> None:
    texts = pl.Series([f"text number {n} 中文" * (n % 7) for n in range(23)])
    found = load_tokenizer().count(texts, workers)
    assert np.array_equal(found, load_tokenizer().count(texts, 1))
    assert load_tokenizer().count(texts.head(0), workers).shape == (0, 2)


def test_a_byte_level_tokenizer_is_counted_with_its_bytes(tmp_path: Path) -> None:
    path = byte_level(tmp_path)
    tokenizer = load_tokenizer(str(path))
    control = len("<|endoftext|>")  # spelled out, byte by byte
    # low, space, low, e, r; three bytes, space, low, space, then what is spelled out
    expected = [[5, 0], [0, 0], [6 + control, 3]]
    assert tokenizer.count(TEXTS, 1).tolist() == expected
    assert load_tokenizer(str(tmp_path)).digest == tokenizer.digest  # the folder that holds it


def test_all_upper_bytes_of_a_byte_level_tokenizer_are_known(tmp_path: Path) -> None:
    written = byte_level(tmp_path).read_text("utf-8")
    assert len(byte_tokens(written)) == 128


def test_a_tokenizer_with_byte_fallback_is_counted_with_its_bytes(tmp_path: Path) -> None:
    tokenizer = load_tokenizer(str(sentence_pieces(tmp_path)))
    # Two letters, three bytes of one character, and a line end, which is a byte but a whole
    # character as well.
    assert tokenizer.count(pl.Series(["ab中\n"]), 1).tolist() == [[6, 3]]


def test_another_tokenizer_has_another_digest(tmp_path: Path) -> None:
    path = byte_level(tmp_path)
    first = load_tokenizer(str(path)).digest
    parsed = json.loads(path.read_text("utf-8"))
    parsed["model"]["merges"].pop()
    path.write_text(json.dumps(parsed), "utf-8")
    assert load_tokenizer(str(path)).digest != first


def test_without_the_package_another_tokenizer_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokenizer_files, "find_spec", {}.get)
    with pytest.raises(MissingExtraError, match=r'pip install "corpuskit\[lm\]"'):
        load_tokenizer(str(tmp_path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.json: no tokenizer\.json can be read"):
        load_tokenizer(str(tmp_path / "nowhere.json"))


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}", "utf-8")
    with pytest.raises(ConfigError, match="not a tokenizer"):
        load_tokenizer(str(tmp_path))


def test_a_name_of_the_hub_is_fetched_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, asked = byte_level(tmp_path), []

    def download(name: str, file: str) -> str:
        asked.append((name, file))
        return str(path)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    assert load_tokenizer("someone/some-model").digest == load_tokenizer(str(path)).digest
    assert asked == [("someone/some-model", "tokenizer.json")]


def test_a_hub_that_cannot_be_reached_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ConfigError, match=r"someone/some-model: no such file, and the Hugging"):
        load_tokenizer("someone/some-model")
