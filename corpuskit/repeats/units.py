"""Lines or paragraphs that stand in several documents, and which of those has each first.

First is the smallest doc_id (then the place in the document, if places count): it depends on
neither splits nor files. A row is (hash, doc_id, key, place · 2 + repeated), one for each
different unit of a split; 32 bytes. Merging rows of one hash keeps the first and remembers whether
there was another (key, place), so any order of merging gives the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from corpuskit.kernels.line_marks import BARE
from corpuskit.repeat_settings import RepeatSettings
from corpuskit.repeats.marked import keys, mark, places
from corpuskit.repeats.table import Words, ranges, write_rows, write_table

TABLE_COLUMNS = 3  # hash, key, place
_ONE = np.uint64(1)


def mark_units(
    path: Path, text: pl.Series, doc_id: pl.Series, settings: RepeatSettings, equal_texts: bool
) -> int:
    """Write the rows of a split; return how many.

    Parameters
    ----------
    text, doc_id : of its documents.
    equal_texts : see `corpuskit.repeats.marked.keys`.
    """
    marked = mark(text)
    units = marked.units(settings.unit)
    counts = np.diff(units.offsets)
    chosen = (units.hashes > BARE) & (units.widths >= settings.least_chars)
    rows = (
        units.hashes,
        np.repeat(doc_id.to_numpy(), counts),
        np.repeat(keys(marked, doc_id, equal_texts), counts),
        places(units.offsets, settings.within_documents).astype(np.uint64) << _ONE,
    )
    return write_rows(path, firsts([row[chosen] for row in rows]))


def find_units(stem: Path, parts: Sequence[Path], rows: int) -> int:
    """Merge the rows of all splits into the table of what stands more than once.

    Parameters
    ----------
    stem : of the table's files.
    parts, rows : files of `mark_units`, and how many rows they have.

    Returns
    -------
    how many different lines or paragraphs stand more than once.
    """
    return write_table(stem, TABLE_COLUMNS, _repeated(parts, rows))


def _repeated(parts: Sequence[Path], rows: int) -> Iterator[list[Words]]:
    for found in ranges(parts, rows):
        hashes, _, key, place = firsts(list(np.concatenate(found, axis=1)))
        more = (place & _ONE) > 0
        yield [hashes[more], key[more], place[more] >> _ONE]


def firsts(rows: Sequence[Words]) -> list[Words]:
    """Keep the first row of every hash, ascending, and mark those that are not alone."""
    hashes, doc_id, key, place = rows
    if not len(hashes):
        return list(rows)
    order = np.lexsort((place, doc_id, hashes))
    hashes, doc_id, key, place = (row[order] for row in (hashes, doc_id, key, place))
    begins = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]])
    sizes = np.diff(np.r_[begins, len(hashes)])
    spot = place >> _ONE
    differs = (key != np.repeat(key[begins], sizes)) | (spot != np.repeat(spot[begins], sizes))
    more = np.logical_or.reduceat(differs | ((place & _ONE) > 0), begins)
    first = [row[begins] for row in (hashes, doc_id, key, spot)]
    return [*first[:3], (first[3] << _ONE) | more]
