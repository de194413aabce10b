"""Cleaners: text → text, before anything is measured.

A cleaner leaves a text that it has nothing to do with byte for byte as it was, and does nothing
the second time. Cleaners run in Polars behind a filter, so that clean text costs one search.
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


# Carriage return, vertical tab, form feed, next line, line and paragraph separator: every
# character that Unicode (UAX #14, mandatory breaks) ends a line with, line feed aside.
_LINE_ENDS = r"\r\n|[\r\x0B\x0C\x{85}\x{2028}\x{2029}]"
# C0 and C1 controls and U+007F, without tab and the line ends; the byte order mark.
_CONTROLS = r"[\x00-\x08\x0E-\x1F\x7F-\x{84}\x{86}-\x{9F}\x{FEFF}]"


def line_ends(text: pl.Series) -> pl.Series:
    r"""Write every line end as one line feed.

    These are CR LF, CR, vertical tab, form feed, U+0085 and the separators U+2028 and U+2029.

    Examples
    --------
    >>> line_ends(pl.Series(["a\r\nb\rc\u2028d"])).to_list()
    ['a\nb\nc\nd']
    """
    return _replace(text, _LINE_ENDS, "\n")


def control_characters(text: pl.Series) -> pl.Series:
    r"""Remove C0 and C1 control characters, tab and line ends aside, and U+FEFF.

    U+FEFF is a byte order mark that joined files leave behind. Joiners (U+200C, U+200D) stay:
    Persian, Indic scripts and emoji are spelt with them. So do direction marks, which Arabic and
    Hebrew need beside digits and Latin, and the soft hyphen.

    Examples
    --------
    >>> control_characters(pl.Series(["\ufeffa\x00b\tc\n"])).to_list()
    ['ab\tc\n']
    """
    return _replace(text, _CONTROLS, "")


def _replace(text: pl.Series, pattern: str, value: str) -> pl.Series:
    found = text.str.contains(pattern)
    if not found.any():
        return text
    result: pl.Series = text.clone()
    result.scatter(found.arg_true(), text.filter(found).str.replace_all(pattern, value))
    return result


CLEANERS: dict[str, Cleaner] = {
    cleaner.name: cleaner
    for cleaner in (
        Cleaner("line_ends", 1, line_ends, "Write every line end as one line feed."),
        Cleaner(
            "control_characters", 1, control_characters,
            "Remove control characters, tab and line ends aside, and U+FEFF.",
        ),
    )
}  # fmt: skip
