"""What whole runs tell of their words: the same however the input is split, and true."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest

from corpuskit.coverage import sampled
from corpuskit.progress import Progress
from corpuskit.repeat import Options
from corpuskit.run import execute
from tests.corpus import rows, write_jsonl
from tests.coverage.counting import words_as_text

COUNTED = ("words", "vocabulary", "ngrams", "characters_used", "word_lists")


def coverage_of(source: Path, out: Path, recipe: str, split_bytes: int, workers: int = 1) -> Any:
    options = Options(
        (str(source),), out, recipe, split_bytes=split_bytes, shard_bytes=1 << 16, workers=workers
    )
    execute(options, Progress(quiet=True))
    return json.loads((out / "summary.json").read_text("utf-8"))["coverage"]


@pytest.mark.parametrize("recipe", ["web", "c4"])
@pytest.mark.parametrize("limit", [64, 32_768])
def test_how_the_input_is_split_changes_nothing(tmp_path: Path, recipe: str, limit: int) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", rows())
    with patch.dict(sampled.LIMITS, dict.fromkeys(sampled.LIMITS, limit)):
        whole = coverage_of(source, tmp_path / "one", recipe, 8 << 20)
        split = coverage_of(source, tmp_path / "many", recipe, 4_000, workers=2)
    assert whole["in"]["words"] > whole["kept"]["words"] > 0
    assert (whole["in"]["vocabulary"]["sampled_types"] <= 64) is (limit == 64)
    for side in ("in", "kept"):
        for name in COUNTED:
            assert split[side][name] == whole[side][name]


@pytest.mark.parametrize("recipe", ["web", "c4"])
def test_what_is_told_of_the_kept_is_what_a_plain_count_of_them_finds(
    tmp_path: Path, recipe: str
) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", rows())
    found = coverage_of(source, tmp_path / "run", recipe, 4_000)["kept"]
    texts = pl.read_parquet(tmp_path / "run" / "kept")["text"].to_list()
    documents = words_as_text(texts)
    counts = Counter(word for words in documents for word in words)
    assert found["words"] == counts.total()
    assert found["vocabulary_size"] == len(counts)
    assert found["vocabulary"]["hapax"] == sum(count == 1 for count in counts.values())
    grams = Counter(tuple(words[i : i + 13]) for words in documents for i in range(len(words) - 12))
    assert found["ngrams"]["13"] == {"total": grams.total(), "distinct": len(grams), "error": 0}
    characters = Counter(character for text in texts for character in text)
    assert found["characters_used"]["distinct"] == len(characters)
    assert sum(found["characters_used"]["kinds"].values()) == characters.total()
    digits = sum(count for character, count in characters.items() if character.isdecimal())
    assert found["characters_used"]["kinds"]["digits"] == digits


def test_a_run_that_keeps_nothing_tells_of_nothing(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", [{"text": "too short"}, {"text": "短"}])
    found = coverage_of(source, tmp_path / "run", "web", 8 << 20)
    assert found["in"]["words"] == 3
    assert found["kept"]["words"] == found["kept"]["vocabulary"]["types"] == 0
    assert found["kept"]["characters_used"]["blocks"] == []
    json.dumps(found, allow_nan=False)


def test_an_empty_input_tells_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("")
    found = coverage_of(tmp_path / "a.jsonl", tmp_path / "run", "web", 8 << 20)
    assert found["in"]["vocabulary"] == found["kept"]["vocabulary"]
    assert found["in"]["words"] == 0
