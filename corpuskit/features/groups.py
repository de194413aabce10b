"""The table of all feature groups, and the one call that measures a batch with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from corpuskit.features import Feature, FeatureGroup, Measured
from corpuskit.features.c4 import C4, C4_FINEWEB
from corpuskit.features.characters import CHARACTERS
from corpuskit.features.dclm import DCLM
from corpuskit.features.dolma3 import DOLMA3
from corpuskit.features.fineweb import FINEWEB
from corpuskit.features.gopher import GOPHER
from corpuskit.features.language import FEATURES as LANGUAGE_FEATURES
from corpuskit.features.language import language_group
from corpuskit.features.lines import LINES
from corpuskit.features.madlad import MADLAD
from corpuskit.features.mapneo import MAPNEO
from corpuskit.features.nemo import NEMO
from corpuskit.features.redpajama2 import REDPAJAMA2
from corpuskit.features.refinedweb import REFINEDWEB
from corpuskit.features.repetition import REPETITION
from corpuskit.features.roots import ROOTS
from corpuskit.features.words import WORDS
from corpuskit.features.zyda import ZYDA

if TYPE_CHECKING:
    from corpuskit.features.language import LanguageModel

TEXT_GROUPS: tuple[FeatureGroup, ...] = (
    CHARACTERS, LINES, WORDS, REPETITION,
    GOPHER, C4, C4_FINEWEB, FINEWEB, REFINEDWEB, DCLM, DOLMA3, MADLAD, NEMO, ZYDA,
    MAPNEO, ROOTS, REDPAJAMA2,
)  # fmt: skip


def groups(model: LanguageModel, names: Sequence[str]) -> tuple[FeatureGroup, ...]:
    """Return the groups of these names; the language group asks `model`."""
    every = (*TEXT_GROUPS, language_group(model))
    return tuple(group for group in every if group.name in names)


def columns_by_group() -> dict[str, dict[str, pl.DataType]]:
    """Return name and dtype of every feature of every group, without loading a model."""
    columns = {group.name: dtypes(group.features) for group in TEXT_GROUPS}
    return {**columns, "language": dtypes(LANGUAGE_FEATURES)}


def all_columns() -> dict[str, pl.DataType]:
    """Return name and dtype of every feature."""
    return {name: dtype for group in columns_by_group().values() for name, dtype in group.items()}


def dtypes(features: Sequence[Feature]) -> dict[str, pl.DataType]:
    """Return name and dtype of features."""
    return {feature.name: feature.dtype for feature in features}


def measure(measured: Measured, chosen: Sequence[FeatureGroup]) -> pl.DataFrame:
    """Measure a batch: one row per text, one column per feature, in declared order."""
    columns: list[pl.Series] = []
    for group in chosen:
        values = group.compute(measured.left if group.of_left else measured)
        columns += [pl.Series(f.name, values[f.name], dtype=f.dtype) for f in group.features]
    return pl.DataFrame(columns)
