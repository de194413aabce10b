"""Bands × rows at least cost: what finds the wanted share of the pairs that are similar enough.

A pair of Jaccard similarity s agrees in one of `bands` bands of `rows` MinHashes with probability
1 - (1 - s^rows)^bands (Leskovec et al., Mining of Massive Datasets, ch. 3). For each number of rows
the fewest bands that reach the recall are the cheapest; among those the cost chooses.

The cost of a document is a sum of four products: functions × shingles hashed, bands written and
grouped, candidates compared, and the texts of candidates read again. It rests on how many others a
document has at each similarity. `OTHERS` and the times were measured by ``python -m bench.banding``
on 18,502 different web pages (82.6 MB; 4,000 of them compared exactly with all others), one thread
of an AMD EPYC with other work. Pairs under `COPIES_FROM` share passages that a site or a template
repeats, so their number grows with the corpus: the plan is made for `DOCUMENTS`. Those above are
copies, and counted as measured. Ten times the documents, or a tenth, would move the rows by two.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from corpuskit.errors import ConfigError

MAX_BANDS, MAX_ROWS = 512, 64
DOCUMENTS = 10_000_000
MEASURED_DOCUMENTS = 18_502
COPIES_FROM = 0.5
OTHERS = (
    (0.005, 4.79425), (0.015, 0.12375), (0.035, 0.10675), (0.075, 0.11150), (0.15, 0.09875),
    (0.25, 0.02625), (0.35, 0.00900), (0.45, 0.00125), (0.55, 0.00300), (0.65, 0.00225),
    (0.75, 0.00425), (0.85, 0.00425), (0.95, 0.00550),
)  # fmt: skip
"""Middle of a range of similarity, and others in it for each document, of `MEASURED_DOCUMENTS`."""

DOCUMENT_BYTES = 4467
DOCUMENT_SHINGLES = 667
HASH_SECONDS = 0.33e-9  # a shingle and a function
SHUFFLE_SECONDS = 600e-9  # a document and a band: written, read, sorted
COMPARE_SECONDS = 10e-9  # a shingle of either set
READ_SECONDS = 20e-9  # a byte of a text that is read, cut and put in order again
CURVE_AT = tuple(step / 20 for step in range(10, 21))


@dataclass(frozen=True)
class Banding:
    """Bands and rows, and what follows from them."""

    bands: int
    rows: int

    @property
    def functions(self) -> int:
        """How many hash functions a document goes through."""
        return self.bands * self.rows

    def recall(self, similarity: float) -> float:
        """Return the probability that a pair of this similarity becomes a candidate."""
        return recall(self.bands, self.rows, similarity)

    def candidates(self) -> float:
        """Return how many others a document of `DOCUMENTS` is compared with."""
        return sum(count * self.recall(middle) for middle, count in _others())

    def candidates_per_pair(self, similarity: float) -> float:
        """Return how many pairs are compared for one that is similar enough and found."""
        true = sum(
            count * self.recall(middle)
            for middle, count in _others()
            if middle >= min(similarity, OTHERS[-1][0])
        )
        return self.candidates() / true

    def seconds(self) -> dict[str, float]:
        """Return the cost of one MB of text, by step, in seconds of one core."""
        candidates = self.candidates()
        each = {
            "hashing": HASH_SECONDS * DOCUMENT_SHINGLES * self.functions,
            "shuffling": SHUFFLE_SECONDS * self.bands,
            "comparing": COMPARE_SECONDS * 2 * DOCUMENT_SHINGLES * candidates / 2,
            "reading": READ_SECONDS * DOCUMENT_BYTES * (1 - math.exp(-candidates)),
        }
        return {name: cost * 1e6 / DOCUMENT_BYTES for name, cost in each.items()}

    def plain(self, similarity: float) -> dict[str, Any]:
        """Describe the plan as JSON data: what the summary and ``--explain`` show."""
        return {
            "bands": self.bands,
            "rows": self.rows,
            "functions": self.functions,
            "curve": {f"{at:.2f}": self.recall(at) for at in CURVE_AT},
            "candidates_per_pair": self.candidates_per_pair(similarity),
            "candidates_per_document": self.candidates(),
            "seconds_per_megabyte": self.seconds(),
            "planned_for_documents": DOCUMENTS,
        }


def recall(bands: int, rows: int, similarity: float) -> float:
    """Return the probability that a pair of this Jaccard similarity becomes a candidate.

    Examples
    --------
    >>> round(recall(20, 6, 0.75), 3), round(recall(20, 6, 0.8), 3)
    (0.98, 0.998)
    """
    share = similarity**rows
    return 1.0 if share >= 1 else -math.expm1(bands * math.log1p(-share))


@cache
def plan(similarity: float, wanted: float) -> Banding:
    """Choose the cheapest bands and rows that find `wanted` of the pairs of this similarity.

    Raises
    ------
    ConfigError
        If more than `MAX_BANDS` bands would be needed.

    Examples
    --------
    >>> plan(0.75, 0.95)
    Banding(bands=16, rows=6)
    """
    possible = []
    for rows in range(1, MAX_ROWS + 1):
        bands = _least_bands(rows, similarity, wanted)
        if bands is None:
            break
        possible.append(Banding(bands, rows))
    if not possible:
        raise ConfigError(f"duplicates: {_out_of_reach(similarity, wanted)}")
    return min(possible, key=lambda each: (sum(each.seconds().values()), each.functions))


def _least_bands(rows: int, similarity: float, wanted: float) -> int | None:
    """Return the fewest bands that reach a recall, or None where `MAX_BANDS` do not."""
    low, high = 1, MAX_BANDS
    if recall(high, rows, similarity) < wanted:
        return None
    while low < high:
        middle = (low + high) // 2
        if recall(middle, rows, similarity) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def _out_of_reach(similarity: float, wanted: float) -> str:
    most = math.floor(recall(MAX_BANDS, 1, similarity) * 1e4) / 1e4
    least = math.ceil(-math.expm1(math.log1p(-wanted) / MAX_BANDS) * 1e4) / 1e4
    lower = f"lower the recall to {most:.4g}, or " if most > 0 else ""
    return (
        f"recall {wanted} at similarity {similarity} needs more than {MAX_BANDS} bands; "
        f"{lower}raise the similarity to {least:.4g}"
    )


@cache
def _others() -> tuple[tuple[float, float], ...]:
    """Return `OTHERS` as a corpus of `DOCUMENTS` has them."""
    growth = DOCUMENTS / MEASURED_DOCUMENTS
    return tuple(
        (middle, count * growth if middle < COPIES_FROM else count) for middle, count in OTHERS
    )
