"""How good found clusters are, beside those that are known: over pairs, and cluster by cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Quality:
    """Found clusters against known ones.

    precision : share of the pairs that are together in a found cluster and also in a known one.
    recall : share of the pairs that are together in a known cluster and also in a found one.
    exact_clusters : share of the known clusters that were found as they are, none more, none less;
        a document that is alone is a cluster.
    """

    precision: float
    recall: float
    exact_clusters: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def compare(known: Sequence[Hashable], found: Sequence[Hashable]) -> Quality:
    """Compare two ways to put the same documents into clusters: a name per document each.

    Examples
    --------
    >>> compare(["a", "a", "b", "b"], [1, 1, 1, 2])
    Quality(precision=0.3333333333333333, recall=0.5, exact_clusters=0.0)
    """
    cells = Counter(zip(known, found, strict=True))
    truth, guess = Counter(known), Counter(found)
    together = pairs(cells.values())
    exact = sum(1 for (name, other), count in cells.items() if count == truth[name] == guess[other])
    return Quality(
        share(together, pairs(guess.values())), share(together, pairs(truth.values())),
        exact / len(truth) if truth else 1.0,
    )  # fmt: skip


def pairs(sizes: Iterable[int]) -> int:
    """Count the pairs within groups of these sizes."""
    return sum(size * (size - 1) // 2 for size in sizes)


def share(part: int, whole: int) -> float:
    """Divide; nothing of nothing is all of it."""
    return part / whole if whole else 1.0


def merged(count: int, edges: Iterable[tuple[int, int]]) -> list[int]:
    """Name the connected component of each of `count` documents by its first member.

    Examples
    --------
    >>> merged(4, [(3, 2), (0, 3)])
    [0, 1, 0, 0]
    """
    parent = list(range(count))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for first, second in edges:
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    return [root(place) for place in range(count)]
