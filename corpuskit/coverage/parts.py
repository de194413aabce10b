"""A part of coverage: what is counted in the texts of a batch, how counts merge, what they tell.

Counts are frames of whole numbers or registers, so that they merge in any order to the same bytes.
A new part is one file and one row in `corpuskit.coverage.PARTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from corpuskit.features import Measured
from corpuskit.kernels.vocabulary import Words, words_of

Tables = dict[str, pl.DataFrame]
"""The counts of one part, by name; the schema of a table never depends on the batch."""


@dataclass(frozen=True)
class Texts:
    """A batch of documents that are counted; the three have one row a document.

    measured : the texts as they are written, behind all cleaners.
    columns : the user's own columns.
    scores : doc_id and the features of the documents.
    source : the name of the input that they are from.
    """

    measured: Measured
    columns: pl.DataFrame
    scores: pl.DataFrame
    source: str

    @cached_property
    def words(self) -> Words:
        """The words of every text, for the parts that count them."""
        return words_of(self.measured.tokens)

    def of(self, wanted: pl.Series) -> Texts:
        """Return some of the documents."""
        left = Measured(self.measured.text.filter(wanted))
        rows = self.columns.filter(wanted), self.scores.filter(wanted)
        return Texts(left, *rows, self.source)


@dataclass(frozen=True)
class Part:
    """One kind of count.

    count : counts of a batch.
    merge : counts of several batches together; of none, the counts of nothing.
    describe : what summary.json tells of the counts, as entries of `coverage.in` or of
        `coverage.kept`; axes of `breadth` are united with those of other parts.
    subtract : counts of a batch without those of some of its documents. A part that has it is not
        counted again in what is kept, but in what is dropped, where that is less text.
    """

    name: str
    count: Callable[[Texts], Tables]
    merge: Callable[[Sequence[Tables]], Tables]
    describe: Callable[[Tables], dict[str, Any]]
    subtract: Callable[[Tables, Tables], Tables] | None = None
