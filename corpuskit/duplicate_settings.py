"""What counts as a duplicate, and which of several stays."""

from __future__ import annotations

from dataclasses import dataclass

from corpuskit.errors import ConfigError

KEEP = ("longest", "shortest")


@dataclass(frozen=True)
class DuplicateSettings:
    """Settings of exact and near duplicates.

    exact : drop documents whose normalised text equals another's.
    near : drop documents whose shingles overlap another's by `similarity` or more.
    similarity : least Jaccard similarity of the shingle sets, in (0, 1].
    bands, rows : MinHash banding; a pair of similarity s becomes a candidate with probability
        1 - (1 - s^rows)^bands, which is 0.98 at 0.75 for 20 × 6.
    keep : which document of a cluster stays; ties go to the smallest doc_id.
    seed : of the hash family.
    """

    exact: bool = True
    near: bool = True
    similarity: float = 0.75
    bands: int = 20
    rows: int = 6
    keep: str = "longest"
    seed: int = 1

    def __post_init__(self) -> None:
        for name in ("exact", "near"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(f"duplicates: {name} is {getattr(self, name)!r}; true or false")
        for name, most in (("bands", 512), ("rows", 64), ("seed", (1 << 62) - 1)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
                raise ConfigError(f"duplicates: {name} is {value!r}; a whole number in [1, {most}]")
        similarity = self.similarity
        numeric = isinstance(similarity, int | float) and not isinstance(similarity, bool)
        if not numeric or not 0 < similarity <= 1:
            raise ConfigError(f"duplicates: similarity is {similarity!r}; it lies in (0, 1]")
        if self.keep not in KEEP:
            raise ConfigError(f"duplicates: keep is {self.keep!r}; choose {' or '.join(KEEP)}")
