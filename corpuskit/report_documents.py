"""Which documents the report shows, and what it says of each.

They are chosen from the decided scores before pass 2, which reads every text anyway and hands
these few on: nothing is read twice, and a receipt holds what is shown and no more. Three kinds:

examples     per rule, documents that fail it: those with the smallest draw numbers
nearest      per bound of a number, the documents on either side of it with the least distance
sample       kept and dropped documents in proportion, drawn by the same numbers

A document of several kinds is stored once. Order is by number, then by doc_id, and the least of
the parts are the least of all, so that neither splits nor workers change a byte.

They are a file of their own in the run, `report_documents.json`: summary.json is what programs
read, and `--json` prints it, so it holds numbers and no pages of text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.coverage import host_column
from corpuskit.errors import RunError
from corpuskit.rules import Rule
from corpuskit.rules.rule import KEEPS, NUMBERS, Bound
from corpuskit.sampling import draw_number
from corpuskit.schema import CORPUS_COLUMNS, DOC_ID, FAILS, KEEP, REPRESENTATIVE, USER_ID

EXAMPLES: Final = 20
NEAREST: Final = 3  # on each side of each bound
SAMPLE: Final = 300
LEAST: Final = 30
"""Of kept and of dropped documents, where there are so many, whatever their proportion."""

TEXT_CHARS: Final = 600
NAME_CHARS: Final = 200  # of an id, a source, a word that a rule looks at
LISTED: Final = 8  # words of a bound that is a set

Columns = Mapping[str, pl.Series]


@dataclass(frozen=True)
class Least:
    """The documents with the least keys: at most `count`, ordered by key, then by doc_id.

    values : of the column that a rule looks at; empty where nobody asks.
    """

    count: int
    keys: npt.NDArray[np.float64]
    doc_ids: npt.NDArray[np.uint64]
    values: tuple[Any, ...] = ()

    def joined(self, other: Least) -> Least:
        """Return the least of both."""
        keys = np.concatenate([self.keys, other.keys])
        doc_ids = np.concatenate([self.doc_ids, other.doc_ids])
        order = np.lexsort((doc_ids, keys))[: self.count]
        both = (*self.values, *other.values)
        values = tuple(both[place] for place in order) if both else ()
        return Least(self.count, keys[order], doc_ids[order], values)


def least(
    rows: npt.NDArray[np.int64],
    keys: npt.NDArray[np.float64],
    doc_ids: npt.NDArray[np.uint64],
    count: int,
    values: npt.NDArray[Any] | None = None,
) -> Least:
    """Choose among rows those with the least keys, ties by doc_id.

    Time is that of a partition, also where all keys are equal.
    """
    if len(rows) > count:
        own = keys[rows]
        most = np.partition(own, count - 1)[count - 1]
        below, equal = rows[own < most], rows[own == most]
        left = count - len(below)
        if len(equal) > left:
            equal = equal[np.argpartition(doc_ids[equal], left - 1)[:left]]
        rows = np.concatenate([below, equal])
    rows = rows[np.lexsort((doc_ids[rows], keys[rows]))]
    shown = () if values is None else tuple(plain_numbers(values[rows]))
    return Least(count, keys[rows], doc_ids[rows], shown)


@dataclass
class Chooser:
    """Chooses while the decided scores of the splits go by.

    found : per kind (``sample`` True and False; a rule and ``examples``; a rule, a side of a bound
        and ``just_kept`` or ``just_dropped``) the least so far: at most 32 documents a rule with
        two bounds, and two samples.
    """

    rules: Sequence[Rule]
    found: dict[tuple[Any, ...], Least] = field(default_factory=dict)
    counts: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    told: list[pl.Expr] = field(init=False)

    def __post_init__(self) -> None:
        """Say what is asked of every split: do guards hold, and each of two bounds."""
        guards = [pl.all_horizontal(guard.holds() for guard in rule.when).alias(rule.id)
                  for rule in self.rules if rule.when]  # fmt: skip
        sides = [
            KEEPS[side](pl.col(rule.keep.feature), bound).alias(f"{rule.id} {side}")
            for rule in self.rules
            if len(numbers(rule)) > 1
            for side, bound in numbers(rule)
        ]
        self.told = [*guards, *sides]

    def passing(
        self, parts: Iterator[tuple[str, pl.DataFrame]]
    ) -> Iterator[tuple[str, pl.DataFrame]]:
        """Pass decided scores on, and choose among them."""
        for name, decided in parts:
            self.look(decided)
            yield name, decided

    def look(self, decided: pl.DataFrame) -> None:
        """Choose among the documents of one split."""
        doc_ids = decided[DOC_ID].to_numpy()
        drawn = draw_number(decided[DOC_ID]).to_numpy()
        keep = decided[KEEP].to_numpy()
        for side in (True, False):
            rows = np.flatnonzero(keep == side)
            self.counts[side] += len(rows)
            self._add(("sample", side), least(rows, drawn, doc_ids, SAMPLE))
        told = decided.select(self.told)
        for rule in self.rules:
            fails = decided[FAILS + rule.id].to_numpy()
            failed = least(np.flatnonzero(fails), drawn, doc_ids, EXAMPLES)
            self._add((rule.id, "examples"), failed)
            self._nearest(rule, decided, told, fails)

    def _nearest(
        self,
        rule: Rule,
        decided: pl.DataFrame,
        told: pl.DataFrame,
        fails: npt.NDArray[np.bool_],
    ) -> None:
        """Choose what lies nearest to each bound of a number, on either side."""
        sides = numbers(rule)
        if not sides:
            return
        values, doc_ids = decided[rule.keep.feature].to_numpy(), decided[DOC_ID].to_numpy()
        held = ~fails
        if rule.when:
            held &= told[rule.id].to_numpy()
        if rule.keep.feature in CORPUS_COLUMNS:  # what was not compared has no similarity
            held &= values != CORPUS_COLUMNS[rule.keep.feature][1]
        numeric = values.astype(np.float64)
        for side, bound in sides:
            outside = fails
            if len(sides) > 1:
                outside = fails & ~told[f"{rule.id} {side}"].to_numpy()
            distance = np.abs(numeric - bound)
            for kind, mask in (("just_kept", held), ("just_dropped", outside)):
                rows = np.flatnonzero(mask)
                self._add((rule.id, kind, side), least(rows, distance, doc_ids, NEAREST, values))

    def _add(self, kind: tuple[Any, ...], more: Least) -> None:
        self.found[kind] = self.found[kind].joined(more) if kind in self.found else more

    def choice(self) -> Choice:
        """Return what was chosen, when all splits went by."""
        return Choice(
            rules={rule.id: self._of_rule(rule) for rule in self.rules} if self.found else {},
            sample=self._sample() if self.found else (),
        )

    def _of_rule(self, rule: Rule) -> dict[str, list[Any]]:
        examples = self.found[rule.id, "examples"].doc_ids.tolist()
        near = {
            kind: [
                {"doc": str(doc), "value": value, "side": side, "bound": bound}
                for side, bound in numbers(rule)
                for doc, value in self._pairs((rule.id, kind, side))
            ]
            for kind in ("just_kept", "just_dropped")
        }
        return {"examples": [str(doc) for doc in examples], **near}

    def _pairs(self, kind: tuple[Any, ...]) -> Iterator[tuple[int, Any]]:
        found = self.found[kind]
        return zip(found.doc_ids.tolist(), found.values, strict=True)

    def _sample(self) -> tuple[str, ...]:
        kept, dropped = share_out(self.counts[True], self.counts[False])
        parts = [(self.found["sample", True], kept), (self.found["sample", False], dropped)]
        drawn = [pair for found, count in parts
                 for pair in zip(found.keys[:count].tolist(), found.doc_ids[:count].tolist(),
                                 strict=True)]  # fmt: skip
        return tuple(str(doc) for _, doc in sorted(drawn))


def numbers(rule: Rule) -> list[tuple[str, float]]:
    """List the bounds of a rule that are numbers: side and bound."""
    return [
        (side, bound)
        for side, bound in rule.keep.bounds
        if side in NUMBERS and isinstance(bound, int | float)
    ]


def share_out(kept: int, dropped: int) -> tuple[int, int]:
    """Say how many kept and how many dropped documents are in the sample.

    Examples
    --------
    >>> share_out(100, 20), share_out(9000, 1000), share_out(99_990, 10), share_out(0, 5000)
    ((100, 20), (270, 30), (290, 10), (0, 300))
    """
    whole = kept + dropped
    if whole <= SAMPLE:
        return kept, dropped
    share = (2 * SAMPLE * dropped + whole) // (2 * whole)
    share = min(max(share, min(LEAST, dropped)), SAMPLE - min(LEAST, kept))
    return SAMPLE - share, share


@dataclass(frozen=True)
class Choice:
    """What the report shows, before anyone read a text; doc_ids are decimal text, as in JSON.

    rules : {rule: {examples: [doc], just_kept, just_dropped: [{doc, value, side, bound}]}}; near a
        bound on either side of it by this rule alone, whatever the others say.
    sample : in the order of the draw.
    """

    rules: dict[str, dict[str, list[Any]]]
    sample: tuple[str, ...]

    def doc_ids(self) -> pl.Series:
        """Return all documents, UInt64, ascending."""
        told = {int(doc) for doc in self.sample}
        for lists in self.rules.values():
            told |= {int(doc) for doc in lists["examples"]}
            told |= {int(near["doc"]) for kind in ("just_kept", "just_dropped")
                     for near in lists[kind]}  # fmt: skip
        return pl.Series(DOC_ID, sorted(told), dtype=pl.UInt64)

    def plain(self, documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return what report_documents.json holds.

        Parameters
        ----------
        documents : what `described` gave for each of `doc_ids`, by doc_id.

        Raises
        ------
        RunError
            If one of them is missing.
        """
        wanted = [str(doc) for doc in self.doc_ids().to_list()]
        for doc in wanted:
            if doc not in documents:
                raise RunError(f"report: the document {doc} was not read again; please report this")
        return {
            "text_chars": TEXT_CHARS,
            "documents": [documents[doc] for doc in wanted],
            "rules": self.rules,
            "sample": list(self.sample),
        }


def described(
    decided: pl.DataFrame,
    text: pl.Series,
    columns: pl.DataFrame,
    source: str,
    rules: Sequence[Rule],
    wanted: pl.Series,
) -> dict[str, dict[str, Any]]:
    """Describe the wanted documents of a split: {doc_id: what the report says of it}.

    Parameters
    ----------
    columns, source : the user's columns of the split, and the name of its input.

    Returns
    -------
    {id, doc, source, language, chars, text, kept, representative, reasons} of each, where `reasons`
    are [rule, value, side, bound] of all rules that it fails, those that only flag among them.
    """
    mask = decided[DOC_ID].is_in(wanted.implode())
    if not mask.any():
        return {}
    rows = decided.filter(mask)
    bodies = text.filter(mask)
    known = rows["language"].to_list() if "language" in rows.columns else [None] * rows.height
    why = _reasons(rows, rules)
    facts = zip(
        rows[DOC_ID].to_list(), rows[USER_ID].to_list(), rows[REPRESENTATIVE].to_list(),
        rows[KEEP].to_list(), known, sources(columns.filter(mask), source).to_list(),
        bodies.str.len_chars().to_list(), bodies.str.head(TEXT_CHARS).to_list(), strict=True,
    )  # fmt: skip
    return {
        str(doc): {
            "id": clipped(name),
            "doc": str(doc),
            "source": clipped(place),
            "language": language,
            "chars": chars,
            "text": body,
            "kept": kept,
            "representative": clipped(other),
            "reasons": why[row],
        }
        for row, (doc, name, other, kept, language, place, chars, body) in enumerate(facts)
    }


def _reasons(rows: pl.DataFrame, rules: Sequence[Rule]) -> list[list[list[Any]]]:
    """List what each of a few documents fails: [rule, value, side, bound], in recipe order."""
    sides = [(rule, side, bound) for rule in rules for side, bound in rule.keep.bounds]
    failed = rows.select(
        (pl.col(FAILS + rule.id) & ~KEEPS[side](pl.col(rule.keep.feature), bound)).alias(str(place))
        for place, (rule, side, bound) in enumerate(sides)
    )
    why: list[list[list[Any]]] = [[] for _ in range(rows.height)]
    for place, (rule, side, bound) in enumerate(sides):
        found = np.flatnonzero(failed[str(place)].to_numpy())
        values = plain_values(rows[rule.keep.feature], found)
        for row, value in zip(found.tolist(), values, strict=True):
            why[row].append([rule.id, value, side, plain_bound(bound)])
    return why


def sources(columns: pl.DataFrame, source: str) -> pl.Series:
    """Name where each document is from: its column `source`, else its host, else its input."""
    named = [columns["source"]] if columns.schema.get("source") == pl.String else []
    hosts = host_column(columns)
    named += [] if hosts is None else [hosts]
    frame = pl.DataFrame([part.alias(str(place)) for place, part in enumerate(named)])
    own = pl.coalesce(*(pl.col(name) for name in frame.columns), pl.lit(source)).alias("source")
    if not named:
        one: pl.Series = pl.Series("source", [source]).new_from_index(0, columns.height)
        return one
    known: pl.Series = frame.select(own).to_series()
    return known


def plain_values(values: pl.Series, rows: npt.NDArray[np.int64]) -> list[Any]:
    """Return the measured values of some rows as JSON has them; words are cut."""
    if values.dtype == pl.String:
        return [clipped(value) for value in values.gather(rows).to_list()]
    return plain_numbers(values.to_numpy()[rows])


def plain_numbers(values: npt.NDArray[Any]) -> list[Any]:
    """Return numbers or truths as JSON has them; a Float32 in as few digits as it has."""
    return (
        [float(str(value)) for value in values] if values.dtype == np.float32 else values.tolist()
    )


def plain_bound(bound: Bound) -> Any:
    """Return a bound as JSON has it; a set as text, cut to a few words."""
    if not isinstance(bound, tuple):
        return bound
    return ", ".join([*bound[:LISTED], *(["…"] if len(bound) > LISTED else [])])


def clipped(name: str | None) -> str | None:
    """Cut a name from anywhere to what a person reads."""
    return name if name is None or len(name) <= NAME_CHARS else name[: NAME_CHARS - 1] + "…"
