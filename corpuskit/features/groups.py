"""The table of all feature groups, and the one call that measures a batch with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from corpuskit.config import nearest
from corpuskit.errors import ConfigError, FeatureError
from corpuskit.features import Feature, FeatureGroup, Measured
from corpuskit.features.c4 import C4, C4_FINEWEB
from corpuskit.features.characters import CHARACTERS
from corpuskit.features.chinese import CHINESE
from corpuskit.features.dclm import DCLM
from corpuskit.features.dolma3 import DOLMA3
from corpuskit.features.fineweb import FINEWEB
from corpuskit.features.fineweb2 import FINEWEB2
from corpuskit.features.gopher import GOPHER
from corpuskit.features.language import FEATURES as LANGUAGE_FEATURES
from corpuskit.features.language import language_group
from corpuskit.features.lines import LINES
from corpuskit.features.madlad import MADLAD
from corpuskit.features.mapneo import MAPNEO
from corpuskit.features.nemo import NEMO
from corpuskit.features.noise import NOISE
from corpuskit.features.packages import Offer, find_offers
from corpuskit.features.redpajama2 import REDPAJAMA2
from corpuskit.features.refinedweb import REFINEDWEB
from corpuskit.features.repeats import REPEATS
from corpuskit.features.repetition import REPETITION
from corpuskit.features.roots import ROOTS
from corpuskit.features.words import WORDS
from corpuskit.features.zh_words import ZH_WORDS
from corpuskit.features.zyda import ZYDA

if TYPE_CHECKING:
    from corpuskit.features.language import LanguageModel

TEXT_GROUPS: tuple[FeatureGroup, ...] = (
    CHARACTERS, NOISE, CHINESE, LINES, WORDS, REPETITION,
    GOPHER, C4, C4_FINEWEB, FINEWEB, REFINEDWEB, DCLM, DOLMA3, MADLAD, NEMO, ZYDA,
    MAPNEO, ROOTS, REDPAJAMA2,
)  # fmt: skip
# These need the column `language`, so they run behind the group that measures it.
BY_LANGUAGE: tuple[FeatureGroup, ...] = (FINEWEB2,)
# Groups that need an extra or a pass over the corpus; measured where a rule uses them or a recipe
# names them.
OPTIONAL_GROUPS: tuple[FeatureGroup, ...] = (ZH_WORDS, REPEATS)


def groups(model: LanguageModel | None, names: Sequence[str]) -> tuple[FeatureGroup, ...]:
    """Return the groups of these names; the language group asks `model`, None where it is not one.

    Those of other packages come after the built-in ones.
    """
    asking = (language_group(model),) if model is not None else ()
    every = (*TEXT_GROUPS, *asking, *BY_LANGUAGE, *OPTIONAL_GROUPS)
    known = {group.name for group in every}
    others = sorted(set(names) - known)
    for name in others:
        if name not in offers():
            hint = nearest(name, known | offers().keys())
            raise ConfigError(f"features: unknown feature group {name!r}; {hint}")
    return (
        *(group for group in every if group.name in names),
        *(offers()[name].group for name in others),
    )


@cache
def offers() -> dict[str, Offer]:
    """Return the groups of other packages by name; imports them."""
    return find_offers(columns_by_group())


def packages(chosen: Sequence[FeatureGroup]) -> dict[str, str]:
    """Return name and version of the package of every group that is not built in."""
    own = columns_by_group()
    return {group.name: offers()[group.name].named for group in chosen if group.name not in own}


def columns_by_group() -> dict[str, dict[str, pl.DataType]]:
    """Return name and dtype of every feature of every group, without loading a model."""
    columns = {group.name: dtypes(group.features) for group in TEXT_GROUPS}
    behind = {group.name: dtypes(group.features) for group in (*BY_LANGUAGE, *OPTIONAL_GROUPS)}
    return {**columns, "language": dtypes(LANGUAGE_FEATURES), **behind}


def all_columns() -> dict[str, pl.DataType]:
    """Return name and dtype of every feature."""
    return {name: dtype for group in columns_by_group().values() for name, dtype in group.items()}


def offered_columns() -> dict[str, dict[str, pl.DataType]]:
    """Return name and dtype of every feature of other packages, by group; imports them."""
    return {name: dtypes(offer.group.features) for name, offer in offers().items()}


def known_columns() -> Mapping[str, pl.DataType]:
    """Return name and dtype of every feature, built in or of a package."""
    return KnownColumns(all_columns())


class KnownColumns(Mapping[str, pl.DataType]):
    """Name and dtype of every feature; packages are looked for when a name is not built in."""

    def __init__(self, own: Mapping[str, pl.DataType]) -> None:
        self._own = own

    def __getitem__(self, name: str) -> pl.DataType:
        """Return the dtype of a feature."""
        own = self._own.get(name)
        return self._every()[name] if own is None else own

    def __iter__(self) -> Iterator[str]:
        """Iterate over all names, those of packages too."""
        return iter(self._every())

    def __len__(self) -> int:
        """Count all features."""
        return len(self._every())

    def _every(self) -> dict[str, pl.DataType]:
        others = offered_columns().values()
        return {**self._own, **{name: dtype for group in others for name, dtype in group.items()}}


def dictionaries(chosen: Sequence[FeatureGroup]) -> dict[str, str]:
    """Name the dictionaries that groups read beside the text, by group.

    Raises
    ------
    MissingExtraError
        If the package of one is not installed.
    """
    return {group.name: group.dictionary() for group in chosen if group.dictionary is not None}


def dtypes(features: Sequence[Feature]) -> dict[str, pl.DataType]:
    """Return name and dtype of features."""
    return {feature.name: feature.dtype for feature in features}


def measure(measured: Measured, chosen: Sequence[FeatureGroup]) -> pl.DataFrame:
    """Measure a batch: one row per text, one column per feature, in declared order.

    Groups behind the group `language` see its answers.
    """
    columns: list[pl.Series] = []
    for group in chosen:
        values = group.compute(measured.left if group.of_left else measured)
        for name in sorted({f.name for f in group.features} ^ values.keys()):
            raise FeatureError(
                f"feature group {group.name!r}: {name!r} is declared or computed, but not both"
            )
        if "language" in values:
            measured.language = pl.Series(values["language"], dtype=pl.String)
        columns += [pl.Series(f.name, values[f.name], dtype=f.dtype) for f in group.features]
    return pl.DataFrame(columns)
