"""Cleaners: text → text, of two kinds.

A *character cleaner* runs before anything is measured. It leaves a text that it has nothing to do
with byte for byte as it was, and does nothing the second time; it runs in Polars behind a filter,
so that clean text costs one search.

A *line cleaner* takes lines out. Published pipelines judge the page as it was and only then take
lines out of it, so line cleaners run after the others, whatever their place in the recipe, and
`Measured` has both texts: the page, and what is left of it. They are not idempotent. What they took
out, and why, can be had line by line (`clean_noting`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from corpuskit.cleaners.c4 import CAUSES as C4_CAUSES
from corpuskit.cleaners.c4 import cut_c4, cut_c4_fineweb
from corpuskit.cleaners.refinedweb import CAUSES as REFINEDWEB_CAUSES
from corpuskit.cleaners.refinedweb import cut_refinedweb
from corpuskit.cleaners.removed_lines import NOTHING_REMOVED, note_removed
from corpuskit.kernels.arrow import TextBuffer, text_buffer, text_series
from corpuskit.kernels.kept_lines import Cut


@dataclass(frozen=True)
class Cleaner:
    """A named change of text; a change of meaning raises the version.

    cut : of a line cleaner, to take lines out of a batch and count what was taken out.
    causes : of a line cleaner, why lines go: the names of the codes in `Cut.removed`.
    """

    name: str
    version: int
    clean: Callable[[pl.Series], pl.Series]
    doc: str
    cut: Callable[[TextBuffer], Cut] | None = None
    causes: tuple[str, ...] = ()


def by_line(
    name: str,
    version: int,
    cut: Callable[[TextBuffer], Cut],
    causes: tuple[str, ...],
    doc: str,
) -> Cleaner:
    r"""Make a line cleaner.

    Examples
    --------
    >>> CLEANERS["c4"].clean(pl.Series(["Home\nOne line of five words."])).to_list()
    ['One line of five words.']
    """

    def clean_column(text: pl.Series) -> pl.Series:
        return text_series(cut(text_buffer(text)).left).alias(text.name)

    return Cleaner(name, version, clean_column, doc, cut, causes)


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
        by_line(
            "c4", 1, cut_c4, C4_CAUSES,
            "Take out citations, and lines under five words, without a final . ? ! or quote, with "
            "a word over 1,000 characters, on JavaScript, cookies or terms of use.",
        ),
        by_line(
            "c4_fineweb", 1, cut_c4_fineweb, C4_CAUSES,
            "The same for lines under three words, whatever they end in.",
        ),
        by_line(
            "refinedweb", 1, cut_refinedweb, REFINEDWEB_CAUSES,
            "Take out lines mostly in upper case, of digits, of one word or that count likes, and "
            "cut 'sign-in', 'read more...' and 'items in cart' out of short lines.",
        ),
    )
}  # fmt: skip


def clean(text: pl.Series, names: Sequence[str]) -> pl.Series:
    """Apply cleaners: character cleaners first, then line cleaners, each in order."""
    characters, lines = split_cleaners(names)
    for name in (*characters, *lines):
        text = CLEANERS[name].clean(text)
    return text


def clean_noting(text: pl.Series, names: Sequence[str]) -> tuple[pl.Series, pl.DataFrame]:
    r"""Apply cleaners as `clean` does; note what line cleaners take out, by cleaner.

    Returns
    -------
    the cleaned texts, and a frame of one row per removed line: `row` UInt32 (of `text`) and the
    columns of `corpuskit.cleaners.removed_lines.NOTHING_REMOVED`. Where a recipe has several line
    cleaners, a line is numbered in what the one before left.

    Examples
    --------
    >>> _, removed = clean_noting(pl.Series(["Home\nOne line of five words."]), ["c4"])
    >>> removed.row(0)
    (0, 1, 'no_terminal_mark', 'c4', 'Home')
    """
    characters, lines = split_cleaners(names)
    name_of_column, noted = text.name, [NOTHING_REMOVED]
    text = clean(text, characters)
    for name in lines:
        cleaner = CLEANERS[name]
        assert cleaner.cut is not None
        page = text_buffer(text)
        cut = cleaner.cut(page)
        noted.append(note_removed(page, cut.removed, name, cleaner.causes))
        text = text_series(cut.left).alias(name_of_column)
    return text, pl.concat(noted).sort("row", maintain_order=True)


def split_cleaners(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part the names of cleaners into character cleaners and line cleaners, each in order.

    Examples
    --------
    >>> split_cleaners(["c4", "line_ends"])
    (('line_ends',), ('c4',))
    """
    lines = tuple(name for name in names if CLEANERS[name].cut)
    return tuple(name for name in names if name not in lines), lines
