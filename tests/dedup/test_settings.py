"""Settings are checked just inside and just outside of what is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import ConfigError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("similarity", 1), ("similarity", 1.0), ("similarity", 0.01), ("recall", 0.999),
        ("seed", 1), ("keep", "longest"), ("keep", "first"), ("keep", "best:word_count"),
        ("keep", "newest:a=b"), ("keep", "priority:a=b=c,d"), ("exact", False), ("near", False),
        ("shingle", "words:1"), ("shingle", "chars:255"), ("recall", 1e-9),
    ],
)  # fmt: skip
def test_a_good_value_is_taken(name: str, value: Any) -> None:
    assert getattr(DuplicateSettings(**{name: value}), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("similarity", 0), ("similarity", 0.0), ("similarity", 1.0001), ("similarity", -0.5),
        ("similarity", True), ("similarity", "0.75"), ("similarity", float("nan")), ("seed", 0),
        ("seed", 1 << 62), ("keep", "oldest"), ("keep", "first:a"), ("keep", "best:"),
        ("keep", "newest"), ("keep", "priority:a"), ("keep", "priority:a=,"),
        ("keep", "priority:=a"), ("keep", "priority:a=b,b"), ("keep", 3), ("exact", 1),
        ("near", "yes"), ("recall", 0),
        ("recall", 1), ("recall", 1.5), ("recall", True), ("recall", float("nan")),
        ("shingle", "words:0"), ("shingle", "chars:256"), ("shingle", "chars:abc"),
        ("shingle", "words"), ("shingle", "words:²"), ("shingle", "lines:3"), ("shingle", 5),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_its_name(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"duplicates: {name} is"):
        DuplicateSettings(**{name: value})


@pytest.mark.parametrize(("bands", "rows"), [(1, 1), (512, 64)])
def test_stated_bands_are_taken(bands: int, rows: int) -> None:
    settings = DuplicateSettings(bands=bands, rows=rows)
    assert (settings.bands, settings.rows) == (bands, rows)


@pytest.mark.parametrize(
    ("bands", "rows", "name"),
    [(0, 1, "bands"), (513, 1, "bands"), (2.0, 1, "bands"), (True, 1, "bands"), (1, 0, "rows"),
     (1, 65, "rows")],
)  # fmt: skip
def test_bad_bands_are_refused(bands: Any, rows: Any, name: str) -> None:
    with pytest.raises(ConfigError, match=f"duplicates: {name} is"):
        DuplicateSettings(bands=bands, rows=rows)
