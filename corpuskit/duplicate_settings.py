"""What counts as a duplicate, and which of several stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from corpuskit.banding import MAX_BANDS, MAX_ROWS, Banding, plan
from corpuskit.errors import ConfigError

KEEP = ("longest", "shortest", "first", "best:FEATURE", "newest:COLUMN", "priority:COLUMN=A,B,C")
FROM_INPUT = ("newest", "priority")
"""The kinds of keeping that need a column of the input."""
RECALL = 0.95
SHINGLE_MOST = 255
SETTINGS = (
    "exact", "near", "similarity", "recall", "shingle", "keep", "bands", "rows", "seed"
)  # fmt: skip
"""What a recipe may state."""


@dataclass(frozen=True)
class Shingle:
    """How a text is cut: kind `auto`, `words` or `chars`, and how many of those in a shingle."""

    kind: str
    size: int = 0


@dataclass(frozen=True)
class Keep:
    """Which document of a cluster stays.

    kind : `longest`, `shortest`, `first`, `best`, `newest` or `priority`.
    column : the feature of `best`, the column of the input of `newest` and `priority`.
    values : of `priority`, the best first.
    """

    kind: str
    column: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class DuplicateSettings:
    """Settings of exact and near duplicates.

    exact : drop documents whose normalised text equals another's.
    near : drop documents whose shingles overlap another's by `similarity` or more.
    similarity : least Jaccard similarity of the shingle sets, in (0, 1].
    recall : share of the pairs of just this similarity to find at least, in (0, 1); 0.95, or what
        stated bands give. Pairs that are more alike are found more often.
    shingle : ``auto`` (five words, ten characters where words are not spaced, or a mix of both),
        ``words:N`` (N words, or characters of scripts without spaces) or ``chars:N`` (N letters,
        digits and marks, in any script).
    keep : which document of a cluster stays, one of `KEEP`; ties go to the smallest doc_id.
    bands, rows : of the MinHash banding, computed at least cost from similarity and recall
        (`corpuskit.banding`) unless both are stated.
    seed : of the hash family.
    planned : bands and rows were computed; no setting.
    """

    exact: bool = True
    near: bool = True
    similarity: float = 0.75
    recall: float = None  # type: ignore[assignment]  # a number once it is made
    shingle: str = "auto"
    keep: str = "longest"
    bands: int = None  # type: ignore[assignment]
    rows: int = None  # type: ignore[assignment]
    seed: int = 1
    planned: bool = field(default=False, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("exact", "near"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(f"duplicates: {name} is {getattr(self, name)!r}; true or false")
        if not _is_number(self.similarity) or not 0 < self.similarity <= 1:
            raise ConfigError(f"duplicates: similarity is {self.similarity!r}; it lies in (0, 1]")
        if self.recall is not None and (not _is_number(self.recall) or not 0 < self.recall <= 1):
            raise ConfigError(f"duplicates: recall is {self.recall!r}; it lies in (0, 1)")
        _whole("seed", self.seed, (1 << 62) - 1)
        parse_shingle(self.shingle)
        parse_keep(self.keep)
        self._set_bands()

    def _set_bands(self) -> None:
        if (self.bands is None) != (self.rows is None):
            alone, other = ("bands", "rows") if self.rows is None else ("rows", "bands")
            raise ConfigError(f"duplicates: {alone} is stated without {other}; state both, or none")
        planned = self.bands is None
        wanted = RECALL if self.recall is None and planned else self.recall
        if planned:
            if wanted == 1:
                raise ConfigError("duplicates: recall is 1; it lies in (0, 1)")
            banding = plan(self.similarity, wanted)
        else:
            _whole("bands", self.bands, MAX_BANDS)
            _whole("rows", self.rows, MAX_ROWS)
            banding = Banding(self.bands, self.rows)
            given = banding.recall(self.similarity)
            if wanted is not None and wanted > given:
                raise ConfigError(
                    f"duplicates: {self.bands} bands of {self.rows} rows find {given:.4g} of the "
                    f"pairs of similarity {self.similarity}, but recall is {wanted}; leave bands "
                    "and rows out, or lower the recall"
                )
            wanted = given if wanted is None else wanted
        made = {"recall": wanted, "bands": banding.bands, "rows": banding.rows, "planned": planned}
        for name, value in made.items():
            object.__setattr__(self, name, value)

    @property
    def banding(self) -> Banding:
        """Bands and rows, with what follows from them."""
        return Banding(self.bands, self.rows)

    def changed(self, changes: Mapping[str, Any]) -> DuplicateSettings:
        """Return the settings with some of them set anew, and with bands that fit.

        Bands that were computed are computed again. Stated ones stay and give what recall they
        can, unless `changes` ask for a recall: then bands are computed.

        Raises
        ------
        ConfigError
            For a value that is not allowed.

        Examples
        --------
        >>> DuplicateSettings().changed({"similarity": 0.9}).bands
        5
        >>> DuplicateSettings(bands=14, rows=8).changed({"similarity": 0.9}).bands
        14
        """
        if self.planned or "recall" in changes:
            return replace(self, **{"bands": None, "rows": None, **changes})
        freed = replace(self, **{"recall": None, **changes})
        return replace(freed, recall=min(self.recall, freed.recall))

    def plain(self) -> dict[str, Any]:
        """Return the settings as JSON data, from which they can be made again."""
        return {name: getattr(self, name) for name in SETTINGS}


def parse_shingle(text: str) -> Shingle:
    """Read ``auto``, ``words:N`` or ``chars:N``.

    Raises
    ------
    ConfigError
        For anything else.

    Examples
    --------
    >>> parse_shingle("words:5")
    Shingle(kind='words', size=5)
    """
    if text == "auto":
        return Shingle("auto")
    kind, _, size = text.partition(":") if isinstance(text, str) else ("", "", "")
    digits = size.isascii() and size.isdecimal() and len(size) < 10
    if kind in ("words", "chars") and digits and 1 <= int(size) <= SHINGLE_MOST:
        return Shingle(kind, int(size))
    raise ConfigError(
        f"duplicates: shingle is {text!r}; auto, words:N or chars:N with N from 1 to {SHINGLE_MOST}"
    )


def parse_keep(text: str) -> Keep:
    """Read which document stays.

    Raises
    ------
    ConfigError
        For what is not one of `KEEP`, or for a value that `priority` names twice.

    Examples
    --------
    >>> parse_keep("priority:source=books,web")
    Keep(kind='priority', column='source', values=('books', 'web'))
    """
    kind, colon, column = text.partition(":") if isinstance(text, str) else ("", "", "")
    values: tuple[str, ...] = ()
    if kind == "priority":
        column, _, listed = column.rpartition("=")
        values = tuple(value.strip() for value in listed.split(",") if value.strip())
    known = (not colon and kind in ("longest", "shortest", "first")) or (
        column and (kind in ("best", "newest") or (kind == "priority" and values))
    )
    if not known:
        raise ConfigError(
            f"duplicates: keep is {text!r}; choose {', '.join(KEEP[:-1])} or {KEEP[-1]}"
        )
    for value in values:
        if values.count(value) > 1:
            raise ConfigError(f"duplicates: keep is {text!r}; it names {value!r} twice")
    return Keep(kind, column, values)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(name: str, value: object, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ConfigError(f"duplicates: {name} is {value!r}; a whole number in [1, {most}]")
