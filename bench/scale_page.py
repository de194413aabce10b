"""docs/scale.md: what was measured, how it grows, and what a billion documents would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpuskit.dedup.limits import BYTES_PER_DOCUMENT, LEAST_ROOM_BYTES, MOST_ROOM_BYTES

BILLION = 10**9
HOURS = 3600


@dataclass(frozen=True)
class Row:
    """What one run took."""

    kind: str
    documents: int
    text_bytes: int
    memory_bytes: int  # as --memory says
    workers: int
    peak_bytes: int
    work_bytes: int  # peak of .work, where the search and receipts are
    out_bytes: int  # kept, dropped, scores, duplicates
    score_seconds: float
    deduplicate_seconds: float
    write_seconds: float
    total_seconds: float
    cpu_seconds: float  # of all threads; what others do on the machine hardly changes it
    exact: int
    near: int
    candidate_pairs: int


def page(rows: Sequence[Row]) -> str:
    """Write the page; a corpus with one size has no growth, and no billion without short ones."""
    parts = [HEAD, _table(rows), _growth(rows)]
    short = [row for row in rows if row.kind == "short"]
    if len(short) > 1:
        parts.append(_billion(short[-2], short[-1]))
    return "\n\n".join(part for part in parts if part) + "\n"


HEAD = f"""<!-- made by python -m bench.scale -->

# Deduplication at scale

`corpuskit dedup` on made corpora: short documents of about 1 kB, long ones of 525 kB; one
document in ten repeats an earlier one word for word, one in ten nearly (every fortieth word
replaced, Jaccard 0.78). Memory is the proportional set size of the process, sampled five times a
second; it counts the pages of mapped files. `.work` is the folder of the search, of the shingles
and of the receipts.

In memory stay {BYTES_PER_DOCUMENT} bytes for each document at the most, and a room for sorting and
comparing: what `--memory` leaves, between {LEAST_ROOM_BYTES // 10**6} MB and
{MOST_ROOM_BYTES // 10**6} MB. The process itself (interpreter, kernels, Polars, a few splits for
each worker), and the table of the duplicates at the end, come on top. Everything else is on disk,
in sorted runs."""


def _table(rows: Sequence[Row]) -> str:
    head = (
        "| documents | text | --memory | workers | peak memory | peak .work | result | "
        "score s | dedup s | write s | total s | CPU s | MB/s | exact | near | candidate pairs |"
    )
    lines = [
        f"| {row.documents:,} {row.kind} | {mb(row.text_bytes)} | {mb(row.memory_bytes)} | "
        f"{row.workers} | {mb(row.peak_bytes)} | {mb(row.work_bytes)} | {mb(row.out_bytes)} | "
        f"{row.score_seconds:,.1f} | {row.deduplicate_seconds:,.1f} | "
        f"{row.write_seconds:,.1f} | {row.total_seconds:,.1f} | {row.cpu_seconds:,.1f} | "
        f"{row.text_bytes / row.total_seconds / 1e6:,.1f} | {row.exact:,} | {row.near:,} | "
        f"{row.candidate_pairs:,} |"
        for row in rows
    ]
    return "\n".join([head, "|---:" * 16 + "|", *lines])


def _growth(rows: Sequence[Row]) -> str:
    lines = [
        "## Growth",
        "",
        "From one size to the next of a corpus: time in proportion is a ratio like that of the "
        "documents; memory and disk are what each further document takes.",
        "",
        "| documents | × documents | × total s | × CPU s | × dedup s | memory bytes a document | "
        ".work bytes a document | result bytes a document |",
        "|---:" * 8 + "|",
    ]
    for before, after in pairwise(rows):
        if before.kind == after.kind:
            lines.append(
                f"| {before.documents:,} → {after.documents:,} {after.kind} | "
                f"{after.documents / before.documents:.1f} | "
                f"{after.total_seconds / before.total_seconds:.1f} | "
                f"{after.cpu_seconds / before.cpu_seconds:.1f} | "
                f"{after.deduplicate_seconds / before.deduplicate_seconds:.1f} | "
                f"{more(before, after, 'peak_bytes'):,.0f} | "
                f"{more(before, after, 'work_bytes'):,.0f} | "
                f"{more(before, after, 'out_bytes'):,.0f} |"
            )
    return "\n".join(lines) if len(lines) > 6 else ""


def _billion(before: Row, after: Row) -> str:
    """Extrapolate by what a further document took between the two largest sizes."""
    seconds = more(before, after, "total_seconds")
    core_seconds = more(before, after, "cpu_seconds")
    work, result = more(before, after, "work_bytes"), more(before, after, "out_bytes")
    memory = more(before, after, "peak_bytes")
    text = BILLION * after.text_bytes / after.documents
    arrays = BYTES_PER_DOCUMENT * BILLION + LEAST_ROOM_BYTES
    return f"""## What a billion documents cost

Computed, not measured: 1,000,000,000 short documents ({mb(text)} of text) by what each document
took between {before.documents:,} and {after.documents:,}, on the same machine with
{after.workers} workers.

- `--memory` must be {mb(arrays)} at least: 10⁹ × {BYTES_PER_DOCUMENT} B + {mb(LEAST_ROOM_BYTES)}.
- Peak memory of the process by its growth: 10⁹ × {memory:,.1f} B = {mb(BILLION * memory)},
  on top of the {mb(before.peak_bytes)} of {before.documents:,} documents. The growth has the
  buffers in it that are full at some size and grow no further, and the table of duplicates, which
  does grow.
- Disk for the search: 10⁹ × {work:,.0f} B = {mb(BILLION * work)}; for the result, 10⁹ ×
  {result:,.0f} B = {mb(BILLION * result)}.
- Time: 10⁹ × {seconds * 1e6:,.0f} µs = {BILLION * seconds / HOURS:,.0f} hours, of
  {BILLION * core_seconds / HOURS:,.0f} core hours (10⁹ × {core_seconds * 1e6:,.0f} µs).
- One search takes fewer than 2³² = 4,294,967,296 documents."""


def more(before: Row, after: Row, name: str) -> float:
    """Say what each further document took of something."""
    grown = getattr(after, name) - getattr(before, name)
    return float(grown / (after.documents - before.documents))


def mb(count: float) -> str:
    """Write bytes in MB, or in GB from ten of them."""
    return f"{count / 1e9:,.1f} GB" if count >= 10**10 else f"{count / 1e6:,.0f} MB"
