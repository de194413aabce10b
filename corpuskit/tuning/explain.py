"""One document of a finished run: every rule with value and bound, and what it is a copy of."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from corpuskit.dedup.clusters import STANDS, Member, member, representative
from corpuskit.dedup.text_difference import TextDifference, equal_start, text_difference
from corpuskit.errors import DataError
from corpuskit.rules import Bound, Rule, decide
from corpuskit.schema import DOC_ID, FAILS, KEEP, USER_ID
from corpuskit.tuning.finished import LANGUAGE, FinishedRun, with_copies
from corpuskit.tuning.removed_lines import Removal, removals
from corpuskit.tuning.sweep import LOWER, UPPER
from corpuskit.tuning.texts import texts

MEMBERS_SHOWN = 10
NEAREST_MISSES = 5
CANDIDATES = 1_000
FAILS_IT, PASSES, NOT_ASKED = "fails", "passes", "not asked"


@dataclass(frozen=True)
class Check:
    """One bound of one rule, for one document.

    status : fails, passes, or not asked (a guard does not hold).
    margin : how far inside the bound the value is, in the feature's unit; negative outside; None
        for sets and truths.
    relative_margin : the margin over the bound's absolute value (over 1 where that is 0).
    """

    rule: str
    severity: str
    feature: str
    side: str
    bound: Bound
    value: Any
    status: str
    margin: float | None
    relative_margin: float | None


@dataclass(frozen=True)
class Cluster:
    """The cluster of a document: its size, its first members, and how the text differs.

    difference : from this document to its representative; None for the representative itself, and
        where that is a document of an index, which has no text.
    """

    size: int
    own: Member
    representative: Member
    members: tuple[Member, ...]
    difference: TextDifference | None


@dataclass(frozen=True)
class Explanation:
    """Why a document was kept or dropped.

    checks : all bounds of all rules, in the order of the rules.
    nearest_misses : bounds that the document passes with the smallest relative margin.
    removed : what line cleaners took out before `text` was left.
    """

    doc_id: int
    id: str
    kept: bool
    language: str
    bytes: int
    checks: tuple[Check, ...]
    nearest_misses: tuple[Check, ...]
    cluster: Cluster | None
    removed: tuple[Removal, ...]
    text: str

    def plain(self) -> dict[str, Any]:
        """Return the explanation as JSON data."""
        return asdict(self)


def explain(run: FinishedRun, ids: Sequence[str]) -> tuple[Explanation, ...]:
    """Explain documents by the user's id or by doc_id; an id that occurs twice gives both.

    Raises
    ------
    DataError
        For an unknown id, with the nearest ones.
    """
    rows = find_documents(run, ids)
    duplicates = run.duplicates()
    rules = run.recipe.all_rules()
    decided = decide(with_copies(rows.lazy(), duplicates).collect(), rules)
    asked = decided.select(
        pl.all_horizontal([guard.holds() for guard in rule.when] or [pl.lit(True)]).alias(rule.id)
        for rule in rules
    )
    members = _cluster_rows(duplicates, decided[DOC_ID])
    representatives = members.filter(kind="representative")[DOC_ID].to_list()
    bodies = texts(run, [*decided[DOC_ID], *representatives])
    removed = removals(run, decided.iter_rows(named=True))
    return tuple(
        _explain(row, guards, rules, members, bodies, removed[row[DOC_ID]])
        for row, guards in zip(
            decided.iter_rows(named=True),
            asked.iter_rows(named=True) if rules else [{}] * decided.height,
            strict=True,
        )
    )


def find_documents(run: FinishedRun, ids: Sequence[str]) -> pl.DataFrame:
    """Return the scores of documents, in the order of the ids.

    Raises
    ------
    DataError
        For an unknown id, with the nearest ones.
    """
    numbers = [int(name) for name in ids if name.isascii() and name.isdigit()]
    doc_ids = pl.Series([n for n in numbers if n < 1 << 64], dtype=pl.UInt64)
    named = pl.Series(list(ids), dtype=pl.String)
    matching = pl.col(USER_ID).is_in(named.implode()) | pl.col(DOC_ID).is_in(doc_ids.implode())
    wanted = list(dict.fromkeys((DOC_ID, USER_ID, *run.columns, LANGUAGE)))
    found = run.collect(run.scores().filter(matching).select(wanted))
    frames = []
    for name in dict.fromkeys(ids):
        own = (pl.col(USER_ID) == name) | (pl.col(DOC_ID).cast(pl.String) == name)
        rows = found.filter(own)
        if not rows.height:
            raise DataError(
                f"{run.layout.root}: no document has the id {name!r}; {_nearest(run, name)}"
            )
        frames.append(rows)
    return pl.concat(frames).unique(DOC_ID, keep="first", maintain_order=True)


def _nearest(run: FinishedRun, name: str) -> str:
    """Suggest the three ids that are most alike, of those that begin or end most like this one."""
    ids = run.collect(run.scores().select(USER_ID))[USER_ID]
    heads = (ids.filter(ids.str.starts_with(name[:n])) for n in range(len(name), -1, -1))
    tails = (ids.filter(ids.str.ends_with(name[n:])) for n in range(len(name) + 1))
    candidates = {
        found for hits in (heads, tails)
        for found in next((part for part in hits if len(part)), ids).head(CANDIDATES)
    }  # fmt: skip

    def likeness(other: str) -> tuple[float, float, str]:
        ends = equal_start(name, other) + equal_start(name[::-1], other[::-1])
        ratio = difflib.SequenceMatcher(None, name, other).ratio()
        return -min(ends, len(name), len(other)), -ratio, other

    close = sorted(candidates, key=likeness)[:3]
    return f"the nearest are {', '.join(map(repr, close))}" if close else "there is no document"


def _cluster_rows(duplicates: pl.DataFrame, doc_ids: pl.Series) -> pl.DataFrame:
    """Return all members of the clusters of these documents."""
    own = duplicates.filter(pl.col(DOC_ID).is_in(doc_ids.implode()))
    return duplicates.join(own.select("cluster").unique(), on="cluster", how="semi")


def _explain(
    row: dict[str, Any],
    asked: dict[str, bool],
    rules: Sequence[Rule],
    members: pl.DataFrame,
    bodies: dict[int, str],
    removed: tuple[Removal, ...],
) -> Explanation:
    checks = tuple(
        _check(rule, side, bound, row, asked[rule.id])
        for rule in rules
        for side, bound in rule.keep.bounds
    )
    return Explanation(
        doc_id=row[DOC_ID],
        id=row[USER_ID],
        kept=row[KEEP],
        language=row["language"],
        bytes=row["byte_count"],
        checks=checks,
        nearest_misses=nearest_misses(checks),
        cluster=_cluster(row[DOC_ID], members, bodies),
        removed=removed,
        text=bodies[row[DOC_ID]],
    )


def _check(rule: Rule, side: str, bound: Bound, row: dict[str, Any], asked: bool) -> Check:
    value = row[rule.keep.feature]
    distance = margin(side, bound, value)
    fails = row[FAILS + rule.id]
    # Of two bounds of a failing rule, only the one that is broken fails.
    one_sided = len(rule.keep.bounds) == 1
    broken = fails and (one_sided or not _holds(side, bound, value))
    scale = abs(float(bound)) if isinstance(bound, int | float) and bound else 1.0
    return Check(
        rule=rule.id,
        severity=rule.severity,
        feature=rule.keep.feature,
        side=side,
        bound=bound,
        value=value,
        status=FAILS_IT if broken else PASSES if asked else NOT_ASKED,
        margin=distance,
        relative_margin=None if distance is None else distance / scale,
    )


def margin(side: str, bound: Bound, value: Any) -> float | None:
    """Return how far inside a numeric bound a value is; negative outside.

    Examples
    --------
    >>> margin("min", 50, 43), margin("below", 0.3, 0.25) > 0, margin("in", ("zh",), "zh")
    (-7.0, True, None)
    """
    if isinstance(bound, bool | str | tuple):
        return None
    return float(value - bound) if side in LOWER else float(bound - value)


def _holds(side: str, bound: Bound, value: Any) -> bool:
    inside = margin(side, bound, value)
    if inside is None:
        return False
    return inside >= 0 if side in ("min", "max") else inside > 0


def nearest_misses(checks: Sequence[Check]) -> tuple[Check, ...]:
    """Choose the bounds that a document passes most narrowly, the narrowest first."""
    passed = [
        check
        for check in checks
        if check.status == PASSES and check.side in LOWER + UPPER
        and check.relative_margin is not None
    ]  # fmt: skip
    passed.sort(key=lambda check: (check.relative_margin, check.rule))
    return tuple(passed[:NEAREST_MISSES])


def _cluster(doc_id: int, members: pl.DataFrame, bodies: dict[int, str]) -> Cluster | None:
    own = members.filter(pl.col(DOC_ID) == doc_id)
    if not own.height:
        return None
    (facts,) = own.to_dicts()
    rows = members.filter(pl.col("cluster") == facts["cluster"]).sort("kind", DOC_ID)
    listed = [member(row) for row in rows.iter_rows(named=True)]
    first = representative(facts)
    others = [m for m in listed if m.doc_id != doc_id and m.kind != STANDS]
    same = first.in_index or first.doc_id == doc_id  # an index has no text to compare with
    return Cluster(
        size=facts["cluster_size"],
        own=member(facts),
        representative=first,
        members=tuple(others[:MEMBERS_SHOWN]),
        difference=None if same else text_difference(bodies[doc_id], bodies[first.doc_id]),
    )
