"""From what the user named to the sources of a run: files, folders, globs, datasets.

A source's key is its path below the input that it was found in, so a corpus that moves to
another folder keeps its document ids.
"""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from corpuskit.errors import DataError
from corpuskit.readers.contract import ReadOptions, Source

FORMATS = {
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonlines": "jsonl",
    ".json-lines": "jsonl",
    ".csv": "csv",
    ".txt": "text",
}
COMPRESSIONS = {".gz": "gz", ".zst": "zst"}
KNOWN = ".parquet, .jsonl, .ndjson, .csv, .txt (all but .parquet also with .gz or .zst)"
TEXTS_KEY = "*.txt"
"""The key of all text files of one input, in file mode."""

_NOT_DATA = re.compile(
    r"(readme|licen[cs]e|notice|copying|authors|changelog|requirements)\b", re.IGNORECASE
)
_DATASET_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")
_GZIP_GROWTH, _ZST_GROWTH = 1 << 11, 1 << 16  # more than either format can compress


@dataclass(frozen=True)
class _Found:
    """A file, or one split of a dataset, before it has a final key."""

    input: int
    key: str
    path: Path
    format: str
    compression: str = ""
    bytes: int = 0
    dataset_split: str = ""
    members: tuple[str, ...] = ()


def discover(inputs: Sequence[str], options: ReadOptions) -> list[Source]:
    """Find the sources of a run.

    Parameters
    ----------
    inputs : sequence of str
        Files, folders (searched recursively; hidden files, READMEs and the like are ignored),
        globs, folders made by `datasets`' save_to_disk, names of datasets. A file that is named
        twice is read once.
    options : ReadOptions

    Returns
    -------
    list of Source
        Sorted by key. Their spans of document places are disjoint.

    Raises
    ------
    DataError
        If an input does not exist, cannot be read, is of an unknown kind, or has no data in it.
    """
    seen: set[tuple[str, str]] = set()
    found: list[_Found] = []
    for number, name in enumerate(inputs, 1):
        items = [
            item
            for item in _expand(str(name), number)
            if (os.path.realpath(item.path), item.dataset_split) not in seen
        ]
        seen.update((os.path.realpath(item.path), item.dataset_split) for item in items)
        found.extend(_group_texts(items) if options.text_mode == "file" else items)
    if not found:
        raise DataError(f"no input: name files, folders or globs of {KNOWN}")
    return _with_bases(sorted(_with_keys(found), key=lambda item: item.key))


def _expand(name: str, number: int) -> Iterator[_Found]:
    path = Path(name)
    if path.is_dir():
        yield from _folder(path, number)
    elif path.exists():
        yield _file(path, path.parent, number)
    elif glob.has_magic(name):
        yield from _glob(name, number)
    elif _DATASET_NAME.fullmatch(name) and not _kind(path.name):
        yield from _dataset(name, number)
    else:
        raise DataError(f"{name}: no such file or folder; check the path")


def _folder(path: Path, number: int) -> Iterator[_Found]:
    from corpuskit.readers.dataset import is_saved_dataset

    if is_saved_dataset(path):
        yield from _dataset(str(path), number)
        return
    files = sorted(_walk(path))
    if not files:
        raise DataError(f"{path}: no input in this folder; files are known by {KNOWN}")
    for file in files:
        yield _file(file, path, number)


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            if not name.startswith(".") and _kind(name) and not _NOT_DATA.match(name):
                yield Path(root) / name


def _glob(pattern: str, number: int) -> Iterator[_Found]:
    fixed = Path(*_before_magic(Path(pattern).parts))
    matched = [Path(match) for match in sorted(glob.glob(pattern, recursive=True))]
    files = {file for match in matched if match.is_dir() for file in _walk(match)}
    files.update(match for match in matched if match.is_file() and _kind(match.name))
    if not files:
        raise DataError(f"{pattern}: no input matched; files are known by {KNOWN}")
    for file in sorted(files):
        yield _file(file, fixed, number)


def _before_magic(parts: Sequence[str]) -> Iterator[str]:
    for part in parts:
        if glob.has_magic(part):
            return
        yield part


def _file(path: Path, base: Path, number: int) -> _Found:
    kind = _kind(path.name)
    if kind is None:
        raise DataError(f"{path}: unknown kind of file; files are known by {KNOWN}")
    try:
        with path.open("rb"):
            size = path.stat().st_size
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror}); check its permissions"
        ) from error
    return _Found(number, path.relative_to(base).as_posix(), path, *kind, bytes=size)


def _kind(name: str) -> tuple[str, str] | None:
    """Format and compression of a file by its name; None for an unknown one."""
    stem, suffix = os.path.splitext(name.lower())
    compression = COMPRESSIONS.get(suffix, "")
    if compression:
        suffix = os.path.splitext(stem)[1]
    format = FORMATS.get(suffix)
    if format is None or (compression and format == "parquet"):
        return None
    return format, compression


def _dataset(name: str, number: int) -> Iterator[_Found]:
    from corpuskit.readers.dataset import open_dataset

    for split, rows in open_dataset(name).items():
        key = f"{Path(name).name}/{split}" if split else Path(name).name
        size = int(rows.data.nbytes)
        yield _Found(number, key, Path(name), "dataset", bytes=size, dataset_split=split)


def _group_texts(items: Sequence[_Found]) -> Iterator[_Found]:
    """Make one source of all text files of an input."""
    texts = [item for item in items if item.format == "text"]
    yield from (item for item in items if item.format != "text")
    if not texts:
        return
    base = Path(os.path.commonpath([item.path.parent for item in texts]))
    members = tuple(sorted(item.path.relative_to(base).as_posix() for item in texts))
    key = texts[0].key if len(texts) == 1 else TEXTS_KEY
    total = sum(item.bytes for item in texts)
    yield replace(texts[0], key=key, path=base, compression="", bytes=total, members=members)


def _with_keys(found: Sequence[_Found]) -> Iterator[_Found]:
    """Make keys valid text, and put the number of the input before those that two inputs share."""
    from corpuskit.readers.text import shown

    clean = [replace(item, key=shown(item.key)) for item in found]
    counts = Counter(item.key for item in clean)
    used: set[str] = set()
    for item in clean:
        key = item.key if counts[item.key] == 1 else f"{item.input}/{item.key}"
        while key in used:
            key += "'"
        used.add(key)
        yield replace(item, key=key)


def _with_bases(found: Sequence[_Found]) -> list[Source]:
    """Hash each key; a source whose span of places would meet another's is hashed with salt."""
    sources: list[Source] = []
    taken: list[tuple[int, int]] = []
    for item in found:
        source = _source(item, 0)
        span = _span(source)
        salt = 0
        while any(_meet(source.base, span, *other) for other in taken):
            salt += 1
            source = replace(source, base=_base(item.key, salt))
        taken.append((source.base, span))
        sources.append(source)
    return sources


def _source(item: _Found, salt: int) -> Source:
    return Source(
        key=item.key,
        path=item.path,
        format=item.format,
        compression=item.compression,
        bytes=item.bytes,
        base=_base(item.key, salt),
        dataset_split=item.dataset_split,
        members=item.members,
    )


def _base(key: str, salt: int) -> int:
    data = key.encode() + (b"\0%d" % salt if salt else b"")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


def _span(source: Source) -> int:
    """More places than the source can have: rows, files, or bytes of the decompressed stream."""
    if source.format == "parquet":
        from corpuskit.readers.parquet import count_rows

        return count_rows(source) + 1 if source.bytes else 1
    if source.format == "dataset":
        from corpuskit.readers.dataset import load

        return len(load(source)) + 1
    if source.members:
        return len(source.members) + 1
    growth = {"": 1, "gz": _GZIP_GROWTH, "zst": _ZST_GROWTH}[source.compression]
    return source.bytes * growth + (1 << 20)


def _meet(start: int, span: int, other_start: int, other_span: int) -> bool:
    """Tell whether two spans meet on the circle of 2^64 places."""
    ahead = (other_start - start) % (1 << 64)
    return ahead < span or (1 << 64) - ahead < other_span
