"""What the search for duplicates may take: memory, and the disk that it needs before it starts.

Memory is a fixed number of bytes for each document and a working room for sorting and comparing,
which shares what is left. On top come what a process takes anyway (interpreter, kernels, Polars),
the splits that are worked on, a giant document (docs/scale.md has the bytes for each of its own),
and the members of clusters, about 110 bytes each while they get the users' ids.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from corpuskit.errors import RunError

MEGABYTE = 10**6
LEAST_MEMORY_BYTES = 256 * MEGABYTE
BYTES_PER_DOCUMENT = 25
"""At the most, which is while the places of shingle sets are read, if all are candidates: kept 1,
wanted ids 8, their ranks 4, starts 8 and sizes 4 of their sets."""
LEAST_ROOM_BYTES = 64 * MEGABYTE
MOST_ROOM_BYTES = 1000 * MEGABYTE  # a larger one makes nothing faster
MOST_DOCUMENTS = 1 << 32  # ranks are numbers of 32 bits

CANDIDATES_SHARE = 0.25
"""Documents of which the shingles are expected on disk; the true number is checked later."""
RECORD_BYTES = 40  # of a document besides its bands: doc_id, priority, digest twice, rank
PAIR_BYTES = 32  # a pair in runs, merged, and as an edge
PAIRS_PER_CANDIDATE = 8
SHINGLE_BYTES = 8
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True)
class Limits:
    """What a search may take; nothing here changes what it finds.

    memory_bytes : for its arrays and buffers; half of the machine's where nothing is said.
    mean_shingles : of a document, as far as is known; for the estimate of the disk alone.
    """

    memory_bytes: int
    mean_shingles: float = 0.0

    def room_bytes(self, documents: int) -> int:
        """Return the room for sorting and comparing, beside what every document takes.

        Raises
        ------
        RunError
            If there is too little.
        """
        if documents >= MOST_DOCUMENTS:
            raise RunError(
                f"duplicates: {documents:,} documents, and one search takes fewer than "
                f"{MOST_DOCUMENTS:,}; split the corpus"
            )
        needed = documents * BYTES_PER_DOCUMENT + LEAST_ROOM_BYTES
        if needed > self.memory_bytes:
            raise RunError(
                f"--memory {megabytes(self.memory_bytes)}: the search for duplicates among "
                f"{documents:,} documents needs {megabytes(needed)} ({BYTES_PER_DOCUMENT} bytes "
                f"each and {megabytes(LEAST_ROOM_BYTES)} to sort in); give it --memory "
                f"{megabytes(needed)} or more"
            )
        left = self.memory_bytes - documents * BYTES_PER_DOCUMENT
        return min(left, MOST_ROOM_BYTES)

    def check_disk(self, documents: int, bands: int, folder: Path) -> None:
        """Check that there is enough disk to begin with; see `disk_bytes`.

        Raises
        ------
        RunError
            Naming what is needed, and where.
        """
        needed = disk_bytes(documents, bands, self.mean_shingles)
        _check_free(folder, needed, f"the search for duplicates among {documents:,} documents")

    def check_store(self, candidates: int, folder: Path) -> None:
        """Check that the shingles of so many documents have room.

        Raises
        ------
        RunError
            Naming what is needed, and where.
        """
        needed = int(candidates * self.mean_shingles * SHINGLE_BYTES)
        _check_free(folder, needed, f"comparing {candidates:,} candidates for duplicates")


def disk_bytes(documents: int, bands: int, mean_shingles: float) -> int:
    """Estimate the disk that a search takes at its peak.

    The marks of all documents are there throughout; the shingles and the pairs are those of
    `CANDIDATES_SHARE` of them.

    Examples
    --------
    >>> disk_bytes(1_000_000, bands=20, mean_shingles=200)
    664000000
    """
    marks = RECORD_BYTES + 8 * bands
    candidate = SHINGLE_BYTES * mean_shingles + PAIR_BYTES * PAIRS_PER_CANDIDATE
    return int(documents * (marks + (CANDIDATES_SHARE * candidate if bands else 0)))


def half_of_memory() -> int:
    """Return half of the memory that this process may use, in bytes."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # there is no such file, or it says "max"
        machine = min(machine, int(CGROUP_LIMIT.read_text()))
    return max(LEAST_MEMORY_BYTES, machine // 2)


def megabytes(count: float) -> str:
    """Write a number of bytes as ``--memory`` takes it, rounded up.

    Examples
    --------
    >>> megabytes(313_000_001)
    '314MB'
    """
    return f"{-int(-count // MEGABYTE)}MB"


def _check_free(folder: Path, needed: int, what: str) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise RunError(
            f"{folder}: {what} needs about {megabytes(needed)} of disk there, and "
            f"{megabytes(free)} are free; make room, or choose an --out on another disk"
        )
