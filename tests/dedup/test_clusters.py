"""Clusters are counted, ordered and described as a hand would do it."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.dedup.clusters import count_sizes, describe, largest, steps
from tests.dedup.made_clusters import members

MADE = members({1: [("near", 0.8), ("near", 0.9), ("exact", 1.0)], 10: [("exact", 1.0)],
                20: [("near", 0.75)] * 3})  # fmt: skip


def test_sizes_are_counted_in_steps_without_gaps() -> None:
    assert count_sizes(MADE) == [
        {"least": 2, "most": 2, "clusters": 1, "documents": 2},
        {"least": 3, "most": 3, "clusters": 0, "documents": 0},
        {"least": 4, "most": 4, "clusters": 2, "documents": 8},
    ]
    assert count_sizes(MADE.clear()) == []


@given(st.integers(2, 10**9))
def test_every_size_lies_in_one_step(size: int) -> None:
    found = steps(size)
    assert [least for least, _ in found[1:]] == [most + 1 for _, most in found[:-1]]
    assert found[0][0] == 2
    assert found[-1][0] <= size <= found[-1][1]


@given(st.dictionaries(st.integers(0, 50), st.integers(1, 30), max_size=12))
@settings(max_examples=60)
def test_no_cluster_and_no_document_is_left_out(sizes: dict[int, int]) -> None:
    made = members({100 * key: [("near", 0.8)] * others for key, others in sizes.items()})
    rows = count_sizes(made)
    assert sum(row["clusters"] for row in rows) == len(sizes)
    assert sum(row["documents"] for row in rows) == sum(sizes.values()) + len(sizes)


def test_the_largest_come_first_and_equal_ones_by_number() -> None:
    assert largest(MADE, 10) == [1, 20, 10]
    assert largest(MADE, 1) == [1]
    assert largest(MADE.clear(), 3) == []


def test_a_kind_asks_for_clusters_with_most_of_its_members() -> None:
    assert largest(MADE, 10, "near") == [20, 1]
    assert largest(MADE, 10, "exact") == [1, 10]


def test_a_cluster_is_described_without_its_representative() -> None:
    found = describe(MADE, 1)
    assert (found.size, found.exact, found.near) == (4, 1, 2)
    assert found.least_jaccard == 0.8
    assert found.mean_jaccard == pytest.approx(0.9)
    assert found.representative.doc_id == 1
    # nearest the exact copy (doc 4), then 0.9 (doc 3), furthest 0.8 (doc 2)
    assert [member.doc_id for member in found.members] == [4, 3, 2]


def test_equally_similar_members_go_by_their_doc_id() -> None:
    assert [member.doc_id for member in describe(MADE, 20).members] == [21, 22, 23]
    assert [member.doc_id for member in describe(MADE, 10).members] == [11]


def test_the_order_of_the_rows_does_not_matter() -> None:
    turned = MADE.collect().reverse().lazy()
    assert describe(turned, 1) == describe(MADE, 1)
    assert largest(turned, 3) == largest(MADE, 3)
    assert isinstance(turned, pl.LazyFrame)


def test_a_document_of_an_index_stands_for_a_cluster_without_a_row() -> None:
    # cluster 5: the old document, called as the new document 6 is, which is an exact copy of it
    made = members({1: [("near", 0.8)], 5: [("exact", 1.0), ("near", 0.9)]}, in_index={5})
    assert largest(made, 5) == [5, 1]
    assert [row["documents"] for row in count_sizes(made)] == [2, 3]
    found = describe(made, 5)
    assert (found.size, found.exact, found.near) == (3, 1, 1)
    assert (found.representative.id, found.representative.in_index) == ("old5", True)
    assert [(one.id, one.in_index) for one in found.members] == [("d6", False), ("d7", False)]
    assert not describe(made, 1).representative.in_index
