"""Words: how many, how many different ones, and how their number grows with the text.

Words are the lower-cased tokens that have a letter, mark or number in them, full-width forms as
ordinary ones; in scripts without spaces each character is one. Of the different words (types) those
of a share are counted, exactly (`coverage.sampled`): all of them up to 65,536, else between 32,768
and 65,536. Where `sampled_types` is less than `types`, these have a standard error of
1 / sqrt(sampled_types): 0.4 to 0.55 % of a whole corpus. What is kept is counted at the level of
the whole, so fewer may be sampled of it.

Growth is what a random part of n of the N words would have in types, without regard to where they
stand: E[V(n)] = V - sum of V_f (1 - n/N)^f over the frequencies f, of which V_f types have f (Good
& Toulmin 1956; Baayen 2001, Word Frequency Distributions, section 2.4). Text in its order grows a
little slower, since documents repeat their own words. A point has the error of the sampled types
that it counts; points of fewer than 400 (5 %) are left out.

Heaps' exponent is the slope of log V(n) over log n in the last decade, from N/10 to N: 1 where
every word is new, 0 where none is. Zipf's exponent is minus the slope of log count over log rank,
by least squares through eight points a decade, from rank 10 (the first ranks lie lower) to the
last whose count is 10 or more (behind it counts are steps). The chance that the next word is new is
Good and Turing's: words that occurred once over all words (Good 1953).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from corpuskit.coverage import sampled
from corpuskit.coverage.parts import Part, Tables, Texts

ENOUGH_WORDS: Final = 1_000
"""Under this many words neither exponent is told."""
STEPS_PER_DECADE: Final = 8
SAMPLED_TYPES_OF_A_POINT: Final = 400
SAMPLED_RANKS_LEFT_OUT: Final = 15
"""The i-th rank of a sample is off by 1 / sqrt(i): by a quarter at most from the sixteenth on."""
FIRST_RANK, LAST_COUNT = 10, 10
_SIZES = (1,)


def count(texts: Texts) -> Tables:
    """Count a batch."""
    return sampled.count(texts.words, _SIZES)


def merge(tables: Sequence[Tables]) -> Tables:
    """Return the counts of all batches together."""
    return sampled.merge(tables, _SIZES)


def subtract(whole: Tables, part: Tables) -> Tables:
    """Return the counts of what is in `whole` and not in `part`."""
    return sampled.subtract(whole, part, _SIZES)


def describe(tables: Tables) -> dict[str, Any]:
    """Give `words`, `vocabulary_size` and `vocabulary`; a None in it has its cause in `reasons`."""
    one = sampled.read(tables, 1)
    counts = np.sort(one.counts["count"].to_numpy())[::-1].astype(np.int64)
    types = min(one.distinct, one.total)
    hapax = min(int((counts == 1).sum()) << one.level, types)
    curve = growth(counts, one.total, one.level)
    points = rank_points(counts, one.level)
    enough = one.total >= ENOUGH_WORDS
    measured = {
        "new_word_chance": hapax / one.total if one.total else None,
        "heaps_exponent": heaps_exponent(curve) if enough else None,
        "zipf_exponent": zipf_exponent(points) if enough else None,
    }
    reason = "too_few_words" if not enough else "too_few_frequent_words"
    return {
        "words": one.total,
        "vocabulary_size": types,
        "vocabulary": {
            "words": one.total,
            "types": types,
            "hapax": hapax,
            "sampled_types": len(counts),
            "growth": [[words, round(seen)] for words, seen in curve],
            "zipf": points,
            **measured,
            "reasons": {name: reason for name, value in measured.items() if value is None},
        },
    }


def growth(counts: npt.NDArray[np.int64], total: int, level: int) -> list[tuple[int, float]]:
    """Return how many types a random part of the words is expected to have.

    Parameters
    ----------
    counts : of every sampled type.
    total : all words.

    Returns
    -------
    Pairs of words and types, by tenths of powers of ten back from all words.
    """
    frequencies, types = np.unique(counts, return_counts=True)
    points: list[tuple[int, float]] = []
    for step in range(STEPS_PER_DECADE * 20 if total else 0):
        words = round(total / 10 ** (step / STEPS_PER_DECADE))
        if words < 1:
            break
        seen = [len(counts)] if words == total else expected(frequencies, types, words / total)
        sampled_types = math.fsum(seen)
        if level and sampled_types < SAMPLED_TYPES_OF_A_POINT:
            break
        if not points or words < points[-1][0]:
            points.append((words, sampled_types * 2**level))
    return points[::-1]


def expected(
    frequencies: npt.NDArray[np.int64], types: npt.NDArray[np.int64], share: float
) -> list[float]:
    """Return per frequency how many of its types a random share of all words is expected to have.

    Examples
    --------
    >>> expected(np.array([1, 2]), np.array([4, 1]), 0.5)
    [2.0, 0.75]
    """
    missed = np.exp(frequencies * math.log1p(-share))
    return [float(seen) for seen in np.round(types * (1 - missed), 9)]


def heaps_exponent(curve: Sequence[tuple[int, float]]) -> float | None:
    """Return the slope of the last decade of a growth curve, in log and log; None without one."""
    total = curve[-1][0] if curve else 0
    decade = [point for point in curve if point[0] >= 0.0999 * total]
    if len(decade) <= STEPS_PER_DECADE:
        return None
    return slope([words for words, _ in decade], [seen for _, seen in decade])


def rank_points(counts: npt.NDArray[np.int64], level: int) -> list[list[int]]:
    """Return ranks and counts at eight ranks a decade; the i-th sampled type has rank i 2^level."""
    left_out = SAMPLED_RANKS_LEFT_OUT if level else 0
    decades = math.log10(max(len(counts), 1))
    steps = range(math.ceil(STEPS_PER_DECADE * decades) + 1)
    places = {min(round(10 ** (step / STEPS_PER_DECADE)), len(counts)) for step in steps}
    return [
        [place << level, int(counts[place - 1])] for place in sorted(places) if place > left_out
    ]


def zipf_exponent(points: Sequence[Sequence[int]]) -> float | None:
    """Fit rank and count; None unless the frequent words reach over a decade of ranks."""
    used = [(rank, many) for rank, many in points if rank >= FIRST_RANK and many >= LAST_COUNT]
    if not used or used[-1][0] < 10 * used[0][0]:
        return None
    return -slope([rank for rank, _ in used], [many for _, many in used])


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the slope of log y over log x by least squares, to four decimals.

    Examples
    --------
    >>> slope([1, 10, 100], [5, 50, 500])
    1.0
    """
    across, up = [math.log(value) for value in x], [math.log(value) for value in y]
    middle, height = math.fsum(across) / len(across), math.fsum(up) / len(up)
    spread = math.fsum((value - middle) ** 2 for value in across)
    joint = math.fsum((one - middle) * (two - height) for one, two in zip(across, up, strict=True))
    return round(joint / spread, 4)


VOCABULARY = Part("vocabulary", count, merge, describe, subtract)
