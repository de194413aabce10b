"""The section `coverage` of a recipe: ``true``, ``false``, or settings of what is measured."""

from __future__ import annotations

from pathlib import Path

from corpuskit.config import Entry

KEYS = ("tokenizer",)


def read_coverage(entry: Entry | None, beside: Path) -> tuple[bool, str | None]:
    """Say whether coverage is measured, and with which tokenizer tokens are counted.

    Parameters
    ----------
    beside : folder of the recipe, where a tokenizer of a relative path is looked for first.

    Raises
    ------
    ConfigError
        With ``path:line``, for anything but a truth or known settings.
    """
    if entry is None:
        return True, None
    if isinstance(entry.value, bool):
        return entry.flag(), None
    keys = entry.mapping(KEYS)
    if "tokenizer" not in keys:
        return True, None
    name = keys["tokenizer"].text()
    near = beside / name
    return True, str(near) if near.exists() else name
