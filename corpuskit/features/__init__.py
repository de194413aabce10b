"""Features: columns that are pure functions of `text`, measured once, in groups that share a pass.

A `FeatureGroup` declares its columns (dtype, unit, value for empty text, meaning) and computes
them from a `Measured` batch. `GROUPS` is the explicit table of all groups; a new group is one
file and one row there. A change of meaning raises the group's version, which changes the plan.

Where a recipe has line cleaners there are two texts of a document: the page, and what is left of
it. Groups measure the page, as published pipelines do; a group that says so measures what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import ReferenceType, ref

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.errors import FeatureError

if TYPE_CHECKING:
    from corpuskit.kernels.arrow import TextBuffer
    from corpuskit.kernels.kept_lines import Cut
    from corpuskit.kernels.tokenise import Tokens

Column = npt.NDArray[np.generic] | pl.Series


@dataclass(frozen=True)
class Feature:
    """One column: its name, dtype, unit, value for empty text, and arithmetic in one sentence.

    `why` holds the source and every known difference from other toolkits.
    """

    name: str
    dtype: pl.DataType
    unit: str
    empty: float | int | bool | str
    doc: str
    why: str = ""


@dataclass(frozen=True)
class FeatureGroup:
    """Columns that one pass over the text measures together.

    of_left : measure what line cleaners left of the page, not the page.
    dictionary : names the dictionary of another package that the group reads, for the plan of a
        run; raises MissingExtraError where that package is not installed.
    """

    name: str
    version: int
    features: tuple[Feature, ...]
    compute: Callable[[Measured], dict[str, Column]]
    of_left: bool = False
    dictionary: Callable[[], str] | None = None


class Measured:
    """A batch of texts with what several groups share, made once and on demand.

    Parameters
    ----------
    text : pages, with the character cleaners applied.
    line_cleaners : names of the line cleaners of the recipe, not applied yet.

    Attributes
    ----------
    language : labels of the texts, once the group `language` has been measured.
    repeats : int64 (n, 6), lines and characters that were taken out as they stand elsewhere, by
        cause; None where a recipe does not look for them.
    """

    def __init__(self, text: pl.Series, line_cleaners: Sequence[str] = ()) -> None:
        self.text = text
        self.language: pl.Series | None = None
        self.repeats: npt.NDArray[np.int64] | None = None
        self.removed: npt.NDArray[np.int64] | None = None
        self._origin: tuple[ReferenceType[Measured], Cut] | None = None
        self._line_cleaners = tuple(line_cleaners)
        self._after: dict[str, Measured] = {}

    @property
    def left(self) -> Measured:
        """What the line cleaners of the recipe left; itself where there are none."""
        left = self
        for name in self._line_cleaners:
            left = left.after(name)
        return left

    def after(self, line_cleaner: str) -> Measured:
        """What one line cleaner leaves, made once however many groups ask for it.

        `removed` of the result is what the cleaner has counted.
        """
        if line_cleaner not in self._after:
            self._after[line_cleaner] = _cut(self, line_cleaner)
        return self._after[line_cleaner]

    @cached_property
    def buffer(self) -> TextBuffer:
        """The texts as Arrow buffers."""
        from corpuskit.kernels.arrow import text_buffer

        return text_buffer(self.text)

    @cached_property
    def tokens(self) -> Tokens:
        """The tokens of every text."""
        from corpuskit.kernels.kept_lines import keep_tokens
        from corpuskit.kernels.tokenise import tokenise

        if self._origin is not None:
            page, cut = self._origin[0](), self._origin[1]
            if page is not None and "tokens" in vars(page):
                return keep_tokens(page.tokens, cut)  # cheaper, where there are some
        return tokenise(self.buffer)


def _cut(page: Measured, line_cleaner: str) -> Measured:
    from corpuskit.cleaners import CLEANERS
    from corpuskit.kernels.arrow import text_series

    clean = CLEANERS[line_cleaner].cut
    if clean is None:
        raise FeatureError(f"line cleaner {line_cleaner!r}: takes out no lines; please report this")
    cut = clean(page.buffer)
    left = Measured(text_series(cut.left).alias(page.text.name))
    left.buffer, left.removed = cut.left, cut.counts
    left._origin = ref(page), cut  # weak: a circle would keep a batch until the next collection
    return left
