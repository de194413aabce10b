"""Words that name a topic: those whose log-odds against the rest of its language stand out most.

The score is the z of the log-odds ratio with the language's own words as the prior (Monroe,
Colaresi and Quinn 2008, equations 15, 16, 18 and 22), counted in documents. A language that is
one topic has no rest: there, words score by the documents that hold them times the square of
their weight. Words with an apostrophe are passed over: they are contractions, or their ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from corpuskit.features import Measured
    from corpuskit.kernels.topic_words import Words

WORDS_SHOWN: Final = 10
_LOOKED_AT: Final = 3 * WORDS_SHOWN
_APOSTROPHES: Final = "'’ʼ"
LEAST_DOCUMENTS: Final = 3  # of the topic that hold a word which names it
_PRIOR: Final = 500.0  # words that the prior counts as
_DIGITS: Final = 6  # of a score that are compared, so that the last bit of a logarithm is not


class Cell(NamedTuple):
    """The documents of one language in one topic, by row."""

    topic: int
    group: int
    rows: npt.NDArray[np.int64]


def name_cells(
    cells: list[Cell],
    words: Words,
    weight: npt.NDArray[np.int64],
    own: npt.NDArray[np.int64],
    measured: Measured,
) -> list[list[str]]:
    """Choose up to ten words for every cell, the best first; equal ones by their hash.

    Parameters
    ----------
    weight, own : int64 (v,), of each word, and its language; words of weight 0 name nothing.
    """
    alone = {cell.group for cell in cells}
    alone -= {cell.group for cell in cells if sum(c.group == cell.group for c in cells) > 1}
    labels = []
    for cell in cells:
        chosen = np.flatnonzero((own == cell.group) & (weight > 0))
        inside = _documents(cell.rows, words)[chosen]
        everywhere = words.documents[chosen].astype(np.int64)
        plain = inside * weight[chosen] ** 2
        scores = plain if cell.group in alone else odds(inside, everywhere)
        good = (inside >= LEAST_DOCUMENTS) & (scores > 0)
        ranked = np.lexsort((words.hash[chosen], -np.round(scores.astype(float), _DIGITS), ~good))
        best = chosen[ranked[: min(_LOOKED_AT, int(good.sum()))]]
        spelled = [spell(int(row), measured) for row in words.first[best]]
        labels.append([word for word in spelled if not set(word) & set(_APOSTROPHES)][:WORDS_SHOWN])
    return labels


def _documents(rows: npt.NDArray[np.int64], words: Words) -> npt.NDArray[np.int64]:
    """Count the documents among `rows` that hold each word."""
    held = [words.word[words.offsets[row] : words.offsets[row + 1]] for row in rows]
    joined = np.concatenate([np.empty(0, np.int32), *held])
    return np.bincount(joined, minlength=len(words.hash))


def odds(
    inside: npt.NDArray[np.int64], everywhere: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return the z of the log-odds of words inside a topic against those outside of it.

    Parameters
    ----------
    inside, everywhere : documents of the topic, and of the language, that hold each word.

    Examples
    --------
    >>> scores = odds(np.array([30, 10]), np.array([30, 100]))
    >>> bool(scores[0] > 5), bool(scores[1] < -5)
    (True, True)
    """
    prior = _PRIOR * everywhere / max(1, int(everywhere.sum()))
    first, second = inside + prior, everywhere - inside + prior
    one, other = int(inside.sum()) + _PRIOR, int((everywhere - inside).sum()) + _PRIOR
    ratio = np.log(first / (one - first)) - np.log(second / (other - second))
    return np.asarray(ratio / np.sqrt(1 / first + 1 / second))


def spell(row: int, measured: Measured) -> str:
    """Write the word at a row of the tokens in lower case; two characters where it is a pair."""
    from corpuskit.kernels.tokenise import IS_SPACELESS

    tokens = measured.tokens
    begin = row - 1 if tokens.kind[row] & IS_SPACELESS else row
    data = measured.buffer.data[tokens.start[begin] : tokens.end[row]]
    return bytes(data).decode("utf-8").lower()
