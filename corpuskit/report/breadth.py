"""The section on breadth: effective numbers, domains, sources, Chinese scripts, years, depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from corpuskit.report.charts import Chart, Phrase
from corpuskit.report.sentences import verbatim
from corpuskit.report.specs import columns
from corpuskit.report.texts import join, say
from corpuskit.report.wording import Both, share

AXES: Final = ("languages", "scripts", "domains", "hosts", "sources", "years")
TOPS: Final = ("top_1", "top_10", "top_100")
KINDS: Final = ("Hans", "Hant", "undetermined", "other_languages")
SHOWN: Final = 15  # of a long table; the rest is folded
SINGLE_YEARS: Final = 60  # more of them are drawn by decades

Row = Mapping[str, Any]


def breadth_view(coverage: Row) -> dict[str, Any]:
    """Prepare the section.

    Parameters
    ----------
    coverage : `coverage` of summary.json. What a run has not measured is None here, and the page
        leaves it out or says so.
    """
    before, after = coverage["in"], coverage["kept"]
    return {
        "axes": axes(before, after),
        "by_bytes": axes(_by_bytes(before), _by_bytes(after)),
        "without": without(before),
        "domains": table(before.get("registered_domains"), after.get("registered_domains")),
        "sources": table(before.get("sources"), after.get("sources")),
        "sources_said": sources_said(before, after),
        "chinese": chinese(before, after),
        "years": years(before, after),
        "years_said": years_said(before, after),
        "depth": depth(before, after),
    }


def axes(before: Row, after: Row) -> list[dict[str, Any]]:
    """List the axes that are measured, with numbers before and after and a sentence on each."""
    rows = []
    for axis in AXES:
        one, two = (side.get("breadth", {}).get(axis) for side in (before, after))
        if one is None:
            continue
        told = two or one
        rows.append(
            {
                "name": say(f"breadth.axis.{axis}"),
                "in": one["distinct"],
                "kept": two["distinct"] if two else 0,
                "effective_in": effective(one["effective"]),
                "effective_kept": effective(two["effective"]) if two else "–",
                "tops": [share(two[top], 1) if two else "–" for top in TOPS],
                "sentence": say(
                    f"breadth.says.{axis}",
                    number=effective(told["effective"]), share=share(told["top_1"], 1),
                ),
            }
        )  # fmt: skip
    return rows


def _by_bytes(side: Row) -> dict[str, Any]:
    """Return the axes of a side with their numbers by bytes in place of those by documents."""
    found = {axis: row for axis, row in side.get("breadth", {}).items() if row and "bytes" in row}
    return {"breadth": {axis: {**row, **row["bytes"]} for axis, row in found.items()}}


def effective(number: float) -> str:
    """Write an effective number in three figures, a large one as a whole number.

    Examples
    --------
    >>> effective(1.0), effective(8.2908), effective(42.26), effective(1167.7)
    ('1.00', '8.29', '42.3', '1,168')
    """
    return f"{number:,.0f}" if number >= 99.95 else f"{number:.{1 if number >= 9.995 else 2}f}"


def without(before: Row) -> list[Both]:
    """Say for what the input has no column, or its documents no value."""
    return [
        say(f"breadth.without.{key}")
        for key in ("registered_domains", "years")
        if key in before and before[key] is None
    ]


def table(before: Row | None, after: Row | None) -> dict[str, Any] | None:
    """List the largest names, with documents before and after; None where there is none.

    A name that is not among the largest that were kept has a count that is not known, unless all
    of them are there.
    """
    if not before or not before["top"]:
        return None
    after = after or {"distinct": 0, "top": []}
    same = before.get("column") == after.get("column")
    kept = {row["name"]: row["documents"] for row in after["top"]} if same else {}
    rest = 0 if same and after["distinct"] == len(after["top"]) else None
    rows = [{**row, "kept": kept.get(row["name"], rest)} for row in before["top"]]
    return {
        "in": before["distinct"],
        "kept": after["distinct"],
        "shown": rows[:SHOWN],
        "folded": rows[SHOWN:],
        "list": before.get("public_suffixes", ""),
    }


def sources_said(before: Row, after: Row) -> list[Both]:
    """Say by what sources are counted, and what is not counted by them."""
    found, kept = before.get("sources"), after.get("sources")
    if not found or not found["distinct"]:
        return []
    column, names = found["column"], [verbatim(name) for name in found["too_many"]]
    said = [say("breadth.sources_by", column=column) if column else say("breadth.sources_inputs")]
    if found["without"]:
        said.append(say("breadth.sources_without", n=found["without"]))
    if names:
        said.append(say("breadth.sources_too_many", columns=join(names), n=len(names)))
    if kept and kept["distinct"] and kept["column"] != column:
        said.append(say("breadth.other_column"))
    return said


def chinese(before: Row, after: Row) -> list[dict[str, Any]]:
    """List documents of script Han by kind; empty where there is none."""
    found, kept = before.get("han"), after.get("han") or {}
    if not found or not any(row["documents"] for row in found.values()):
        return []
    nothing = {"documents": 0, "bytes": 0}
    return [
        {"name": say(f"breadth.han.{kind}"), "in": found[kind], "kept": kept.get(kind, nothing)}
        for kind in KINDS
    ]


def years(before: Row, after: Row) -> Chart | None:
    """Draw documents by year, by decades where there are many years; None without dates."""
    found, kept = before.get("years"), after.get("years")
    if not found or not found["documents"]:
        return None
    same = kept is not None and kept["column"] == found["column"]
    sides = [found["documents"], kept["documents"] if kept and same else {}]
    first, last = min(map(int, sides[0])), max(map(int, sides[0]))
    step = 1 if last - first < SINGLE_YEARS else 10
    starts = range(first - first % step, last + 1, step)
    rows = [
        (
            f"{start}–{start + 9}" if step > 1 else str(start),
            *(sum(side.get(str(year), 0) for year in range(start, start + step)) for side in sides),
        )
        for start in starts
    ]
    alt = Phrase("breadth.years_alt", {"first": str(first), "last": str(last)})
    return columns("years", _triples(rows), "@chart.year", alt)


def _triples(rows: Sequence[tuple[Any, ...]]) -> list[tuple[str, int, int]]:
    return [(name, before, after) for name, before, after in rows]


def years_said(before: Row, after: Row) -> list[Both]:
    """Say which column the dates are from, how many documents have none, and what is odd."""
    found, kept = before.get("years"), after.get("years")
    if not found:
        return []
    column, undated = found["column"], found["undated"]
    if not found["documents"]:
        return [say("breadth.years_unread", column=column)]
    said = [say("breadth.years_by", column=column)]
    if undated:
        said.append(say("breadth.undated", n=undated))
    if kept and kept["documents"] and kept["column"] != column:
        said.append(say("breadth.other_column"))
    return said


def depth(before: Row, after: Row) -> Chart | None:
    """Draw documents by the number of parts in the path of their address."""
    found = before.get("url_depth")
    if not found:
        return None
    kept = (after.get("url_depth") or {"documents": [0] * len(found["documents"])})["documents"]
    last = len(found["documents"]) - 1
    rows = [
        (f"{parts}" if parts < last else f"{parts}+", *numbers)
        for parts, numbers in enumerate(zip(found["documents"], kept, strict=True))
    ]
    alt = Phrase("breadth.depth_alt")
    return columns("url-depth", _triples(rows), "@chart.path_parts", alt)
