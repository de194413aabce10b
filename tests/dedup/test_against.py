"""New documents against an index: only new ones are removed, as one run over all would do."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from corpuskit.dedup.index.against import free_ids
from corpuskit.duplicate_settings import DuplicateSettings
from tests.dedup.finding import similarity
from tests.dedup.indexed import SMALL, find_all, find_new, matched, save, story


def test_copies_and_near_copies_of_old_documents_are_removed_and_name_them(tmp_path: Path) -> None:
    index = save(tmp_path / "old", {number: story(number) for number in range(5)})
    new = {10: story(1), 11: story(2, 2), 12: story(99), 13: story(98), 14: story(98, 1)}
    result, names = find_new(new, [index], tmp_path / "work")
    assert matched(result, names) == {
        10: ("old-1", "exact", 1.0),
        11: ("old-2", "near", similarity(story(2), story(2, 2))),
        14: (13, "near", similarity(story(98), story(98, 1))),
    }
    assert set(result.frame["doc_id"]) == {10, 11, 13, 14}
    assert result.frame["cluster_size"].to_list() == [2, 2, 2, 2]
    stats = {name: result.stats[name] for name in ("exact", "near", "clusters")}
    assert stats == {"exact": 1, "near": 2, "clusters": 3}
    assert (result.stats["index_documents"], result.stats["index_matches"]) == (5, 2)
    assert list((tmp_path / "work").rglob("*.parquet")) == []


def test_the_same_documents_against_their_own_index_are_all_exact_duplicates(
    tmp_path: Path,
) -> None:
    texts = {number: story(number) for number in (0, 1, 5, 1 << 63)}
    result, names = find_new(texts, [save(tmp_path / "old", texts)], tmp_path / "work")
    assert matched(result, names) == {n: (f"old-{n}", "exact", 1.0) for n in texts}
    assert names.sort("doc_id")["doc_id"].to_list() == sorted(texts)


def test_a_doc_id_that_means_another_text_now_is_another_document(tmp_path: Path) -> None:
    index = save(tmp_path / "old", {7: story(1), 8: story(2)})
    new = {7: story(3), 9: story(3, 1), 8: story(1), 1: story(2)}
    result, names = find_new(new, [index], tmp_path / "work")
    found = matched(result, names)
    assert {n: (first, kind) for n, (first, kind, _) in found.items()} == {
        9: (7, "near"), 8: ("old-7", "exact"), 1: ("old-8", "exact"),
    }  # fmt: skip
    sizes = result.frame.group_by("cluster").agg(pl.len(), pl.col("cluster_size").first())
    assert sorted(sizes["cluster_size"]) == [2, 2, 2]


def test_old_documents_that_are_like_each_other_all_stand(tmp_path: Path) -> None:
    first = save(tmp_path / "a", {1: story(1), 2: story(2)})
    second = save(tmp_path / "b", {3: story(1), 4: story(2, 1)}, user="other")
    new = {10: story(2, 1), 11: story(1), 12: story(2)}
    result, names = find_new(new, [second, first], tmp_path / "work")
    assert matched(result, names) == {
        10: ("other-4", "exact", 1.0), 11: ("old-1", "exact", 1.0), 12: ("old-2", "exact", 1.0),
    }  # fmt: skip
    assert result.stats["index_documents"] == 4


def test_a_new_document_is_found_in_a_bucket_of_many_old_ones(tmp_path: Path) -> None:
    alike = {number: story(1) + f" tail{number}" for number in range(200)}
    index = save(tmp_path / "old", alike)
    result, names = find_new({500: story(1), 501: story(7)}, [index], tmp_path / "work")
    assert matched(result, names)[500][1] == "near"
    assert len(result.frame) == 1


@pytest.mark.parametrize("seed", range(6))
def test_the_result_is_that_of_one_run_in_which_the_old_ones_come_first(
    seed: int, tmp_path: Path
) -> None:
    chosen = DuplicateSettings(near=seed != 5, bands=20, rows=6)
    draw = random.Random(seed)
    texts = [story(draw.randrange(6), draw.randrange(4)) for _ in range(24)]
    old, new = dict(enumerate(texts[:10])), dict(enumerate(texts[10:], 100))
    once = find_all(old, tmp_path / "w", chosen).frame
    gone = set(once.filter(pl.col("kind") != "representative")["doc_id"])
    standing = {number: text for number, text in old.items() if number not in gone}
    whole = find_all({**old, **new}, tmp_path / "w", chosen)
    later, names = find_new(new, [save(tmp_path / "i", standing, chosen)], tmp_path / "w", chosen)
    expected = {n: fate for n, fate in matched(whole).items() if n >= 100}
    places = {f"old-{number}": number for number in standing}
    found = {n: (places.get(str(r), r), *rest) for n, (r, *rest) in matched(later, names).items()}
    assert found == expected
    assert any(first in places.values() for first, *_ in found.values())


def test_free_ids_avoid_what_is_taken() -> None:
    assert free_ids(3, np.array([0, 1, 2, 3, 9], np.uint64)).tolist() == [4, 5, 6]
    assert free_ids(2, np.array([], np.uint64)).tolist() == [0, 1]
    assert free_ids(0, np.array([0], np.uint64)).tolist() == []
    assert free_ids(2, np.array([0, 0, 1 << 63], np.uint64)).tolist() == [1, 2]


def test_empty_documents_are_known_too(tmp_path: Path) -> None:
    index = save(tmp_path / "old", {3: "", 4: story(1)}, SMALL)
    result, names = find_new({1: " ", 2: "."}, [index], tmp_path / "work")
    assert matched(result, names) == {1: ("old-3", "exact", 1.0)}


def test_an_index_of_no_document_changes_nothing(tmp_path: Path) -> None:
    index = save(tmp_path / "old", {})
    result, names = find_new({1: story(1), 2: story(1)}, [index], tmp_path / "work")
    assert matched(result, names) == {2: (1, "exact", 1.0)}
    assert names.is_empty()
