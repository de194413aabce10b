"""How many n-grams of words there are, and how many different ones.

Of different ones, those of a share are counted (`coverage.sampled`): exact up to 32,768 of them,
within 0.8 % (standard error) beyond. n-grams of 13 words hardly occur twice by chance, so the
share of them that repeats others is text that is there more than once; GPT-3 took them as the
mark of a text seen before (Brown et al. 2020, arXiv:2005.14165, appendix C).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from corpuskit.coverage import sampled
from corpuskit.coverage.parts import Part, Tables, Texts

SIZES: Final = (2, 3, 5, 13)


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
    """Give `ngrams`, all and different ones by n, and `distinct_ngrams`, the latter alone.

    An estimate of the different ones may lie above all there are; all are told then.
    """
    ngrams = {}
    for size in SIZES:
        one = sampled.read(tables, size)
        ngrams[str(size)] = {"total": one.total, "distinct": min(one.distinct, one.total)}
    return {
        "ngrams": ngrams,
        "distinct_ngrams": {size: one["distinct"] for size, one in ngrams.items()},
    }


NGRAMS = Part("ngrams", count, merge, describe, subtract)
