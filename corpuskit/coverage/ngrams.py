"""How many n-grams of words there are, and how many different ones.

Of different ones, those of a share are counted (`coverage.sampled`): all of them up to 32,768, and
at least half as many beyond. From a sample of m different n-grams, which occur S times, at level L,
the number of different ones is estimated by regression on the number of all, T, which is known:
m 2^L + b (T - 2^L S), where b is S over the sum of squared counts, the slope that makes the error
least (Cochran 1977, Sampling Techniques, chapter 7). Where hardly any n-gram occurs twice the error
is a tenth of that of m 2^L; where many do, it is about the same, 0.8 % at most. It is told with
each number. A single n-gram that makes up half a percent of all and was not sampled may add up to
three errors of m 2^L to it; one beyond that is noticed.

n-grams of 13 words hardly occur twice by chance, so the share of them that repeats others is text
that is there more than once; GPT-3 took them as the mark of a text seen before (Brown et al. 2020,
arXiv:2005.14165, appendix C).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from corpuskit.coverage import sampled
from corpuskit.coverage.parts import Part, Tables, Texts

SIZES: Final = (2, 3, 5, 13)
HIDDEN_ERRORS: Final = 3
"""Where all n-grams differ from what the sample stands for by more than so many standard errors, a
frequent one that was not sampled is behind it, and m 2^L is taken as it is."""


def count(texts: Texts) -> Tables:
    """Count a batch; n-grams do not cross documents."""
    return sampled.count(texts.words, SIZES)


def merge(tables: Sequence[Tables]) -> Tables:
    """Return the counts of all batches together."""
    return sampled.merge(tables, SIZES)


def subtract(whole: Tables, part: Tables) -> Tables:
    """Return the counts of what is in `whole` and not in `part`."""
    return sampled.subtract(whole, part, SIZES)


def describe(tables: Tables) -> dict[str, Any]:
    """Give `ngrams` by n, and `distinct_ngrams`, the different ones alone.

    `total` is exact; `distinct` has the standard error `error`, which is 0 where it is exact.
    """
    ngrams = {}
    for size in SIZES:
        one = sampled.read(tables, size)
        distinct, error = estimate(one)
        ngrams[str(size)] = {"total": one.total, "distinct": distinct, "error": error}
    return {
        "ngrams": ngrams,
        "distinct_ngrams": {size: one["distinct"] for size, one in ngrams.items()},
    }


def estimate(one: sampled.Counted) -> tuple[int, int]:
    """Return the number of different n-grams and its standard error."""
    counts = one.counts["count"].to_list() if one.level else []
    if not counts:
        return one.distinct, 0
    many, seen, squares = len(counts), sum(counts), sum(count * count for count in counts)
    spread = 4**one.level - 2**one.level
    surplus = one.total - (seen << one.level)
    if surplus * surplus > HIDDEN_ERRORS**2 * spread * squares:
        return min(one.distinct, one.total), round(math.sqrt(many * spread))
    corrected = round(one.distinct + seen * surplus / squares)
    error = math.sqrt((many - seen * seen / squares) * spread)
    return min(max(corrected, many), one.total), round(error)


NGRAMS = Part("ngrams", count, merge, describe, subtract)
