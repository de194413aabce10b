"""A batch of texts with the marks of its lines, in Unicode normal form C."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.dedup.marks import compose
from corpuskit.kernels.arrow import TextBuffer, text_buffer
from corpuskit.kernels.line_marks import Lines, Paragraphs, mark_lines, mark_paragraphs


class Marked(NamedTuple):
    """Texts and their lines; `lines.starts` are bytes of `buffer`."""

    buffer: TextBuffer
    lines: Lines

    def units(self, unit: str) -> Paragraphs:
        """Return the lines or paragraphs that are compared."""
        if unit == "paragraph":
            return mark_paragraphs(self.lines)
        lines = self.lines
        own = np.arange(len(lines.starts), dtype=np.int64)
        return Paragraphs(lines.offsets, lines.hashes, lines.widths, own)


def mark(text: pl.Series) -> Marked:
    """Mark the lines of texts; a text in another normal form has the marks of its composed form."""
    buffer = text_buffer(text)
    lines = mark_lines(buffer)
    rows, composed = compose(text, lines.may_change)
    if len(rows):
        again = mark_lines(text_buffer(composed))
        changed = np.zeros(len(buffer), np.bool_)
        changed[rows] = True
        of_changed = np.repeat(changed, np.diff(lines.offsets))
        lines.hashes[of_changed], lines.widths[of_changed] = again.hashes, again.widths
        lines.texts[rows] = again.texts
    return Marked(buffer, lines)


def keys(marked: Marked, doc_id: pl.Series, equal_texts: bool) -> npt.NDArray[np.uint64]:
    """Return what a unit's first document is remembered by: uint64 (n,).

    equal_texts : documents of one text (white space aside) have one key: what stays of one stays
        of the others, which the search for exact duplicates then drops, with their representative.
    """
    return marked.lines.texts if equal_texts else doc_id.to_numpy()


def places(offsets: npt.NDArray[np.int64], within: bool) -> npt.NDArray[np.int64]:
    """Number the units of every document from 0: int64 (m,).

    within : False numbers all of them 0, so that a document keeps a unit as often as it has it.
    """
    if not within:
        return np.zeros(offsets[-1], np.int64)
    counts = np.diff(offsets)
    return np.arange(offsets[-1], dtype=np.int64) - np.repeat(offsets[:-1], counts)
