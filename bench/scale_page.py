"""docs/scale.md: what was measured, how it grows, and what a billion documents would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpuskit.dedup.limits import BYTES_PER_DOCUMENT, LEAST_ROOM_BYTES, MOST_ROOM_BYTES
from corpuskit.dedup.names import PART_MEMBERS
from corpuskit.engine.local import GIANT_BYTES
from corpuskit.kernels.shingles import GIANT_SHINGLES
from corpuskit.readers.contract import MAX_RECORD_BYTES

BILLION = 10**9
HOURS = 3600
MEMBER_BYTES = 110  # 44 of the frame; 66 were measured while 4 million are written
DROPPED_BYTES = 33  # doc_id 8, similarity 8, exact 1/8, the view of an id 16
GIANTS = 3
KINDS = ("short", "long", "equal", "giant")


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

    @property
    def corpus(self) -> tuple[str, int, int]:
        """What was measured: two rows of one corpus do not stand beside each other."""
        return self.kind, self.documents, self.text_bytes


def page(rows: Sequence[Row]) -> str:
    """Write the page; a corpus with one size has no growth, and no billion without short ones."""
    parts = [HEAD, _table(rows), _growth(rows), _giants(rows)]
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
{MOST_ROOM_BYTES // 10**6} MB. On top come the process itself (interpreter, kernels,
Polars), up to 2 × workers + 1 splits of 8 to 32 MB on their way, each with what is measured of it,
and the members of clusters: about {MEMBER_BYTES} bytes each while they get the users' ids, beside a
part of {PART_MEMBERS:,} of them or the largest cluster; and {DROPPED_BYTES} bytes and the user's
id for each that is dropped, while the shards are written. Everything else is on disk, in sorted
runs. A small corpus has fewer splits than may be on their way, so memory grows until there are as
many.

The corpus of equal documents is one line of text, so one cluster has all of them. That of giants is
three documents of 100 MB (one, a copy, and a near copy) among 2,000 short ones."""


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


def _giants(rows: Sequence[Row]) -> str:
    """Say what a byte of a giant's text takes, beyond the smallest short corpus."""
    short = next((row for row in rows if row.kind == "short"), None)
    lines = []
    for row in rows:
        if row.kind == "giant" and short is not None:
            giant = row.text_bytes / GIANTS
            beyond = row.peak_bytes - short.peak_bytes
            lines.append(
                f"- Three of {mb(giant)}: {mb(row.peak_bytes)}, which is {mb(beyond)} more than "
                f"{short.documents:,} short documents take: {beyond / giant:.1f} bytes for each "
                "byte of one giant's text."
            )
    return "\n".join([GIANTS_HEAD, *lines]) if lines else ""


GIANTS_HEAD = f"""## Giant documents

A document is never cut, so its tokens and its shingles are in memory at once. Splits of
{GIANT_BYTES / 1e6:,.0f} MB and more are worked on one at a time, while the other workers go on with
small ones before it; the result of one more waits to be written. Sets of over {GIANT_SHINGLES:,}
shingles are sorted where they lie, and compared from disk piece by piece. A record of more than
{MAX_RECORD_BYTES / 1e6:,.0f} MB is refused, counted as `record_too_long`, so a giant takes no more
than that many times the bytes below.
"""


def _billion(before: Row, after: Row) -> str:
    """Extrapolate by what a further document took between the two largest sizes."""
    seconds = more(before, after, "total_seconds")
    core_seconds = more(before, after, "cpu_seconds")
    work, result = more(before, after, "work_bytes"), more(before, after, "out_bytes")
    memory = more(before, after, "peak_bytes")
    dropped = (after.exact + after.near) / after.documents
    members = min(1.0, 2 * dropped)
    text = BILLION * after.text_bytes / after.documents
    arrays = BYTES_PER_DOCUMENT * BILLION + LEAST_ROOM_BYTES
    return f"""## What a billion documents cost

Computed, not measured: 1,000,000,000 short documents ({mb(text)} of text) by what each document
took between {before.documents:,} and {after.documents:,}, on the same machine with
{after.workers} workers.

- `--memory` must be {mb(arrays)} at least: 10⁹ × {BYTES_PER_DOCUMENT} B + {mb(LEAST_ROOM_BYTES)}.
- Memory for the members of clusters, of which there are at most {members:.2f} a document here
  (those that go, and one that stays for each): 10⁹ × {members:.2f} × {MEMBER_BYTES} B =
  {mb(BILLION * members * MEMBER_BYTES)}, after the arrays above have gone; while shards are
  written, 10⁹ × {dropped:.2f} × {DROPPED_BYTES} B = {mb(BILLION * dropped * DROPPED_BYTES)} for
  those that go, besides ids of more than 12 bytes.
- The peak of the process grew by {memory:,.1f} B a document between the two sizes. That growth is
  not carried on: it has buffers in it that are full at some size, and splits on their way.
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
