"""Lines of a site's frame: those that stand on many of the different pages of one host.

Pages of one host with the same normalised lines are one page, so a page that is served under
many addresses is no frame; of each, the one with the smallest doc_id counts. A line counts once a
page. Bounds on its length there are none: "Home" is the point.

A split has two files: its pages (page, host, doc_id; 24 bytes) and their lines (host and line,
host, doc_id; 24 bytes for each different line of a page).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.kernels.arrow import text_buffer
from corpuskit.kernels.line_marks import BARE, hash_pages, mark_lines
from corpuskit.repeat_settings import RepeatSettings
from corpuskit.repeats.marked import Marked, mark
from corpuskit.repeats.table import Words, ranges, write_rows, write_table

_FACTOR = np.uint64(0xD6E8FEB86659FD93)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
NO_HOST, _LEAST = np.uint64(0), np.uint64(1)


@dataclass(frozen=True)
class HostMarks:
    """The files of one split, and the rows that they have."""

    pages: Path
    lines: Path

    @classmethod
    def of(cls, folder: Path, name: str) -> HostMarks:
        """Name the files of a split."""
        return cls(folder / f"{name}.pages.npy", folder / f"{name}.lines.npy")


def hash_hosts(hosts: pl.Series) -> Words:
    """Hash the names of hosts: uint64 (n,), 0 where there is none."""
    named = mark_lines(text_buffer(hosts.fill_null(""))).texts
    names: Words = np.maximum(named, _LEAST)
    names[hosts.is_null().to_numpy()] = NO_HOST
    return names


def host_lines(marked: Marked, host: Words) -> Words:
    """Hash every line together with its host: uint64 (m,), 0 for what is not looked at."""
    lines = marked.lines
    of_line = np.repeat(host, np.diff(lines.offsets))
    looked_at = (lines.hashes > BARE) & (of_line != NO_HOST)
    pairs: Words = np.maximum(mix_all(of_line * _FACTOR + lines.hashes), _LEAST)
    pairs[~looked_at] = 0
    return pairs


def mark_hosts(
    files: HostMarks, text: pl.Series, doc_id: pl.Series, hosts: pl.Series
) -> tuple[int, int]:
    """Write the pages and lines of a split; return how many rows each file has."""
    marked, host = mark(text), hash_hosts(hosts)
    ids = doc_id.to_numpy()
    page = mix_all(host * _FACTOR + hash_pages(marked.lines))
    rows = np.flatnonzero(host != NO_HOST)
    rows = rows[np.lexsort((ids[rows], page[rows]))]
    rows = rows[np.r_[True, page[rows][1:] != page[rows][:-1]][: len(rows)]]
    pages = write_rows(files.pages, (page[rows], host[rows], ids[rows]))
    first = np.zeros(len(ids), np.bool_)
    first[rows] = True
    counts = np.diff(marked.lines.offsets)
    pairs = host_lines(marked, np.where(first, host, NO_HOST))
    columns = [column[pairs > 0] for column in (pairs, np.repeat(host, counts),
                                                np.repeat(ids, counts))]  # fmt: skip
    order = np.lexsort((columns[2], columns[0]))
    pairs, of_host, of_page = (column[order] for column in columns)
    new = np.r_[True, (pairs[1:] != pairs[:-1]) | (of_page[1:] != of_page[:-1])][: len(pairs)]
    return pages, write_rows(files.lines, (pairs[new], of_host[new], of_page[new]))


def find_host_lines(
    stem: Path, parts: Sequence[HostMarks], rows: tuple[int, int], settings: RepeatSettings
) -> int:
    """Merge the files of all splits into the table of the lines that frame the pages of a host.

    Parameters
    ----------
    stem : of the table's files.
    rows : of all files of pages, and of all files of lines.

    Returns
    -------
    how many (host, line) there are.
    """
    counted = _count_pages([part.pages for part in parts], rows[0], settings.host_pages)
    least = np.ceil(counted.pages * settings.host_share - 1e-9).astype(np.int64)
    least = np.maximum(least, settings.host_pages)
    return write_table(stem, 1, _frames([part.lines for part in parts], rows[1], counted, least))


@dataclass(frozen=True)
class _Counted:
    """Hosts with enough different pages, ascending, how many each has, and the copies (doc_id)."""

    hosts: Words
    pages: npt.NDArray[np.int64]
    copies: Words


def _count_pages(parts: Sequence[Path], rows: int, enough: int) -> _Counted:
    hosts, counts = np.empty(0, np.uint64), np.empty(0, np.int64)
    copies = [np.empty(0, np.uint64)]
    for found in ranges(parts, rows):
        page, host, doc_id = np.concatenate(found, axis=1)
        order = np.lexsort((doc_id, page))
        page, host, doc_id = page[order], host[order], doc_id[order]
        first = np.r_[True, page[1:] != page[:-1]]
        copies.append(doc_id[~first])
        named, times = np.unique(host[first], return_counts=True)
        hosts, counts = _add_up([hosts, named], [counts, times])
    many = counts >= enough
    return _Counted(hosts[many], counts[many], np.sort(np.concatenate(copies)))


def _frames(
    parts: Sequence[Path], rows: int, counted: _Counted, least: npt.NDArray[np.int64]
) -> Iterator[list[Words]]:
    for found in ranges(parts, rows):
        lines, counts, of_line = [], [], []
        for pairs, host, doc_id in found:
            looked_at = _within(counted.hosts, host) & ~_within(counted.copies, doc_id)
            line, first, times = np.unique(pairs[looked_at], return_index=True, return_counts=True)
            lines.append(line)
            counts.append(times)
            of_line.append(host[looked_at][first])
        line, count = _add_up(lines, counts)
        joined, first = np.unique(np.concatenate(lines), return_index=True)
        place = np.searchsorted(counted.hosts, np.concatenate(of_line)[first])
        yield [line[count >= least[place]]] if len(joined) else [line]


def _add_up(
    names: Sequence[Words], counts: Sequence[npt.NDArray[np.int64]]
) -> tuple[Words, npt.NDArray[np.int64]]:
    """Add up counts by name: names ascending, and their sums."""
    joined, place = np.unique(np.concatenate(names), return_inverse=True)
    sums = np.zeros(len(joined), np.int64)
    np.add.at(sums, place, np.concatenate(counts))
    return joined, sums


def _within(known: Words, wanted: Words) -> npt.NDArray[np.bool_]:
    """Say which of the wanted are among the known, which ascend."""
    if not len(known):
        return np.zeros(len(wanted), np.bool_)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    same: npt.NDArray[np.bool_] = known[place] == wanted
    return same


def mix_all(values: Words) -> Words:
    """Spread every bit over all bits (splitmix64's finaliser)."""
    values = (values ^ (values >> np.uint64(30))) * _MIX_1
    values = (values ^ (values >> np.uint64(27))) * _MIX_2
    mixed: Words = values ^ (values >> np.uint64(31))
    return mixed
