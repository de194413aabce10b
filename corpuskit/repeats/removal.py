"""Take repeated lines out of a batch: lines of a site's frame first, then units in what is left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.cleaners.removed_lines import NOTHING_REMOVED, note_removed
from corpuskit.kernels.arrow import text_series
from corpuskit.kernels.cut_lines import cut_lines
from corpuskit.repeat_settings import RepeatSettings
from corpuskit.repeats.hosts import hash_hosts, host_lines
from corpuskit.repeats.marked import Marked, keys, mark, places
from corpuskit.repeats.table import Table

CLEANER = "repeats"
CAUSES = ("repeated_line", "repeated_paragraph", "host_line")
REPEATED_LINE, REPEATED_PARAGRAPH, HOST_LINE = range(3)


@dataclass(frozen=True)
class Taken:
    """What is left of n texts, and what was taken out.

    counts : int64 (n, 6): lines, then characters, by cause. Characters are those of the lines, of
        their line feeds, and of blank lines that went with them.
    removed : one row per line that was taken out, as `corpuskit.cleaners.clean_noting` gives them;
        a repeated line is numbered in what the lines of the frame left.
    """

    text: pl.Series
    counts: npt.NDArray[np.int64]
    removed: pl.DataFrame


@dataclass(frozen=True)
class Removal:
    """The tables of a corpus, ready to be looked up.

    units : columns hash, key, place; None where no unit is compared.
    hosts : of (host, line); None where frames stay, or are not known yet.
    equal_texts : documents of one text keep the same lines.
    """

    settings: RepeatSettings
    equal_texts: bool
    units: Table | None = None
    hosts: Table | None = None

    def take_out(self, text: pl.Series, doc_id: pl.Series, hosts: pl.Series | None) -> Taken:
        """Take repeated lines out of texts.

        Parameters
        ----------
        hosts : the host of every text; None where nobody knows them.
        """
        taken = Taken(text, np.zeros((len(text), 2 * len(CAUSES)), np.int64), NOTHING_REMOVED)
        if self.hosts is not None and hosts is not None:
            marked = mark(taken.text)
            pairs = host_lines(marked, hash_hosts(hosts))
            taken = _cut(taken, marked, self.hosts.find(pairs) >= 0, HOST_LINE)
        if self.units is not None:
            marked = mark(taken.text)
            is_paragraph = self.settings.unit == "paragraph"
            cause = REPEATED_PARAGRAPH if is_paragraph else REPEATED_LINE
            taken = _cut(taken, marked, self._repeated(marked, doc_id), cause)
        return taken

    def _repeated(self, marked: Marked, doc_id: pl.Series) -> npt.NDArray[np.bool_]:
        """Say which lines stand in a unit that stands elsewhere before: bool (m,)."""
        assert self.units is not None
        units = marked.units(self.settings.unit)
        wide = np.flatnonzero(units.widths >= self.settings.least_chars)
        found = self.units.find(units.hashes[wide])
        wide, found = wide[found >= 0], found[found >= 0]
        _, key, place = self.units.columns
        own = np.repeat(keys(marked, doc_id, self.equal_texts), np.diff(units.offsets))[wide]
        here = places(units.offsets, self.settings.within_documents)[wide].astype(np.uint64)
        gone = np.zeros(len(units.hashes) + 1, np.bool_)  # the last stands for blank lines
        gone[wide] = (key[found] != own) | (place[found] != here)
        return gone[units.of_line]


def _cut(taken: Taken, marked: Marked, gone: npt.NDArray[np.bool_], cause: int) -> Taken:
    if not gone.any():
        return taken
    code = gone.astype(np.uint8) * np.uint8(cause + 1)
    left, counts, removed = cut_lines(marked.buffer, marked.lines, code, len(CAUSES))
    noted = note_removed(marked.buffer, removed, CLEANER, CAUSES)
    return Taken(
        text_series(left).alias(taken.text.name),
        taken.counts + counts,
        pl.concat([taken.removed, noted]),
    )
