"""Repeated lines on real pages: how fast they are found and taken out, and how much goes.

    python -m bench.repeated_lines [CORPUS]

The text is in memory, one thread; megabytes are of UTF-8, seconds those that the thread ran. So
reading, the other cleaners and measuring are not in these numbers.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from corpuskit.coverage.hosts import host_column
from corpuskit.kernels.arrow import text_buffer
from corpuskit.kernels.line_marks import mark_lines
from corpuskit.kernels.normalise import squeeze
from corpuskit.repeat_settings import RepeatSettings
from corpuskit.repeats import (
    CAUSES,
    HostMarks,
    Removal,
    find_host_lines,
    find_units,
    mark_hosts,
    mark_units,
    open_table,
)
from corpuskit.repeats.units import TABLE_COLUMNS

ROWS = 2_000


def seconds(work: Callable[[], object], repeats: int = 1) -> float:
    """Return the least seconds that this thread worked."""
    taken = []
    for _ in range(repeats):
        begun = time.thread_time()
        work()
        taken.append(time.thread_time() - begun)
    return min(taken)


def batches(frame: pl.DataFrame) -> Iterator[tuple[pl.Series, pl.Series, pl.Series]]:
    """Yield text, doc_id and host of some rows after the other."""
    for start in range(0, frame.height, ROWS):
        part = frame[start : start + ROWS]
        hosts = host_column(part)
        assert hosts is not None
        yield part["text"], part["doc_id"], hosts


def search(frame: pl.DataFrame, settings: RepeatSettings, folder: Path) -> Removal:
    """Find what repeats, as a run does."""
    folder.mkdir()
    removal = Removal(settings, equal_texts=True)
    if settings.per_host:
        marks, rows = [], [0, 0]
        for number, batch in enumerate(batches(frame)):
            marks.append(HostMarks.of(folder, str(number)))
            rows = [a + b for a, b in zip(rows, mark_hosts(marks[-1], *batch), strict=True)]
        find_host_lines(folder / "hosts", marks, (rows[0], rows[1]), settings)
        removal = Removal(settings, True, hosts=open_table(folder / "hosts", 1))
    if settings.unit != "document":
        paths, total = [], 0
        for number, (text, doc_id, hosts) in enumerate(batches(frame)):
            left = removal.take_out(text, doc_id, hosts).text
            paths.append(folder / f"{number}.npy")
            total += mark_units(paths[-1], left, doc_id, settings, equal_texts=True)
        find_units(folder / "units", paths, total)
        units = open_table(folder / "units", TABLE_COLUMNS)
        removal = Removal(settings, True, units, removal.hosts)
    return removal


def main() -> None:
    """Print a table."""
    corpus = sys.argv[1] if len(sys.argv) > 1 else "../shared/data/web.parquet"
    frame = pl.read_parquet(corpus).with_columns(pl.int_range(pl.len(), dtype=pl.UInt64)
                                                 .alias("doc_id"))  # fmt: skip
    text, buffer = frame["text"], text_buffer(frame["text"])
    size, chars = text.str.len_bytes().sum() / 1e6, text.str.len_chars().sum()
    print(f"{corpus}: {frame.height} documents, {size:.1f} MB, {chars} characters")
    for name, work in (("squeeze", lambda: squeeze(buffer)), ("mark", lambda: mark_lines(buffer))):
        work()
        print(f"{name:<12} {size / seconds(work, 3):.0f} MB/s")
    choices = {
        "line": RepeatSettings(),
        "line, within documents too": RepeatSettings(within_documents=True),
        "paragraph": RepeatSettings(unit="paragraph"),
        "per host": RepeatSettings(unit="document", per_host=True),
        "per host, then line": RepeatSettings(per_host=True),
    }
    for name, settings in choices.items():
        with tempfile.TemporaryDirectory(prefix="corpuskit-") as scratch:
            show(frame, name, settings, Path(scratch) / "search")


def show(frame: pl.DataFrame, name: str, settings: RepeatSettings, folder: Path) -> None:
    """Print what one choice costs and takes out; of lines, a few of them as well."""
    size = frame["text"].str.len_bytes().sum() / 1e6
    chars = int(frame["text"].str.len_chars().sum())
    begun = time.thread_time()
    removal = search(frame, settings, folder)
    found = time.thread_time()
    taken = [removal.take_out(*batch) for batch in batches(frame)]
    done = time.thread_time()
    counts = sum(each.counts.sum(axis=0) for each in taken)
    left = sum(int(each.text.str.len_chars().sum()) for each in taken)
    gone = int(counts[len(CAUSES) :].sum())
    assert left + gone == chars
    print(
        f"{name:<28} find {size / (found - begun):.0f} MB/s, take out {size / (done - found):.0f} "
        f"MB/s; {counts[: len(CAUSES)].sum()} lines, {gone} characters ({gone / chars:.2%})"
    )
    if name == "line":
        removed = pl.concat(each.removed for each in taken)["text"]
        with pl.Config(fmt_str_lengths=100, tbl_rows=40):
            print(removed.value_counts(sort=True).head(12), removed.sample(30, seed=4))


if __name__ == "__main__":
    main()
