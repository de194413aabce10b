"""Cleaners: text → text, before anything is measured.

A cleaner leaves a text that it has nothing to do with byte for byte as it was, and does nothing
the second time. Cleaners run in Polars, behind a filter, so that clean text costs one search.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Cleaner:
    """A named change of text; a change of meaning raises the version."""

    name: str
    version: int
    clean: Callable[[pl.Series], pl.Series]
    doc: str


def line_ends(text: pl.Series) -> pl.Series:
    """Turn CR LF and lone CR into LF."""
    return _where(text, "\r", lambda found: found.str.replace_all("\r\n?", "\n"))


def control_characters(text: pl.Series) -> pl.Series:
    """Remove C0 and C1 controls but tab and line feed, and the byte order mark U+FEFF.

    Joiners (U+200C, U+200D) and direction marks stay: Persian, Indic text and emoji need them.
    U+0085 (next line) becomes a line feed, U+000B and U+000C a space.
    """

    def replace(found: pl.Series) -> pl.Series:
        found = found.str.replace_all("\u0085", "\n", literal=True)
        found = found.str.replace_all("[\u000b\u000c]", " ")
        return found.str.replace_all(_CONTROLS, "")

    return _where(text, _CONTROLS, replace)


_CONTROLS = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\x{80}-\\x{9f}\\x{feff}]"


def _where(text: pl.Series, pattern: str, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    found = text.str.contains(pattern)
    if not found.any():
        return text
    return text.scatter(found.arg_true(), change(text.filter(found)))


CLEANERS: dict[str, Cleaner] = {
    cleaner.name: cleaner
    for cleaner in (
        Cleaner("line_ends", 1, line_ends, line_ends.__doc__ or ""),
        Cleaner("control_characters", 1, control_characters, control_characters.__doc__ or ""),
    )
}
