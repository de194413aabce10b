"""Feature groups of other packages, through the entry-point group ``corpuskit.features``.

A package names a `FeatureGroup` in its metadata, under the group's own name:

    [project.entry-points."corpuskit.features"]
    sentences_per_word = "my_package:GROUP"

Packages are looked for when a recipe or rule names something that is not built in, and imported
then; a run with built-in features alone never does. Two things of one name are refused, since a
rule could mean either. Name and version of the package are part of a run's plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from corpuskit.errors import ConfigError
from corpuskit.features import FeatureGroup
from corpuskit.schema import (
    BANDS,
    CORPUS_COLUMNS,
    DOC_ID,
    FAILS,
    KEEP,
    OWN,
    REPRESENTATIVE,
    TEXT_HASH,
    USER_ID,
)

ENTRY_POINTS = "corpuskit.features"
_RESERVED = {DOC_ID, USER_ID, TEXT_HASH, BANDS, KEEP, REPRESENTATIVE, *CORPUS_COLUMNS}


@dataclass(frozen=True)
class Offer:
    """A feature group and the package that it comes from."""

    group: FeatureGroup
    package: str
    version: str

    @property
    def named(self) -> str:
        """Package and version, as plans have them."""
        return f"{self.package} {self.version}"


def find_offers(taken: Mapping[str, Iterable[str]]) -> dict[str, Offer]:
    """Import the groups of all installed packages: by name, in the order of names.

    Parameters
    ----------
    taken : per built-in group, the names of its features.

    Raises
    ------
    ConfigError
        If one cannot be imported, is no `FeatureGroup`, or has a name that is taken.
    """
    groups = dict.fromkeys(taken, "corpuskit")
    features = {name: "corpuskit" for names in taken.values() for name in names}
    features |= dict.fromkeys(_RESERVED, "corpuskit")
    found: dict[str, Offer] = {}
    points = entry_points(group=ENTRY_POINTS)
    for point in sorted(points, key=lambda point: (point.name, _package(point)[0])):
        offer = Offer(_loaded(point), *_package(point))
        _claim(offer, "feature group", offer.group.name, groups)
        for feature in offer.group.features:
            if feature.name.startswith((OWN, FAILS)):
                raise _refused(offer.package, f"the feature {feature.name!r}: {OWN} and {FAILS} "
                               "begin no feature's name; rename it")  # fmt: skip
            _claim(offer, "feature", feature.name, features)
        found[offer.group.name] = offer
    return found


def _claim(offer: Offer, what: str, name: str, owners: dict[str, str]) -> None:
    if name in owners:
        raise _refused(
            offer.package, f"the {what} {name!r} is there already, from {owners[name]}; rename one"
        )
    owners[name] = offer.package


def _loaded(point: EntryPoint) -> FeatureGroup:
    package, _ = _package(point)
    try:
        group: Any = point.load()
    except (ImportError, AttributeError) as error:
        raise _refused(
            package, f"{point.value} cannot be imported ({error}); mend or uninstall it"
        ) from error
    if not isinstance(group, FeatureGroup):
        raise _refused(package, f"{point.value} is a {type(group).__name__}, not a FeatureGroup")
    if group.name != point.name:
        raise _refused(
            package,
            f"the entry point {point.name!r} holds the group {group.name!r}; use one name",
        )
    return group


def _package(point: EntryPoint) -> tuple[str, str]:
    return (point.dist.name, point.dist.version) if point.dist else ("unknown", "0")


def _refused(package: str, problem: str) -> ConfigError:
    return ConfigError(f"package {package}: {problem}")
