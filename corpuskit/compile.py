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
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import numba
import numpy as np
import polars as pl
from llvmlite.binding import get_host_cpu_name

from corpuskit import kernels
from corpuskit.cleaners import CLEANERS
from corpuskit.coverage import Texts, count
from corpuskit.coverage.spherical import clusters
from corpuskit.coverage.topics import of_language
from corpuskit.dedup import deduplicate
from corpuskit.dedup.marks import shingle_sets
from corpuskit.duplicate_settings import DuplicateSettings, parse_shingle
from corpuskit.features import FeatureGroup, Measured
from corpuskit.features.characters import CHARACTERS, SIZES
from corpuskit.features.groups import BY_LANGUAGE, OPTIONAL_GROUPS, TEXT_GROUPS
from corpuskit.features.language import language_group, load_model
from corpuskit.features.lines import LINES
from corpuskit.features.repetition import REPETITION
from corpuskit.features.words import WORDS
from corpuskit.kernels.byte_pairs import count_tokens
from corpuskit.kernels.digest import digest
from corpuskit.kernels.minhash import bands_of_minima, minhash_minima
from corpuskit.kernels.normalise import squeeze
from corpuskit.kernels.shingle_words import text_bands, text_shingles
from corpuskit.kernels.shingles import mix, sorted_sets
from corpuskit.kernels.tokenise import Tokens
from corpuskit.kernels.topic_words import number_words
from corpuskit.readers import ReadOptions, discover, read
from corpuskit.repeat_settings import RepeatSettings
from corpuskit.repeats import (
    HostMarks,
    Removal,
    find_host_lines,
    find_units,
    mark_hosts,
    mark_units,
    open_table,
)
from corpuskit.repeats.units import TABLE_COLUMNS
from corpuskit.splits import plan
from corpuskit.writers import write_text

TEXTS = ["One short text, 一篇短文。 One short text.\n\nOne short text.", "Another text. " * 20]


def tokens() -> None:
    """Compile the tokeniser and the counts of words."""
    WORDS.compute(Measured(pl.Series(TEXTS)))


def language() -> None:
    """Compile the language model."""
    language_group(load_model()).compute(Measured(pl.Series(TEXTS)))


def lines() -> None:
    """Compile lines and characters."""
    LINES.compute(Measured(pl.Series(TEXTS)))
    CHARACTERS.compute(Measured(pl.Series(TEXTS)))


def grams() -> None:
    """Compile what works on runs of tokens: repetition, and what coverage counts."""
    measured = Measured(pl.Series(TEXTS))
    measured.tokens = made_up_tokens(len(TEXTS))
    REPETITION.compute(measured)
    sizes = pl.DataFrame({"byte_count": measured.text.str.len_bytes()})
    count(Texts(measured, pl.DataFrame(), sizes, "a.jsonl"))


def byte_pairs() -> None:
    """Compile the tokenizer of models."""
    count_tokens(Measured(pl.Series(TEXTS)).buffer)


def topics() -> None:
    """Compile the clustering into topics."""
    tokens = made_up_tokens(2)
    words = number_words(tokens, np.arange(2))
    rows, known = of_language(words, np.ones(len(words.hash), np.int64), np.arange(2))
    clusters(rows, known, 2)


def marks() -> None:
    """Compile what makes shingles and bands of texts."""
    buffer = Measured(pl.Series(TEXTS)).buffer
    sorted_sets(*text_shingles(buffer))
    text_bands(buffer, bands=2, rows=2, seed=1)


def hashes() -> None:
    """Compile normalising, hashing and the reader of JSON lines."""
    digest(squeeze(Measured(pl.Series(TEXTS)).buffer)[0])
    _read("a.jsonl", '{"text": "a"}\nbroken\n{"text": "b"}\n')


def csv() -> None:
    """Compile the reader of CSV."""
    _read("a.csv", 'text,x\n"a",b\n')


def duplicates() -> None:
    """Compile the comparison of shingle sets; short, once the other sets are there."""
    story = " ".join(str(number) for number in range(100))  # two of them are near duplicates
    texts = pl.Series([story, story + " 100", TEXTS[0]])
    deduplicate(texts, pl.Series([0, 1, 2], dtype=pl.UInt64), DuplicateSettings())


def char_shingles() -> None:
    """Compile shingles of characters; those of words are `marks` of every run."""
    shingle_sets(Measured(pl.Series(TEXTS)), DuplicateSettings(shingle="chars:2"))


def index() -> None:
    """Compile what makes marks for an index, and bands of them."""
    minima = minhash_minima(np.array([0, 2]), np.array([1, 2], np.uint64), 4, seed=1)
    minima.setflags(write=False)  # as those that are read from an index
    bands_of_minima(minima, 2, 2)


def repeats() -> None:
    """Compile what finds and takes out repeated lines."""
    text, ids = pl.Series(["One line.\n" * 2, "One line.\nAnother."]), pl.Series([1, 2])
    ids = ids.cast(pl.UInt64)
    hosts = pl.Series(["a.org"] * 2)
    with tempfile.TemporaryDirectory(prefix="corpuskit-") as name:
        folder = Path(name)
        marks = HostMarks.of(folder, "a")
        settings = RepeatSettings("line", least_chars=1, per_host=True, host_pages=2)
        counts = mark_hosts(marks, text, ids, hosts)
        find_host_lines(folder / "hosts", [marks], counts, settings)
        frame = open_table(folder / "hosts", 1)
        for unit in ("line", "paragraph"):
            settings = RepeatSettings(unit, least_chars=1)
            rows = mark_units(folder / unit, text, ids, settings, equal_texts=True)
            find_units(folder / f"{unit}.table", [folder / unit], rows)
            table = open_table(folder / f"{unit}.table", TABLE_COLUMNS)
            Removal(settings, True, table, frame).take_out(text, ids, hosts)


def group_alone(group: FeatureGroup) -> None:
    """Compile one feature group, with what it has for Chinese alone."""
    measured = Measured(pl.Series(TEXTS))
    measured.language = pl.Series(["zh", "en"])
    _ = measured.tokens  # else a group that cuts lines first would not keep them
    group.compute(measured)


def cleaner_alone(name: str) -> None:
    """Compile one line cleaner, and what keeps the tokens of a page that it has cut."""
    measured = Measured(pl.Series(TEXTS), [name])
    _ = measured.tokens  # else those of what is left would be cut anew
    _ = measured.left.tokens


# Each set of every run with the seconds that it takes, the longest first. Without coverage, a run
# needs `BARE_SETS`, and those of the groups that it measures.
SETS: dict[str, tuple[Callable[[], None], float]] = {
    "marks": (marks, 6.0),
    "language": (language, 5.0),
    "lines": (lines, 5.0),
    "tokens": (tokens, 4.8),
    "hashes": (hashes, 4.1),
    "byte_pairs": (byte_pairs, 3.5),
    "grams": (grams, 3.0),
    "topics": (topics, 3.0),
    "csv": (csv, 2.7),
}


BARE_SETS = ("marks", "hashes", "csv")
_IN_SETS = {
    "characters": "lines", "lines": "lines", "words": "tokens", "repetition": "grams",
    "language": "language",
}  # fmt: skip
MORE: dict[str, tuple[Callable[[], None], float]] = {
    **{
        group.name: (partial(group_alone, group), 3.0)
        for group in (*TEXT_GROUPS, *BY_LANGUAGE, *OPTIONAL_GROUPS)
        if group.name not in _IN_SETS
    },
    **{
        f"cleaner.{name}": (partial(cleaner_alone, name), 3.0)
        for name, cleaner in CLEANERS.items()
        if cleaner.cut is not None
    },
    "shingles.chars": (char_shingles, 1.5),
    "index": (index, 1.5),
    "repeats": (repeats, 4.0),
}
"""What only some runs need: feature groups and line cleaners, not groups of other packages; and
shingles of characters, indexes, repeated lines."""


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
    own = {_IN_SETS[group.name] for group in groups if group.name in _IN_SETS and group != SIZES}
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


def made_up_tokens(documents: int) -> Tokens:
    """Make tokens of the right types: twenty different ones for each document."""
    count = 20 * documents
    numbers = np.arange(count)
    return Tokens(
        np.arange(documents + 1) * 20,
        np.zeros(count, np.int32),
        np.ones(count, np.int32),
        np.ones(count, np.int32),
        numbers.astype(np.uint64),
        numbers.astype(np.uint64),
        np.ones(count, np.uint8),
    )


def _read(name: str, content: str) -> None:
    with tempfile.TemporaryDirectory(prefix="corpuskit-") as folder:
        write_text(Path(folder) / name, content)
        for number, source in enumerate(discover([folder], ReadOptions())):
            for split in plan(number, source, ReadOptions()):
                read(split, ReadOptions())


if __name__ == "__main__":
    with without_garbage_collection():
        for each in sys.argv[1:]:
            _build(each)
