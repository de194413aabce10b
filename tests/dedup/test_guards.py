"""A guard speaks just beyond its bound, and not on it."""

from __future__ import annotations

import polars as pl
import pytest

from corpuskit.dedup import guards
from corpuskit.dedup.guards import COMPARED, LEAST_DOCUMENTS, compared_documents, guard
from corpuskit.rules import Condition, Rule
from tests.dedup.made_clusters import members

RULE = Rule("toy.short", Condition("words", (("min", 5),)))
FLAG = Rule("toy.odd", Condition("words", (("max", 5),)), severity="flag")


def corpus(
    parts: dict[tuple[str, str | None], tuple[int, int]], first_lost: int = 2
) -> pl.LazyFrame:
    """Make compared documents: {(source, host): (documents, lost)}; lost ones count from
    `first_lost`, the others from a million."""
    rows = []
    lost_id, kept_id = first_lost, 1_000_000
    for (source, host), (documents, lost) in parts.items():
        for place in range(documents):
            is_lost = place < lost
            rows.append((lost_id if is_lost else kept_id, source, host, is_lost))
            lost_id, kept_id = lost_id + is_lost, kept_id + (not is_lost)
    return pl.DataFrame(rows, schema=COMPARED, orient="row").lazy()


def near(count: int) -> list[tuple[str, float]]:
    return [("near", 0.8)] * count


def test_a_cluster_of_exactly_one_in_a_hundred_is_no_warning() -> None:
    at = guard(corpus({("a", None): (2000, 0)}), members({1: near(19)}))  # 20 of 2,000
    beyond = guard(corpus({("a", None): (1999, 0)}), members({1: near(19)}))
    assert at.found == {"cluster": 0, "source": 0, "host": 0}
    assert at.compared == 2000
    assert beyond.found["cluster"] == 1
    (warning,) = beyond.warnings
    assert (warning.kind, warning.documents, warning.compared) == ("cluster", 20, 1999)
    assert [member.doc_id for member in warning.members] == [2, 20]


def test_a_cluster_of_fewer_than_twenty_is_no_warning() -> None:
    few = guard(corpus({("a", None): (30, 0)}), members({1: near(LEAST_DOCUMENTS - 2)}))
    assert few.warnings == ()
    enough = guard(corpus({("a", None): (30, 0)}), members({1: near(LEAST_DOCUMENTS - 1)}))
    assert len(enough.warnings) == 1


def test_a_source_that_loses_exactly_half_is_no_warning() -> None:
    made = members({1: near(40)})
    at = guard(corpus({("a", None): (80, 40), ("b", None): (9000, 0)}), made)
    beyond = guard(corpus({("a", None): (79, 40), ("b", None): (9000, 0)}), made)
    assert at.found["source"] == 0
    assert beyond.found == {"cluster": 0, "source": 1, "host": 0}
    (warning,) = beyond.warnings
    assert (warning.kind, warning.name) == ("source", "a")
    assert (warning.documents, warning.compared) == (40, 79)
    assert warning.representative.doc_id == 1
    assert [member.doc_id for member in warning.members] == [2, 3]


def test_a_source_that_loses_fewer_than_twenty_is_no_warning() -> None:
    made = members({1: near(LEAST_DOCUMENTS)})
    fewer = corpus({("a", None): (19, 19), ("b", None): (9000, 0)})
    assert guard(fewer, made).found["source"] == 0
    enough = corpus({("a", None): (20, 20), ("b", None): (9000, 0)})
    assert guard(enough, made).found["source"] == 1


def test_hosts_are_held_to_it_across_sources() -> None:
    made = members({1: near(30)})
    found = guard(corpus({("a", "x.org"): (16, 15), ("b", "x.org"): (15, 15),
                          ("b", None): (9000, 0), ("a", "y.org"): (60, 0)}), made)  # fmt: skip
    (warning,) = found.warnings
    assert (warning.kind, warning.name, warning.documents) == ("host", "x.org", 30)
    assert found.found == {"cluster": 0, "source": 0, "host": 1}


def test_members_of_another_source_are_not_shown_as_this_ones() -> None:
    """Pairs: each document of `a` repeats one elsewhere, so one member is shown."""
    pairs = members({10 * number + 1: near(1) for number in range(20)})
    lost = [10 * number + 2 for number in range(20)]
    rows = [(doc_id, "a", None, True) for doc_id in lost]
    made = pl.DataFrame(rows, schema=COMPARED, orient="row").lazy()
    (warning,) = guard(pl.concat([made, corpus({("b", None): (9000, 0)})]), pairs).warnings
    assert warning.representative.doc_id == 1
    assert [member.doc_id for member in warning.members] == [2]


def test_few_are_told_of_many_and_all_are_counted() -> None:
    made = members({100 * number: near(24 + number) for number in range(1, 9)})
    found = guard(corpus({("a", None): (1000, 0)}), made)
    assert found.found["cluster"] == 8
    assert [warning.documents for warning in found.warnings] == [33, 32, 31, 30, 29]


def test_hosts_counted_in_parts_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made = members({1: near(600)})
    rows = corpus({("a", f"h{number}.org"): (30, 20) for number in range(30)}
                  | {("b", None): (90_000, 0)})  # fmt: skip
    whole = guard(rows, made)
    monkeypatch.setattr(guards, "PART_DOCUMENTS", 10_000)
    assert guard(rows, made) == whole
    assert whole.found["host"] == 30


def test_only_documents_that_pass_the_other_rules_are_compared() -> None:
    decided = pl.DataFrame(
        {
            "doc_id": pl.Series([1, 2, 3, 4], dtype=pl.UInt64),
            "fails.toy.short": [True, False, False, False],
            "fails.toy.odd": [False, True, False, False],
            "keep": [False, True, False, True],
        }
    )
    hosts = pl.Series(["a.org", None, "b.org", "c.org"])
    found = compared_documents(decided, (RULE, FLAG), "in.jsonl", hosts)
    assert found.rows() == [
        (2, "in.jsonl", None, False), (3, "in.jsonl", "b.org", True),
        (4, "in.jsonl", "c.org", False),
    ]  # fmt: skip
    without = compared_documents(decided, (), "in.jsonl", None)
    assert without["doc_id"].to_list() == [1, 2, 3, 4]
    assert without.schema == pl.Schema(COMPARED)


def test_an_empty_corpus_has_no_warning() -> None:
    assert guard(pl.LazyFrame(schema=COMPARED), members({})).warnings == ()


def test_a_document_of_an_index_that_repeats_everywhere_is_told() -> None:
    made = members({1: near(40), 100: near(2)}, in_index={1})
    found = guard(corpus({("a", None): (79, 40), ("b", None): (1000, 0)}), made)
    cluster, source = found.warnings
    assert (cluster.kind, cluster.name, cluster.documents) == ("cluster", "old1", 41)
    assert (source.name, source.representative.in_index) == ("a", True)
    assert [member.doc_id for member in source.members] == [2, 3]
