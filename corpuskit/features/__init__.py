"""Features: columns that are pure functions of `text`, measured once, in groups that share a pass.

A `FeatureGroup` declares its columns (dtype, unit, value for empty text, meaning) and computes
them from a `Measured` batch. `GROUPS` is the explicit table of all groups; a new group is one
file and one row there. A change of meaning raises the group's version, which changes the plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from corpuskit.kernels.arrow import TextBuffer
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
    """Columns that one pass over the text measures together."""

    name: str
    version: int
    features: tuple[Feature, ...]
    compute: Callable[[Measured], dict[str, Column]]


class Measured:
    """A batch of texts with what several groups share, made once and on demand."""

    def __init__(self, text: pl.Series) -> None:
        self.text = text

    @cached_property
    def buffer(self) -> TextBuffer:
        """The texts as Arrow buffers."""
        from corpuskit.kernels.arrow import text_buffer

        return text_buffer(self.text)

    @cached_property
    def tokens(self) -> Tokens:
        """The tokens of every text."""
        from corpuskit.kernels.tokenise import tokenise

        return tokenise(self.buffer)
