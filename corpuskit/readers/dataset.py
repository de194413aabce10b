"""Hugging Face datasets: a folder made by `save_to_disk`, or a name that `datasets` can load.

Their rows lie in memory-mapped Arrow files, so the feeder sends slices: nothing is copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpuskit.errors import DataError
from corpuskit.readers import tables
from corpuskit.readers.columns import Columns, choose
from corpuskit.readers.contract import Batch, ReadOptions, Source, Split

MARKERS = ("state.json", "dataset_dict.json")


def is_saved_dataset(path: Path) -> bool:
    """Tell whether `datasets` made this folder."""
    return any((path / marker).is_file() for marker in MARKERS)


def plan(number: int, source: Source, _: ReadOptions, split_bytes: int) -> Iterator[Split]:
    """Cut the rows into ranges of about `split_bytes`, and send them as slices."""
    rows = load(source)
    count, size = len(rows), max(1, rows.data.nbytes)
    step = max(1, min(count, len(rows.data) * split_bytes // size))
    arrow = rows.with_format("arrow")
    for index, start in enumerate(range(0, count, step)):
        stop = min(start + step, count)
        share = source.bytes * stop // count - source.bytes * start // count
        yield Split(number, source, index, start, stop, arrow[start:stop], share)


def read(split: Split, options: ReadOptions) -> Batch:
    """Make documents of the rows of one split."""
    names = columns(split.source, options)
    return tables.batch(split, split.payload, split.start, names, options)


@lru_cache(maxsize=4096)
def columns(source: Source, options: ReadOptions) -> Columns:
    """Choose the text and the id from the features."""
    schema = load(source).data.schema
    texts = [field.name for field in schema if tables.is_text(field.type)]
    return choose(source.key, schema.names, texts, options.text_column, options.id_column)


@lru_cache(maxsize=64)
def load(source: Source) -> Any:
    """Open one split of a dataset; its rows stay on disk."""
    return open_dataset(str(source.path))[source.dataset_split]


def open_dataset(name: str) -> dict[str, Any]:
    """Open a saved folder, or load a dataset by its name; one dataset is a dict of one, "".

    Raises
    ------
    DataError
        If `datasets` cannot load it.
    """
    import datasets

    saved = Path(name).is_dir()
    try:
        found = datasets.load_from_disk(name) if saved else _load_by_name(name)
    except Exception as error:  # whatever `datasets` and the network raise
        known = "cannot be loaded" if saved else "no such file or folder, nor a dataset to load"
        raise DataError(
            f"{name}: {known} ({tables.short(error)}); check the name, or save the dataset with "
            "save_to_disk() and give the folder"
        ) from error
    if isinstance(found, dict):
        return dict(sorted(found.items()))
    return {"": found}


def _load_by_name(name: str) -> Any:
    """Load a dataset from the Hub; without a network, from the cache of `datasets` alone.

    `datasets` would try for half a minute, and say so at each try.
    """
    import datasets
    from huggingface_hub import HfApi

    offline = datasets.config.HF_HUB_OFFLINE
    try:
        HfApi().dataset_info(name, timeout=10)
    except Exception:  # noqa: BLE001 (not found, not allowed, no network: all of it its own)
        datasets.config.HF_HUB_OFFLINE = True
    try:
        return datasets.load_dataset(name)
    finally:
        datasets.config.HF_HUB_OFFLINE = offline
