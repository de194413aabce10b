"""What moving a bound would drop, counted from the bins of a histogram.

A bin is ``[edge, next edge)`` and every bound is an edge, so a count of documents at an edge is
exact. It needs the documents that lie on the edge itself too, where a bound keeps its own value
(`max`) or drops it (`above`): `on_edge` of the histogram. The outermost edges are left out, because
the outer bins hold all that lies beyond; the bound of today is there with the count of the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

LOWER: Final = ("min", "above")
UPPER: Final = ("max", "below")


@dataclass(frozen=True)
class Slider:
    """A bound of one rule that the reader may move.

    signal : name of the bound in the specification of the chart.
    at : where the bound may be, ascending.
    dropped : documents that the rule would drop there.
    now : the place in `at` where it is.
    documents : all that were measured.
    exact : False where `dropped` counts documents that the rule does not look at, or documents on
        the edge that it keeps; then it is an upper bound, but at `now`.
    """

    rule: str
    side: str
    signal: str
    at: tuple[float, ...]
    dropped: tuple[int, ...]
    now: int
    documents: int
    exact: bool


def numeric(rules: Mapping[str, Any]) -> Iterator[tuple[str, str, float, bool]]:
    """List (rule, side, bound, is it guarded) of every numeric bound, in the order of the rules."""
    for name, rule in rules.items():
        for side, bound in rule["bounds"].items():
            if side in LOWER + UPPER:
                yield name, side, float(bound), bool(rule["when"])


def sliders(bins: Mapping[str, Any], rules: Mapping[str, Any]) -> tuple[Slider, ...]:
    """Make a slider for every numeric bound that can be counted.

    Parameters
    ----------
    bins : `edges` (k + 1) and `in` (k) of a histogram, and `on_edge` (k - 1): the documents whose
        value is an inner edge. Older runs have no `on_edge`.
    rules : rows of summary.json, all of which bound this feature.
    """
    made = []
    counts = _Counts(bins)
    for number, (name, side, bound, guarded) in enumerate(numeric(rules)):
        if side == "above" and not counts.knows_edges:
            continue
        rule = rules[name]
        others = {other: at for other, at in rule["bounds"].items() if other != side}
        rest = counts.beyond(others, None if guarded else rule["fails"], side, bound)
        if rest is None:
            continue
        low, high = _room(side, others)
        places = {edge: counts.dropped(side, edge) + rest for edge in counts.inner}
        places = {edge: n for edge, n in places.items() if low < edge < high}
        places[bound] = rule["fails"]
        at = tuple(sorted(places))
        if len(at) < 2:
            continue
        made.append(
            Slider(
                rule=name, side=side, signal=f"bound{number}", at=at,
                dropped=tuple(places[edge] for edge in at), now=at.index(bound),
                documents=counts.documents,
                exact=not guarded and (counts.knows_edges or side in ("min", "below")),
            )
        )  # fmt: skip
    return tuple(made)


class _Counts:
    """Documents on either side of the inner edges of a histogram."""

    def __init__(self, bins: Mapping[str, Any]) -> None:
        self.inner = [float(edge) for edge in bins["edges"][1:-1]]
        self.documents = sum(bins["in"])
        self.knows_edges = "on_edge" in bins
        self._below = dict(zip(self.inner, accumulate(bins["in"]), strict=False))
        self._on = dict(zip(self.inner, bins.get("on_edge", [0] * len(self.inner)), strict=True))

    def dropped(self, side: str, edge: float) -> int:
        """Count what a bound at an inner edge drops."""
        below, on = self._below[edge], self._on[edge]
        lower = below + on if side == "above" else below
        upper = self.documents - below - (on if side == "max" else 0)
        return int(lower if side in LOWER else upper)

    def beyond(
        self, others: Mapping[str, Any], fails: int | None, side: str, bound: float
    ) -> int | None:
        """Count what the other bound of the rule drops, or return None where it is not known.

        fails : what the rule drops; None where that is of some documents only.
        """
        if not others:
            return 0
        ((other, at),) = others.items()
        if float(at) in self._below:
            return self.dropped(other, float(at))
        if fails is None or bound not in self._below:
            return None
        return max(0, fails - self.dropped(side, bound))


def _room(side: str, others: Mapping[str, Any]) -> tuple[float, float]:
    """Return between what a bound may move: never beyond the other one of its rule."""
    low, high = float("-inf"), float("inf")
    for at in others.values():
        low, high = (low, float(at)) if side in LOWER else (float(at), high)
    return low, high
