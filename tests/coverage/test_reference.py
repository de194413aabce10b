"""What a corpus has otherwise than a reference: numbers by hand, thresholds on both sides."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

from corpuskit.coverage.common_words import WORDS
from corpuskit.coverage.reference import Held, hold_against
from corpuskit.coverage.statistics import LENGTH_EDGES


def side(
    languages: dict[str, int],
    documents: int = 1000,
    lengths: dict[int, int] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Make the part of a summary that is compared: bytes by language, documents by length."""
    bins = [0] * (len(LENGTH_EDGES) - 1)
    for chars, count in (lengths or {1000: documents}).items():
        bins[max(n for n, edge in enumerate(LENGTH_EDGES[:-1]) if edge <= chars)] += count
    return {
        "documents": {"kept": documents},
        "languages": {code: {"bytes": {"kept": size}} for code, size in languages.items()},
        "scripts": {"Latin": {"bytes": {"kept": sum(languages.values())}}},
        "coverage": {
            "kept": {
                "documents": documents,
                "lengths": {"edges": LENGTH_EDGES, "documents": bins},
                **more,
            }
        },
    }


def held(summary: dict[str, Any], words: pl.DataFrame | None = None) -> Held:
    return Held(summary, "model", words)


def axis(found: dict[str, Any], name: str) -> dict[str, Any]:
    (one,) = [one for one in found["axes"] if one["axis"] == name]
    return one


def reasons(found: dict[str, Any]) -> dict[str, str]:
    return {one["axis"]: one["reason"] for one in found["not_compared"]}


def missing(found: dict[str, Any], name: str) -> list[str]:
    return [one["name"] for one in found["missing"] if one["axis"] == name]


def test_chinese_that_is_4_percent_here_and_48_there_is_missing() -> None:
    found = hold_against(held(side({"en": 96, "zh": 4})), held(side({"en": 52, "zh": 48})))
    assert found["missing"] == [
        {"axis": "languages", "name": "zh", "here": 0.04, "there": 0.48, "at_most": False}
    ]
    by_hand = sum(
        half * p * math.log2(2 * p / (p + q))
        for half, p, q in (
            (0.5, 0.96, 0.52),
            (0.5, 0.04, 0.48),
            (0.5, 0.52, 0.96),
            (0.5, 0.48, 0.04),
        )
    )
    assert axis(found, "languages")["low"] == pytest.approx(by_hand, abs=1e-6)
    assert axis(found, "scripts")["low"] == 0


def test_a_quarter_of_the_share_is_missing_and_a_little_more_is_not() -> None:
    there = held(side({"en": 600, "zh": 400}))
    assert missing(hold_against(held(side({"en": 900, "zh": 100})), there), "languages") == ["zh"]
    assert missing(hold_against(held(side({"en": 899, "zh": 101})), there), "languages") == []


def test_what_is_under_one_percent_of_the_reference_is_not_missed() -> None:
    here = held(side({"en": 1000}))
    assert missing(hold_against(here, held(side({"en": 990, "zh": 10}))), "languages") == ["zh"]
    assert missing(hold_against(here, held(side({"en": 991, "zh": 9}))), "languages") == []


def test_few_documents_are_no_ground_to_miss_anything() -> None:
    there = side({"en": 900, "zh": 100})
    assert missing(hold_against(held(side({"en": 1}, 50)), held(there)), "languages") == ["zh"]
    assert missing(hold_against(held(side({"en": 1}, 49)), held(there)), "languages") == []


def test_short_documents_that_are_left_out_are_told_by_their_range() -> None:
    here = side({"en": 1}, 100, {40: 2, 5000: 98})
    there = side({"en": 1}, 100, {40: 31, 316: 9, 5000: 60})
    found = hold_against(held(here), held(there))
    rows = {row["name"]: (row["here"], row["there"]) for row in axis(found, "lengths")["rows"]}
    assert rows == {"0-99": (0.02, 0.31), "100-999": (0.0, 0.09), "1000-9999": (0.98, 0.6)}
    assert missing(found, "lengths") == ["0-99", "100-999"]


def domains(*top: tuple[str, int], distinct: int | None = None) -> dict[str, Any]:
    rows = [{"domain": name, "documents": count, "bytes": count} for name, count in top]
    return {"distinct": distinct or len(top), "top": rows}


def test_a_host_that_is_not_among_the_largest_here_is_missing_at_most() -> None:
    here = side({"en": 1}, 1000, domains=domains(("a.org", 500), ("b.org", 10), distinct=90))
    there = side({"en": 1}, 1000, domains=domains(("a.org", 500), ("wiki.org", 300), distinct=80))
    found = hold_against(held(here), held(there))
    assert [one for one in found["missing"] if one["axis"] == "hosts"] == [
        {"axis": "hosts", "name": "wiki.org", "here": 0.01, "there": 0.3, "at_most": True}
    ]
    hosts = axis(found, "hosts")
    assert 0 < hosts["low"] < hosts["high"] < 1
    wiki = next(row for row in hosts["rows"] if row["name"] == "wiki.org")
    assert wiki["here"] is None


def test_hosts_are_not_named_where_registered_domains_are() -> None:
    registered = {"distinct": 1, "top": [{"name": "wiki.org", "documents": 1000, "bytes": 1}]}
    here = side({"en": 1}, 1000, domains=domains(("a.org", 1000)),
                registered_domains={"distinct": 1, "top": [{"name": "a.org", "documents": 1000}]},
                )  # fmt: skip
    there = side({"en": 1}, 1000, domains=domains(("en.wiki.org", 1000)),
                 registered_domains=registered)  # fmt: skip
    found = hold_against(held(here), held(there))
    assert missing(found, "registered_domains") == ["wiki.org"]
    assert missing(found, "hosts") == []
    assert axis(found, "hosts")["low"] == 1


def test_dialogue_is_missed_by_how_lines_begin() -> None:
    lines = {"documents": 200, "lines": 1000, "dash": 0, "label": 0}
    here = side({"en": 1}, line_openings={**lines, "quotation": 3})
    there = side({"en": 1}, line_openings={**lines, "quotation": 210})
    found = hold_against(held(here), held(there))
    assert missing(found, "openings") == ["quotation"]


def words(counts: dict[str, int], rest: int = 0) -> pl.DataFrame:
    rows = [(word, count, count // 2) for word, count in counts.items()]
    return pl.DataFrame([*rows, (None, rest, rest // 2)], schema=WORDS, orient="row")


def test_words_are_compared_with_all_others_as_one() -> None:
    here, there = words({"the": 30, "cat": 10}, 60), words({"the": 30, "hund": 10}, 60)
    found = hold_against(held(side({"en": 1}), here), held(side({"en": 1}), there))
    own = axis(found, "words")
    assert own["low"] == pytest.approx(0.1)  # two words of a tenth each that one side has
    assert {row["name"] for row in own["rows"]} == {"cat", "hund"}
    assert own["noise"] == 0  # both halves of the reference are alike
    assert (own["here"], own["there"], own["compared"]) == (100, 100, 3)


def test_what_a_side_did_not_measure_is_passed_over_with_a_word() -> None:
    here = side({"en": 1}, years={"documents": {"2020": 5}, "undated": 0, "column": "date"})
    found = hold_against(held(here), held(side({"en": 1}), words({"a": 1})))
    assert reasons(found) == {
        "registered_domains": "not_measured",
        "hosts": "not_measured",
        "years": "not_measured_there",
        "characters": "not_measured",
        "openings": "not_measured",
        "words": "not_measured_here",
    }


def test_a_side_without_documents_is_compared_in_nothing() -> None:
    nothing = side({}, 0, {1: 0})
    found = hold_against(held(nothing), held(side({"en": 1})))
    assert found["axes"] == found["missing"] == []
    assert set(reasons(found).values()) == {"empty_here", "not_measured"}
    assert "empty_there" in reasons(hold_against(held(side({"en": 1})), held(nothing))).values()


def test_languages_of_two_models_are_not_compared() -> None:
    found = hold_against(
        Held(side({"en": 1}), "lid.176", None), Held(side({"eng": 1}), "glotlid", None)
    )
    assert reasons(found)["languages"] == "other_model"
