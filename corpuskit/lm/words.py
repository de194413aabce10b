"""Words and 5-grams of a sample, as hashes, and statistics of them that compare across languages.

Words are those of the tokeniser, lower-cased, without punctuation; in scripts written without
spaces a word is a character. Volume is counted in *units*, a word being two and such a character
one, so that 200,000 units are about 100,000 words of English or 200,000 characters of Chinese,
and 5-grams are the shingles of ten units that duplicates are found with.

All statistics of growth depend on the volume, so they are taken at a stated one, from documents in
the order of their digests: neither the order nor the number of rows can change them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.features import Measured
from corpuskit.kernels.digest import digest
from corpuskit.kernels.shingles import WORD_UNITS, shingles
from corpuskit.kernels.tokenise import IS_SPACELESS, IS_SYMBOL

Hashes = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PREFIXES: Final = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
"""Of the volume: where the growth of the vocabulary is read off."""
_PLANES: Final = 0x110000


@dataclass(frozen=True)
class Words:
    """Words of d documents.

    word : uint64 (w,), in order; `word_document` : int64 (w,), its document; `units` : int64
        (w,), 2, or 1 for a character of a script without spaces.
    shingle : uint64 (s,), with repeats; `shingle_document` : int64 (s,).
    documents : d.
    """

    word: Hashes
    word_document: Counts
    units: Counts
    shingle: Hashes
    shingle_document: Counts
    documents: int

    def part(self, first: int, last: int) -> Words:
        """Return the documents from `first` up to `last`, numbered anew."""
        words = slice(*np.searchsorted(self.word_document, (first, last)))
        grams = slice(*np.searchsorted(self.shingle_document, (first, last)))
        return Words(
            self.word[words], self.word_document[words] - first, self.units[words],
            self.shingle[grams], self.shingle_document[grams] - first, last - first,
        )  # fmt: skip

    def rotated(self, first: int) -> Words:
        """Return all documents, those before `first` behind the others."""
        front, back = self.part(first, self.documents), self.part(0, first)
        return Words(
            np.concatenate([front.word, back.word]),
            np.concatenate([front.word_document, back.word_document + front.documents]),
            np.concatenate([front.units, back.units]),
            np.concatenate([front.shingle, back.shingle]),
            np.concatenate([front.shingle_document, back.shingle_document + front.documents]),
            self.documents,
        )

    @property
    def volume(self) -> int:
        """Units of all documents."""
        return int(self.units.sum())

    @property
    def unspaced_share(self) -> float:
        """Units that are characters of scripts without spaces over units, in [0, 1]."""
        return float((self.units < WORD_UNITS).sum() / max(1, self.volume))


def read_words(texts: pl.Series) -> Words:
    """Cut texts into words, documents in the order of their digests."""
    order = in_order(texts)
    measured = Measured(texts.gather(order))
    tokens = measured.tokens
    offsets, values = shingles(tokens)
    is_word = (tokens.kind & IS_SYMBOL) == 0
    document = np.repeat(np.arange(len(texts)), np.diff(tokens.offsets))
    spaceless = (tokens.kind[is_word] & IS_SPACELESS) != 0
    return Words(
        word=tokens.fold[is_word],
        word_document=document[is_word],
        units=np.where(spaceless, 1, WORD_UNITS),
        shingle=values,
        shingle_document=np.repeat(np.arange(len(texts)), np.diff(offsets)),
        documents=len(texts),
    )


def in_order(texts: pl.Series) -> pl.Series:
    """Return the rows in the order of their texts' BLAKE2b digests: mixed, but always alike."""
    high, low = digest(Measured(texts).buffer).view(np.uint64).T
    frame = pl.DataFrame({"high": high, "low": low}).with_row_index("row")
    return frame.sort("high", "low", "row")["row"]


def covered(words: Words, by: Words) -> tuple[Floats, Counts]:
    """Return per document of `words` how much of it others hold.

    Returns
    -------
    share : float64 (d,), different shingles that `by` has over different shingles; 0 for none.
    size : int64 (d,), different shingles.
    """
    pairs = pl.DataFrame({"document": words.shingle_document, "shingle": words.shingle}).unique()
    held = pairs["shingle"].is_in(pl.Series(by.shingle).unique().implode()).to_numpy()
    document = pairs["document"].to_numpy()
    size = np.bincount(document, minlength=words.documents)
    found = np.bincount(document, held, minlength=words.documents)
    return found / np.maximum(size, 1), size


def common_shingles(words: Words, by: Words) -> float:
    """Return different shingles of `words` that `by` has over different shingles of `words`."""
    own = pl.Series(words.shingle).unique()
    return _mean(own.is_in(pl.Series(by.shingle).unique().implode()))


def unseen_words(words: Words, by: Words) -> float:
    """Return the words, repeats counted, that `by` has not over all words."""
    return _mean(~pl.Series(words.word).is_in(pl.Series(by.word).unique().implode()))


def weighted_median(values: Floats, weights: Counts) -> float:
    """Return the smallest value that has half of the weight at or below it.

    Examples
    --------
    >>> weighted_median(np.array([3.0, 1.0, 2.0]), np.array([1, 1, 4]))
    2.0
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def good_turing(words: Hashes) -> tuple[float, tuple[float, float]]:
    """Estimate the chance that the next word has not occurred yet (Good 1953).

    Returns
    -------
    chance : words that occur once over words, in [0, 1]; 1 for no words.
    interval : its 95 % interval (Esty 1983, Ann. Stat. 11), which takes words as independent;
        they come in bursts, so the truth is wider.

    Examples
    --------
    >>> chance, _ = good_turing(np.array([7, 7, 7, 8, 9], np.uint64))
    >>> chance
    0.4
    """
    if not len(words):
        return 1.0, (0.0, 1.0)
    counts = np.unique(words, return_counts=True)[1]
    total, once, twice = len(words), int((counts == 1).sum()), int((counts == 2).sum())
    chance = once / total
    spread = 1.96 * math.sqrt(once * (1 - chance) + 2 * twice) / total
    return chance, (max(0.0, chance - spread), min(1.0, chance + spread))


def growth(words: Words, volume: int) -> dict[str, Any]:
    """Measure how the vocabulary grows up to `volume` units.

    Returns
    -------
    words, types : at that volume, or at the whole where there is less.
    exponent : of Heaps' law, types ∝ words^exponent, fitted to five prefixes; None for under 100
        words.
    """
    reached = np.cumsum(words.units)
    sizes = [int(np.searchsorted(reached, volume * part, side="right")) for part in PREFIXES]
    first = first_occurrences(words.word[: sizes[-1]])
    types = [int(first[:size].sum()) for size in sizes]
    exponent = None
    if sizes[0] >= 100 / 16 and sizes[-1] >= 100:
        points = sorted(set(zip(sizes, types, strict=True)))
        exponent = _slope(points) if len(points) > 1 else None
    return {"words": sizes[-1], "types": types[-1], "exponent": exponent}


def first_occurrences(words: Hashes) -> npt.NDArray[np.bool_]:
    """Mark the words that did not occur before: bool (w,)."""
    first = np.zeros(len(words), np.bool_)
    first[np.unique(words, return_index=True)[1]] = True
    return first


def characters(texts: pl.Series) -> Counts:
    """Count code points: int64 (0x110000,)."""
    points = np.frombuffer("".join(texts.to_list()).encode("utf-32-le"), np.uint32)
    return np.bincount(points, minlength=_PLANES)


def effective_number(volumes: Floats) -> float:
    """Return exp(entropy) of shares: how many equal parts would be as diverse (Hill 1973).

    Examples
    --------
    >>> round(effective_number(np.array([5.0, 5.0, 0.0])), 6)
    2.0
    """
    shares = volumes[volumes > 0] / max(volumes.sum(), 1)
    return math.exp(-float((shares * np.log(shares)).sum())) if len(shares) else 0.0


def _slope(points: list[tuple[int, int]]) -> float:
    """Fit a straight line to the logarithms."""
    logs = np.log(np.array(points, np.float64))
    return float(np.polyfit(logs[:, 0], logs[:, 1], 1)[0])


def _mean(found: pl.Series) -> float:
    return float(found.sum()) / len(found) if len(found) else 0.0
