"""Compile the kernels, once per machine: side by side in processes, then from the cache.

numba compiles one function at a time in a process. So what is not in the cache yet is dealt out, in
sets, to as many processes as there are cores, this one among them; what they leave in the cache is
then loaded here. ``python -m corpuskit.compile tokens lines`` is such a process. First come the
kernels of every run, a set of which makes its own tokens so as not to wait for the tokeniser; then
those of single feature groups and line cleaners, which need the tokeniser.

Whether a set is there is told by a file that is left beside the cache when it has been compiled. It
names the versions and the kernels' files that it was compiled from: asking takes a millisecond.
"""

from __future__ import annotations

import gc
import hashlib
import platform
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numba
import numpy as np
from llvmlite.binding import get_host_cpu_name

from corpuskit import kernels
from corpuskit.duplicate_settings import DuplicateSettings, parse_shingle
from corpuskit.features import FeatureGroup
from corpuskit.features.characters import SIZES
from corpuskit.kernel_sets import BARE_SETS, IN_SETS, MORE, SETS, duplicates
from corpuskit.kernels.shingles import mix
from corpuskit.writers import write_text


def compile_kernels(
    cores: int,
    formats: Collection[str],
    say: Callable[[str], None],
    groups: Sequence[FeatureGroup] = (),
    cleaners: Sequence[str] = (),
    coverage: bool = True,
    others: Sequence[str] = (),
) -> None:
    """Have the kernels compiled that a run needs; `say` is called when that takes a while.

    Parameters
    ----------
    formats : of the sources; kernels for CSV are left out where there is none.
    groups, cleaners : what the run measures and cleans with, beside what every run has.
    coverage : the run measures coverage.
    others : what `beside` names.
    """
    own = {IN_SETS[group.name] for group in groups if group.name in IN_SETS and group != SIZES}
    needed = SETS if coverage else {*BARE_SETS, *own}
    names = [name for name in SETS if name in needed and (name != "csv" or "csv" in formats)]
    wanted = {*(group.name for group in groups), *(f"cleaner.{name}" for name in cleaners), *others}
    more = [name for name in MORE if name in wanted]
    new = missing([*names, *more])
    if not new:
        return
    say(told(new))
    with without_garbage_collection():
        for wave in (names, more):
            side_by_side([name for name in wave if name in new], cores)
        if not set(new).isdisjoint(names):
            duplicates()
    remember(new)


def beside(settings: DuplicateSettings | None, repeats: bool, index: bool) -> list[str]:
    """Name the sets that a run needs for its duplicates and repeated lines, beside every run's.

    Parameters
    ----------
    index : one is written, or asked.

    Examples
    --------
    >>> beside(DuplicateSettings(shingle="chars:9"), repeats=True, index=False)
    ['shingles.chars', 'repeats']
    """
    chars = settings is not None and parse_shingle(settings.shingle).kind == "chars"
    needs = {"shingles.chars": chars, "index": index, "repeats": repeats}
    return [name for name, needed in needs.items() if needed]


def told(new: Sequence[str]) -> str:
    """Say what is compiled: all of it, or the sets by name.

    Examples
    --------
    >>> told(["gopher", "cleaner.c4"])
    'compiling kernels of gopher, cleaner.c4, once …'
    """
    if set(SETS) - {"csv"} <= set(new):
        return "compiling kernels, once …"
    return f"compiling kernels of {', '.join(new)}, once …"


def side_by_side(names: Sequence[str], cores: int) -> None:
    """Compile sets in processes, then load them all here."""
    if not names:
        return
    own, *others = deal(names, cores)
    command = [sys.executable, "-m", "corpuskit.compile"]
    running = [subprocess.Popen([*command, *share], stderr=subprocess.DEVNULL) for share in others]
    for name in own:
        _build(name)
    for process in running:
        process.wait()
    for name in names:
        _build(name)


def _build(name: str) -> None:
    compile_set, _ = (SETS | MORE)[name]
    compile_set()


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Switch the collector off: it takes a quarter of the time that numba needs to compile."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def deal(names: Sequence[str], hands: int) -> list[list[str]]:
    """Deal sets out, the longest first, each to the hand with the least so far.

    Examples
    --------
    >>> deal(["grams", "language", "lines"], 2)
    [['grams'], ['language', 'lines']]
    """
    shares: list[list[str]] = [[] for _ in range(max(1, min(hands, len(names))))]
    for name in names:
        min(shares, key=lambda share: sum((SETS | MORE)[each][1] for each in share)).append(name)
    return shares


def missing(names: Sequence[str]) -> list[str]:
    """Return the sets that no earlier process has left compiled, as their kernels are today."""
    stamp = _stamp()
    return [name for name in names if not _bears(_mark(name), stamp)]


def remember(names: Sequence[str]) -> None:
    """Note that these sets are in the cache."""
    stamp = _stamp()
    with suppress(OSError):  # a cache that cannot be written to is numba's to complain about
        for name in names:
            write_text(_mark(name), stamp)


def _mark(name: str) -> Path:
    return Path(mix.stats.cache_path) / f"corpuskit.{name}.compiled"


def _bears(mark: Path, stamp: str) -> bool:
    return mark.exists() and mark.read_text("utf-8") == stamp


def _stamp() -> str:
    """Digest what compiled kernels depend on: versions, processor, the files as numba sees them."""
    digest = hashlib.sha256()
    versions = numba.__version__, np.__version__, platform.python_version(), get_host_cpu_name()
    digest.update(repr(versions).encode())
    for path in sorted(Path(kernels.__path__[0]).glob("*.py")):
        status = path.stat()
        digest.update(repr((path.name, status.st_mtime_ns, status.st_size)).encode())
    return digest.hexdigest()


if __name__ == "__main__":
    with without_garbage_collection():
        for each in sys.argv[1:]:
            _build(each)
