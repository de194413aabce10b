"""The store of shingle sets, and what the search asks of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from corpuskit.dedup import find_duplicates, fingerprint, shingle_sets, store
from corpuskit.dedup.store import ShingleStore
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import DataError, RunError
from corpuskit.features import Measured
from tests.dedup.made_text import english, words
from tests.reference_dedup import jaccard

SETTINGS = DuplicateSettings()


def sets(seed: int, count: int) -> list[list[int]]:
    draw = np.random.default_rng(seed)
    return [
        np.unique(draw.integers(1, 200, draw.integers(0, 150), np.uint64)).tolist()
        for _ in range(count)
    ]


def fill(target: ShingleStore, ids: list[int], parts: list[list[int]]) -> None:
    offsets = np.cumsum([0, *map(len, parts)])
    values = np.array([value for part in parts for value in part], np.uint64)
    target.append(pl.Series(ids, dtype=pl.UInt64), offsets, values)


def test_similarities_are_exact_in_blocks_of_any_size(tmp_path: Path) -> None:
    parts = sets(1, 30)
    first, second = np.triu_indices(30, 1)
    expected = [jaccard(set(parts[a]), set(parts[b])) for a, b in zip(first, second, strict=True)]
    for size in (store.TOUCH_VALUES, 5 * store.TOUCH_VALUES, 1000 * store.TOUCH_VALUES):
        target = ShingleStore(tmp_path / str(size))
        fill(target, list(range(30)), parts)
        places = target.places(np.arange(30, dtype=np.uint64), np.arange(30), 30)
        assert target.similarities(places, first, second, 0.0, size).tolist() == expected
        target.close()


def test_giant_sets_are_merged_piece_by_piece(tmp_path: Path) -> None:
    parts = [[*range(1, 20_001)], [*range(1_001, 21_001)], [*range(50_000, 70_000)], [1]]
    target = ShingleStore(tmp_path / "store")
    fill(target, [3, 4, 5, 6], parts)
    places = target.places(np.arange(3, 7, dtype=np.uint64), np.arange(4), 4)
    pairs = np.array([0, 0, 0]), np.array([1, 2, 3])
    block = 2 * store.TOUCH_VALUES  # a pair of 20,000 is more than that
    expected = 19_000 / 21_000
    assert target.similarities(places, *pairs, expected, block).tolist() == [expected, 0, 0]
    assert target.similarities(places, *pairs, expected + 1e-9, block).tolist() == [0, 0, 0]
    target.close()


def test_what_is_found_does_not_depend_on_the_order_of_appending_threads(tmp_path: Path) -> None:
    parts = sets(2, 200)
    target = ShingleStore(tmp_path / "store")
    with ThreadPoolExecutor(4) as threads:
        futures = [
            threads.submit(fill, target, list(range(at, at + 10)), parts[at : at + 10])
            for at in range(0, 200, 10)
        ]
        for future in futures:
            future.result()
    places = target.places(np.arange(200, dtype=np.uint64), np.arange(200), 200)
    first, second = np.arange(199), np.arange(1, 200)
    found = target.similarities(places, first, second, 0.0)
    assert found.tolist() == [jaccard(set(parts[n]), set(parts[n + 1])) for n in range(199)]
    target.close()


def test_a_store_of_empty_sets_finds_nothing_similar(tmp_path: Path) -> None:
    target = ShingleStore(tmp_path / "store")
    fill(target, [1, 2], [[], []])
    pair = np.array([0]), np.array([1])
    places = target.places(np.array([1, 2], np.uint64), np.arange(2), 2)
    assert target.similarities(places, *pair, 0.5).tolist() == [0.0]
    target.close()


def test_a_candidate_that_was_not_read_again_is_an_error(tmp_path: Path) -> None:
    target = ShingleStore(tmp_path / "store")
    fill(target, [1], [[5]])
    with pytest.raises(RunError, match="was not read again"):
        target.places(np.array([1, 2], np.uint64), np.arange(2), 2)
    target.close()


def test_closing_leaves_no_file_behind(tmp_path: Path) -> None:
    target = ShingleStore(tmp_path / "store")
    fill(target, [1], [[5]])
    target.close()
    assert list(tmp_path.iterdir()) == []


def scores(texts: list[str], ids: list[int]) -> pl.DataFrame:
    marks = fingerprint(Measured(pl.Series(texts)), SETTINGS)
    counts = [-len(text) for text in texts]
    return pl.DataFrame({"doc_id": pl.Series(ids, dtype=pl.UInt64), "priority": counts, **marks})


def test_only_candidates_are_read_again_and_only_once(tmp_path: Path) -> None:
    body = words(1, 100)
    texts = [" ".join(body), " ".join([*body, "more"]), english(2), english(3), english(3)]
    asked: list[list[int]] = []

    def fetch(wanted: pl.Series) -> ShingleStore:
        asked.append(wanted.to_list())
        target = ShingleStore(tmp_path / "store")
        rows = [int(doc_id) - 10 for doc_id in wanted]
        chosen = Measured(pl.Series([texts[row] for row in rows]))
        target.append(wanted, *shingle_sets(chosen, SETTINGS))
        return target

    lazy = scores(texts, [10, 11, 12, 13, 14]).lazy()
    result = find_duplicates(lazy, SETTINGS, fetch, tmp_path / "work")
    assert asked == [[10, 11]]
    assert result.stats["exact"] == 1
    assert result.stats["near"] == 1
    assert list((tmp_path / "work").iterdir()) == []


def test_a_doc_id_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    lazy = scores([english(1), english(2)], [5, 5]).lazy()
    with pytest.raises(DataError, match="occurs twice"):
        find_duplicates(lazy, SETTINGS, lambda _: ShingleStore(tmp_path / "s"), tmp_path / "work")
