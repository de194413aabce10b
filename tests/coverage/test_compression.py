from __future__ import annotations

import random

import polars as pl
import pytest
import zstandard

from corpuskit.coverage.compression import compression

WORDS = [f"word{number}" for number in range(2000)]


def essay(seed: int, words: int = 300) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def sides(texts: list[str], keep: list[bool]) -> dict[str, dict[str, object]]:
    return compression(pl.DataFrame({"text": texts, "keep": keep}, schema_overrides={
        "text": pl.String, "keep": pl.Boolean}))  # fmt: skip


def test_documents_are_compressed_one_by_one() -> None:
    texts = [essay(1), essay(2), essay(3)]
    alone = zstandard.ZstdCompressor(level=3)
    sizes = [len(alone.compress(text.encode())) for text in texts]
    found = sides(texts, [True, False, True])["kept"]
    kept = len(texts[0]) + len(texts[2])
    assert found["sampled_bytes"] == kept
    assert found["documents"] == pytest.approx(kept / (sizes[0] + sizes[2]), abs=1e-4)


def test_documents_that_repeat_each_other_compress_better_together() -> None:
    different = sides([essay(seed) for seed in range(40)], [True] * 40)["in"]
    same = sides([essay(0)] * 40, [True] * 40)["in"]
    assert same["documents"] == pytest.approx(different["documents"], rel=0.1)
    assert same["whole"] > 10 * different["whole"]


def test_a_repeat_is_found_over_a_distance_of_megabytes() -> None:
    rest = [essay(seed, 60_000) for seed in range(1, 9)]  # 4 MB between the two
    once, twice = [essay(0, 60_000), *rest], [essay(0, 60_000), *rest, essay(0, 60_000)]
    whole = {len(texts): sides(texts, [True] * len(texts))["kept"] for texts in (once, twice)}
    packed = {count: found["sampled_bytes"] / found["whole"] for count, found in whole.items()}
    assert packed[10] < 1.01 * packed[9]


def test_the_two_sides_are_compared_at_equal_sizes() -> None:
    texts = [essay(seed) for seed in range(10)]
    found = sides(texts, [number % 2 == 0 for number in range(10)])
    before, after = found["in"]["sampled_bytes"], found["kept"]["sampled_bytes"]
    assert after - max(map(len, texts)) < before <= after


def test_without_text_there_is_no_ratio_and_a_reason() -> None:
    for texts in ([], ["", ""]):
        for found in sides(texts, [True] * len(texts)).values():
            assert (found["documents"], found["whole"]) == (None, None)
            assert (found["sampled_bytes"], found["reason"]) == (0, "no_text")


def test_where_nothing_is_kept_all_is_compressed_before() -> None:
    found = sides([essay(1), essay(2)], [False, False])
    assert found["in"]["sampled_bytes"] == len(essay(1)) + len(essay(2))
    assert found["kept"]["reason"] == "no_text"
