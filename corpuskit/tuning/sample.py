"""Documents that a rule drops, to be read: drawn by a salted hash, or those closest to the bound.

A threshold is judged by reading both of its sides; the numbers say only how many.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from corpuskit.errors import ConfigError
from corpuskit.rules import Bound, Rule
from corpuskit.schema import DOC_ID, FAILS, USER_ID
from corpuskit.tuning.finished import FinishedRun, failing
from corpuskit.tuning.sweep import LOWER, SIDES
from corpuskit.tuning.texts import drawn, texts


@dataclass(frozen=True)
class Reading:
    """One document of a sample; `also` lists the other dropping rules that it fails."""

    doc_id: int
    id: str
    language: str
    value: Any
    fails: bool
    kept: bool
    also: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Sample:
    """Documents for one rule.

    fails : how many documents fail the rule in all.
    near_miss : the readings stand by value, from far outside the bound to inside.
    """

    rule: str
    feature: str
    bounds: tuple[tuple[str, Bound], ...]
    why: str
    fails: int
    near_miss: bool
    readings: tuple[Reading, ...]

    def plain(self) -> dict[str, Any]:
        """Return the sample as JSON data."""
        return asdict(self)


def sample(
    run: FinishedRun, rule: str, count: int = 20, seed: int = 0, near_miss: bool = False
) -> Sample:
    """Choose documents that fail a rule.

    Parameters
    ----------
    seed : another seed draws other documents; the same seed draws the same ones, and a larger
        count draws them and more.
    near_miss : half of the documents fail most narrowly, the other half pass most narrowly.

    Raises
    ------
    ConfigError
        For an unknown rule, a count under 1, or a near miss of a rule without a number.
    """
    if count < 1:
        raise ConfigError(f"-n: {count} documents; ask for one or more")
    chosen = run.rule(rule)
    frame = _rows(run, chosen)
    if near_miss:
        if not any(side in SIDES for side, _ in chosen.keep.bounds):
            raise ConfigError(f"--near-miss: {rule} has no number to be near to; leave it out")
        picked = _nearest(frame, count, seed)
    else:
        picked = drawn(frame.filter("fails"), count, seed)
    return Sample(
        rule=chosen.id,
        feature=chosen.keep.feature,
        bounds=chosen.keep.bounds,
        why=chosen.why,
        fails=int(frame["fails"].sum()),
        near_miss=near_miss,
        readings=_readings(run, chosen, picked),
    )


def _rows(run: FinishedRun, rule: Rule) -> pl.DataFrame:
    """Read what a rule says of every document that it is asked for."""
    value = pl.col(rule.keep.feature).cast(pl.Float64, strict=False)
    inside = [
        value - pl.lit(bound) if side in LOWER else pl.lit(bound) - value
        for side, bound in rule.keep.bounds
        if side in SIDES
    ]
    columns = {
        DOC_ID: pl.col(DOC_ID),
        "fails": rule.fails(),
        "asked": pl.all_horizontal([guard.holds() for guard in rule.when] or [pl.lit(True)]),
        "margin": pl.min_horizontal(inside) if inside else pl.lit(0.0),
    }
    return run.evaluate(columns).filter("asked")


def _nearest(frame: pl.DataFrame, count: int, seed: int) -> pl.DataFrame:
    """Choose the documents nearest to the bound on both sides; hashes break ties."""
    shuffled = drawn(frame, frame.height, seed)
    sides = (
        shuffled.filter(side)
        .sort(pl.col("margin").abs(), maintain_order=True)
        .head(count // 2 if inside else count - count // 2)
        for inside, side in ((False, pl.col("fails")), (True, ~pl.col("fails")))
    )
    return pl.concat(sides).sort("margin", maintain_order=True)


def _readings(run: FinishedRun, rule: Rule, picked: pl.DataFrame) -> tuple[Reading, ...]:
    rules = run.recipe.all_rules()
    doc_ids = picked[DOC_ID]
    columns = {name: pl.col(name) for name in (DOC_ID, USER_ID, "language")}
    columns |= {"value": pl.col(rule.keep.feature), **failing(rules)}
    frame = run.evaluate(columns).filter(pl.col(DOC_ID).is_in(doc_ids.implode()))
    dropping = [other.id for other in rules if other.severity == "drop"]
    bodies = texts(run, doc_ids)
    rows = {row[DOC_ID]: row for row in frame.iter_rows(named=True)}
    return tuple(
        Reading(
            doc_id=doc_id,
            id=row[USER_ID],
            language=row["language"],
            value=row["value"],
            fails=row[FAILS + rule.id],
            kept=not any(row[FAILS + name] for name in dropping),
            also=tuple(n for n in dropping if n != rule.id and row[FAILS + n]),
            text=bodies[doc_id],
        )
        for doc_id, row in ((doc_id, rows[doc_id]) for doc_id in doc_ids)
    )
