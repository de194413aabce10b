"""What a corpus has otherwise than a reference, and what it lacks: a function of two summaries.

Both sides are what was kept. Every axis that both runs measured is compared by its Jensen–Shannon
divergence (`coverage.divergence`); one that a side did not measure is passed over with a reason.

A name (a language, a range of lengths, a domain) is missing where it makes up 1 % of the reference
or more and here a quarter of that share or less, and where the shares can be told from luck: five
documents of it would be expected on either side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

import polars as pl

from corpuskit.coverage.divergence import Counted, Divergence, divergence

SIDE: Final = "kept"
THERE_AT_LEAST: Final = 0.01
HERE_AT_MOST_OF_THERE: Final = 0.25
DOCUMENTS_EXPECTED: Final = 5
ROWS_SHOWN: Final = 12
MISSING_SHOWN: Final = 24
WORDS_COMPARED: Final = 10_000
"""Rarer words are one class: of few occurrences, shares are mostly luck."""
LENGTH_RANGES: Final = (0, 100, 1_000, 10_000, 100_000)  # characters; the last is open
OPENINGS: Final = ("quotation", "dash", "label")
REST: Final = ("", "other")  # names of what has none
_DIGITS: Final = 6  # of a number of bits, or of a share


class Held(NamedTuple):
    """One side: a run's summary, its language model, and its counts of common words if it has any.

    words : `word`, `count` and `odd` (of every second document), null for all other words.
    """

    summary: Mapping[str, Any]
    language_model: str | None
    words: pl.DataFrame | None


class Axis(NamedTuple):
    """One thing that is compared.

    unit : what is counted. read : its counts on a side, or None where they are not there.
    unless : names of this axis are called missing only where that other axis is not compared,
        which would say the same.
    """

    name: str
    unit: str
    read: Callable[[Mapping[str, Any]], Counted | None]
    unless: str = ""


def languages(summary: Mapping[str, Any]) -> Counted | None:
    """Count the bytes of text by language."""
    return _whole(_bytes(summary["languages"]))


def scripts(summary: Mapping[str, Any]) -> Counted | None:
    """Count the bytes of text by script."""
    return _whole(_bytes(summary["scripts"]))


def lengths(summary: Mapping[str, Any]) -> Counted | None:
    """Count documents by length in characters, in `LENGTH_RANGES`."""
    found = summary["coverage"][SIDE]["lengths"]
    counts = dict.fromkeys(range_names(), 0)
    for left, documents in zip(found["edges"][:-1], found["documents"], strict=True):
        place = max(number for number, least in enumerate(LENGTH_RANGES) if left >= least)
        counts[range_names()[place]] += documents
    return _whole(counts)


def range_names() -> list[str]:
    """Name the ranges of lengths: ``0-99``, … ``100000-``."""
    closed = [f"{low}-{high - 1}" for low, high in pairwise(LENGTH_RANGES)]
    return [*closed, f"{LENGTH_RANGES[-1]}-"]


def hosts(summary: Mapping[str, Any]) -> Counted | None:
    """Count documents by host, as far as the summary lists them."""
    return _listed(summary, "domains", "domain")


def registered_domains(summary: Mapping[str, Any]) -> Counted | None:
    """Count documents by registered domain, as far as the summary lists them."""
    return _listed(summary, "registered_domains", "name")


def years(summary: Mapping[str, Any]) -> Counted | None:
    """Count dated documents by year."""
    found = summary["coverage"][SIDE].get("years")
    return _whole(found["documents"]) if found else None


def characters(summary: Mapping[str, Any]) -> Counted | None:
    """Count characters by kind: letters, digits, marks, …"""
    found = summary["coverage"][SIDE].get("characters_used")
    return _whole(found["kinds"]) if found else None


def openings(summary: Mapping[str, Any]) -> Counted | None:
    """Count lines by how they begin."""
    found = summary["coverage"][SIDE].get("line_openings")
    if not found:
        return None
    counts = {name: found[name] for name in OPENINGS}
    return _whole({**counts, "other": found["lines"] - sum(counts.values())})


AXES: Final = (
    Axis("languages", "bytes", languages),
    Axis("scripts", "bytes", scripts, unless="languages"),
    Axis("lengths", "documents", lengths),
    Axis("registered_domains", "documents", registered_domains),
    Axis("hosts", "documents", hosts, unless="registered_domains"),
    Axis("years", "documents", years),
    Axis("characters", "characters", characters),
    Axis("openings", "lines", openings),
)


def hold_against(here: Held, there: Held) -> dict[str, Any]:
    """Compare a run with a reference, as `reference` of summary.json has it.

    Returns
    -------
    `axes` : by axis `unit`, `low` and `high` (bits), `here` and `there` (different names, as far as
        they are listed) and `rows`, the names with the largest terms.
    `not_compared` : axis and reason.
    `missing` : what the reference has and this does not, the largest differences first;
        `missing_found` counts them all.
    `thresholds` : when something is called missing.
    """
    compared: list[dict[str, Any]] = []
    passed_over: list[dict[str, str]] = []
    missing: list[dict[str, Any]] = []
    for axis in AXES:
        own, other = axis.read(here.summary), axis.read(there.summary)
        reason = _reason(axis, here, there, (own, other))
        if reason is not None or own is None or other is None:
            passed_over.append({"axis": axis.name, "reason": reason or "not_measured"})
            continue
        found = divergence(own, other)
        compared.append(_described(axis.name, axis.unit, found, own, other))
        if axis.unless not in {one["axis"] for one in compared}:
            missing += _missing(axis, found, own, here.summary, there.summary)
    words, reason = _words(here, there)
    compared += [words] if words else []
    passed_over += [{"axis": "words", "reason": reason}] if reason else []
    missing.sort(key=lambda one: (-(one["there"] - one["here"]), one["axis"], one["name"]))
    return {
        "axes": compared,
        "not_compared": passed_over,
        "missing": missing[:MISSING_SHOWN],
        "missing_found": len(missing),
        "thresholds": {
            "there_at_least": THERE_AT_LEAST,
            "here_at_most_of_there": HERE_AT_MOST_OF_THERE,
            "documents_expected": DOCUMENTS_EXPECTED,
        },
    }


def _reason(
    axis: Axis, here: Held, there: Held, sides: tuple[Counted | None, Counted | None]
) -> str | None:
    """Say why an axis cannot be compared; None where it can."""
    empty = [held.summary["documents"][SIDE] == 0 for held in (here, there)]
    if any(empty):
        return "empty_here" if empty[0] else "empty_there"
    if None in sides:
        return _unmeasured(sides[0] is None, sides[1] is None)
    models = {here.language_model, there.language_model}
    if axis.name == "languages" and None not in models and len(models) > 1:
        return "other_model"
    return None


def _unmeasured(here: bool, there: bool) -> str:
    if here and there:
        return "not_measured"
    return "not_measured_here" if here else "not_measured_there"


def _described(
    name: str, unit: str, found: Divergence, here: Counted, there: Counted
) -> dict[str, Any]:
    rows = [row for row in found.rows if round(row.bits, _DIGITS) > 0][:ROWS_SHOWN]
    return {
        "axis": name,
        "unit": unit,
        "low": round(found.low, _DIGITS),
        "high": round(found.high, _DIGITS),
        "here": len(here.counts),
        "there": len(there.counts),
        "rows": [
            {"name": row.name, "here": _rounded(row.here), "there": _rounded(row.there),
             "bits": round(row.bits, _DIGITS)}
            for row in rows
        ],
    }  # fmt: skip


def _missing(
    axis: Axis,
    found: Divergence,
    own: Counted,
    here: Mapping[str, Any],
    there: Mapping[str, Any],
) -> list[dict[str, Any]]:
    documents = min(_documents(axis, here), _documents(axis, there))
    most = own.most / own.total
    told = []
    for row in found.rows:
        share = most if row.here is None else row.here
        enough = row.there is not None and row.there * documents >= DOCUMENTS_EXPECTED
        if row.there is None or row.there < THERE_AT_LEAST or not enough or row.name in REST:
            continue
        if share <= HERE_AT_MOST_OF_THERE * row.there:
            told.append({
                "axis": axis.name, "name": row.name, "here": round(share, _DIGITS),
                "there": round(row.there, _DIGITS), "at_most": row.here is None and share > 0,
            })  # fmt: skip
    return told


def _documents(axis: Axis, summary: Mapping[str, Any]) -> int:
    """Return how many documents stand behind the counts of an axis."""
    kept = summary["coverage"][SIDE]
    found = kept["line_openings"]["documents"] if axis.name == "openings" else kept["documents"]
    return int(found)


def _words(here: Held, there: Held) -> tuple[dict[str, Any] | None, str | None]:
    """Compare the most common words of both sides together, all others being one class.

    `noise` is the divergence of one half of the reference's documents from the other over the same
    words: what two samples of one corpus differ by.
    """
    if here.words is None or there.words is None:
        return None, _unmeasured(here.words is None, there.words is None)
    sums = [int(side["count"].sum()) for side in (here.words, there.words)]
    if 0 in sums:
        return None, "empty_here" if sums[0] == 0 else "empty_there"
    joined = here.words.drop_nulls("word").join(
        there.words.drop_nulls("word"), on="word", how="full", coalesce=True, suffix="_there"
    )
    joined = joined.with_columns(pl.exclude("word").fill_null(0))
    weight = pl.col("count") * sums[1] + pl.col("count_there") * sums[0]
    common = joined.with_columns(weight.alias("weight"))
    common = common.sort(["weight", "word"], descending=[True, False]).head(WORDS_COMPARED)
    own = _of_all(dict(common.select("word", "count").iter_rows()), sums[0])
    other = _of_all(dict(common.select("word", "count_there").iter_rows()), sums[1])
    described = _described("words", "words", divergence(own, other), own, other)
    described |= {"here": sums[0], "there": sums[1], "compared": common.height}
    odd = int(there.words["odd"].sum())
    described["noise"] = None
    if 0 < odd < sums[1]:
        first = dict(common.select("word", "odd_there").iter_rows())
        second = dict(
            common.select("word", pl.col("count_there") - pl.col("odd_there")).iter_rows()
        )
        halves = divergence(_of_all(first, odd), _of_all(second, sums[1] - odd))
        described["noise"] = round(halves.low, _DIGITS)
    return described, None


def _of_all(counts: dict[str, int], total: int) -> Counted:
    """Take the words that are not in the table as one class."""
    return Counted({**counts, "": total - sum(counts.values())}, total)


def _bytes(table: Mapping[str, Any]) -> dict[str, int]:
    return {name: row["bytes"][SIDE] for name, row in table.items() if row["bytes"][SIDE]}


def _whole(counts: Mapping[str, int]) -> Counted | None:
    total = sum(counts.values())
    return Counted(dict(counts), total) if total else None


def _listed(summary: Mapping[str, Any], key: str, name: str) -> Counted | None:
    """Count documents by what a summary lists the largest of; all without any are one more."""
    kept = summary["coverage"][SIDE]
    found = kept.get(key)
    if not found or not found["top"]:
        return None
    counts = {row[name]: row["documents"] for row in found["top"]}
    if found["distinct"] > len(counts):
        return Counted(counts, kept["documents"], min(counts.values()))
    return Counted({**counts, "": kept["documents"] - sum(counts.values())}, kept["documents"])


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, _DIGITS)
