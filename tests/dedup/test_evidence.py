"""What a summary shows of duplicates: bounded, whatever the documents hold."""

from __future__ import annotations

import json

import polars as pl
import pytest

from corpuskit.dedup.evidence import CHANGE_CHARS, SHOWN_CHARS, compare, gather, shown
from corpuskit.dedup.guards import COMPARED
from corpuskit.errors import RunError
from tests.dedup.made_clusters import members

MADE = members({1: [("near", 0.8), ("near", 0.9), ("near", 0.85)], 10: [("exact", 1.0)]})
NONE = pl.LazyFrame(schema=COMPARED)


def texts(body: str) -> dict[int, dict[str, object]]:
    return {n: {"text": f"{body} {n}", "chars": len(body) + 2} for n in (1, 2, 3, 10, 11)}


def test_only_representatives_nearest_and_furthest_members_are_read() -> None:
    assert gather(NONE, MADE).doc_ids().to_list() == [1, 2, 3, 10, 11]


def test_the_furthest_member_is_compared_first() -> None:
    plain = gather(NONE, MADE).plain(texts("word"))
    json.dumps(plain)
    first, second = plain["largest"]
    assert [(m["id"], m["jaccard"]) for m in first["members"]] == [("d2", 0.8), ("d3", 0.9)]
    assert first["members"][0]["difference"]["changes"][0] == {
        "before": "word ", "removed": "1", "added": "2", "after": "",
    }  # fmt: skip
    assert second["size"] == 2
    assert plain["guards"]["warnings"] == []


def test_a_word_of_a_megabyte_is_clipped() -> None:
    made = texts("word")
    made[2] = {"text": "x" * SHOWN_CHARS, "chars": 1_000_000}
    plain = gather(NONE, MADE).plain(made)
    found = plain["largest"][0]["members"][0]["difference"]
    assert len(found["changes"][0]["added"]) == CHANGE_CHARS
    assert not found["compared_all"]
    assert len(json.dumps(plain)) < 10_000


def test_white_space_is_no_difference() -> None:
    first, second = ({"text": text, "chars": len(text)} for text in ("a\n\nb  c", "a b\tc"))
    assert compare(first, second).changes == ()


def test_a_document_that_was_not_read_is_an_error() -> None:
    with pytest.raises(RunError, match="'d10' of a cluster was not read again"):
        gather(NONE, MADE).plain({n: t for n, t in texts("word").items() if n != 10})


def test_a_split_hands_on_what_is_wanted() -> None:
    found = shown(
        pl.Series([1, 2, 3], dtype=pl.UInt64),
        pl.Series(["one", "日" * (SHOWN_CHARS + 5), "three"]),
        pl.Series([2, 9], dtype=pl.UInt64),
    )
    assert list(found) == ["2"]
    assert (len(found["2"]["text"]), found["2"]["chars"]) == (SHOWN_CHARS, SHOWN_CHARS + 5)


def test_an_index_has_no_text_so_its_members_show_their_own() -> None:
    made = members({1: [("near", 0.8)], 5: [("exact", 1.0), ("near", 0.9)]}, in_index={5})
    found = gather(NONE, made)
    assert found.doc_ids().to_list() == [1, 2, 6, 7]
    plain = found.plain({n: {"text": f"text {n}", "chars": 6} for n in (1, 2, 6, 7)})
    json.dumps(plain)
    first = plain["largest"][0]
    assert (first["representative"]["id"], first["representative"]["text"]) == ("old5", None)
    assert [(m["text"], m["difference"]) for m in first["members"]] == [
        ("text 7", None), ("text 6", None),
    ]  # fmt: skip
    assert plain["largest"][1]["members"][0]["difference"]["changes"]
