from __future__ import annotations

import itertools
from typing import Any

import polars as pl
import pytest

from corpuskit.coverage import sources
from corpuskit.coverage.parts import Tables, Texts
from corpuskit.coverage.sources import SOURCES
from corpuskit.features import Measured


def counted(columns: dict[str, Any], source: str = "one.jsonl", rows: int | None = None) -> Tables:
    frame = pl.DataFrame(columns)
    sizes = [10] * (frame.height if rows is None else rows)
    scores = pl.DataFrame({"byte_count": sizes}, schema={"byte_count": pl.UInt32})
    return SOURCES.count(Texts(Measured(pl.Series(dtype=pl.String)), frame, scores, source))


def told(*tables: Tables) -> dict[str, Any]:
    return SOURCES.describe(SOURCES.merge(list(tables)))


def test_without_a_column_sources_are_the_inputs() -> None:
    found = told(counted({}, "b.jsonl", 2), counted({}, "a.jsonl", 1), counted({}, "b.jsonl", 1))
    top = [{"name": "b.jsonl", "documents": 3, "bytes": 30},
           {"name": "a.jsonl", "documents": 1, "bytes": 10}]  # fmt: skip
    assert found["inputs"] == {"distinct": 2, "top": top}
    assert found["sources"] == {
        "column": None, "distinct": 2, "top": top, "without": 0, "too_many": [],
    }  # fmt: skip
    assert found["breadth"]["sources"]["top_1"] == 0.75


def test_a_column_of_sources_comes_before_the_inputs_and_its_gaps_are_told() -> None:
    found = told(counted({"Source": ["web", "books", "web", None]}), counted({}, rows=2))["sources"]
    assert found["column"] == "source"
    assert [(row["name"], row["documents"]) for row in found["top"]] == [("web", 2), ("books", 1)]
    assert found["without"] == 3


def test_the_first_column_in_order_counts_wherever_it_is() -> None:
    one, other = counted({"dataset": ["d"], "subset": ["s"]}), counted({"source": ["web"]})
    assert told(one)["sources"]["column"] == "dataset"
    assert told(one, other)["sources"]["column"] == "source"


def test_numbers_and_categories_are_names_and_lists_are_not() -> None:
    frame = {"source": pl.Series(["x"], dtype=pl.Categorical), "subset": [["a"]], "dataset": [7]}
    tables = counted(frame)
    assert tables["values"]["name"].to_list() == ["x", "7"]


def test_a_column_with_too_many_values_is_named_and_the_next_one_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sources, "MOST_SOURCES", 3)
    three = counted({"source": ["a", "b", "c"], "subset": ["x", "x", "y"]})
    assert told(three)["sources"]["column"] == "source"
    fourth = counted({"source": ["d"], "subset": ["x"]})
    found = told(three, fourth)["sources"]
    assert (found["column"], found["too_many"]) == ("subset", ["source"])
    assert told(counted({"source": list("abcd")}))["sources"]["column"] is None


def test_the_order_of_merging_changes_nothing_near_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_SOURCES", 3)
    parts = [counted({"source": names}) for names in (["a", "b"], ["b", "c"], ["d"], ["a"])]
    results = {
        str(told(SOURCES.merge(list(order[:2])), *order[2:]))
        for order in itertools.permutations(parts)
    }
    assert len(results) == 1


def test_a_long_name_is_cut() -> None:
    (row,) = told(counted({"source": ["x" * 1_000]}))["sources"]["top"]
    assert row["name"] == "x" * 200


def test_no_documents_have_no_sources() -> None:
    found = told(counted({}))
    assert found["sources"]["distinct"] == 0
    assert found["breadth"] == {"sources": None}
    assert told() == found
