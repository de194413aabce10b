"""Splits: dense, named in the order of the corpus, and the same whatever reads them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from corpuskit import readers, splits


def make(folder: Path) -> readers.Source:
    path = folder / "x.jsonl"
    path.write_text("".join(f'{{"text": "{i}"}}\n' for i in range(1000)))
    (source,) = readers.discover([str(path)], readers.ReadOptions())
    return source


def test_splits_are_dense_and_cover_the_source(tmp_path: Path) -> None:
    source = make(tmp_path)
    planned = list(splits.plan(3, source, readers.ReadOptions(), 100))
    assert [split.index for split in planned] == list(range(len(planned)))
    assert planned[0].start == 0
    assert planned[-1].stop == source.bytes
    assert all(a.stop == b.start for a, b in pairwise(planned))
    assert sum(split.bytes for split in planned) == source.bytes
    assert planned[17].name == "00003-000017"


def test_planning_twice_gives_the_same_splits(tmp_path: Path) -> None:
    source = make(tmp_path)
    first = list(splits.plan(0, source, readers.ReadOptions(), 100))
    assert first == list(splits.plan(0, source, readers.ReadOptions(), 100))


def test_planning_is_lazy(tmp_path: Path) -> None:
    source = make(tmp_path)
    planned = splits.plan(0, source, readers.ReadOptions(), 100)
    assert next(planned).index == 0
    source.path.unlink()
    planned.close()


def test_a_source_without_bytes_has_no_splits(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").touch()
    (source,) = readers.discover([str(tmp_path)], readers.ReadOptions())
    assert list(splits.plan(0, source, readers.ReadOptions())) == []


def test_planning_a_plain_file_does_not_read_it(tmp_path: Path) -> None:
    planned = list(splits.plan(0, make(tmp_path), readers.ReadOptions(), 100))
    assert all(split.payload is None for split in planned)
