"""Settings are checked just inside and just outside of what is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import ConfigError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("similarity", 1), ("similarity", 1.0), ("similarity", 1e-9), ("bands", 1), ("bands", 512),
        ("rows", 1), ("rows", 64), ("seed", 1), ("keep", "longest"), ("keep", "shortest"),
        ("exact", False), ("near", False),
    ],
)  # fmt: skip
def test_a_good_value_is_taken(name: str, value: Any) -> None:
    assert getattr(DuplicateSettings(**{name: value}), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("similarity", 0), ("similarity", 0.0), ("similarity", 1.0001), ("similarity", -0.5),
        ("similarity", True), ("similarity", "0.75"), ("similarity", float("nan")), ("bands", 0),
        ("bands", 513), ("bands", 2.0), ("bands", True), ("rows", 0), ("rows", 65), ("seed", 0),
        ("seed", 1 << 62), ("keep", "first"), ("exact", 1), ("near", "yes"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_its_name(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"duplicates: {name} is"):
        DuplicateSettings(**{name: value})
