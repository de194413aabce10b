"""Signatures as objects of datasketch, so that its LSH, forests and storages can hold them.

The family is ``a · x + b mod 2^32``, a odd, of the lower half x of a 64-bit shingle; a and b are
those of `kernels.minhash.hash_family`. That is datasketch's scheme "affine32" with other numbers
a and b, and without the mixing that datasketch puts before it. So the objects are to be compared
with each other, and not with those that ``MinHash(seed=1)`` makes: that has drawn another family.
Nor can words be added to one: `update` takes our shingles (int), and refuses bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.dedup.index.folder import check_plan, open_index
from corpuskit.dedup.index.marks import MINIMA, NOT_MARKS, marks_plan
from corpuskit.dedup.marks import shingle_sets
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import DataError
from corpuskit.features import Measured
from corpuskit.kernels.minhash import hash_family, minhash_minima
from corpuskit.schema import DOC_ID, USER_ID

SCHEME = "affine32"
SLICE = 1024  # documents whose signatures are made at a time
_BEFORE = (0x85EBCA6B, 0xC2B2AE35)  # the multipliers of MurmurHash3's 32-bit finaliser
_BACK = tuple(pow(multiplier, -1, 1 << 32) for multiplier in _BEFORE)


class Sketch(NamedTuple):
    """A document and its signature.

    doc_id, user_id : of the document; a frame's documents go by their row.
    minhash : a `datasketch.MinHash` or `LeanMinHash`.
    """

    doc_id: int
    user_id: str
    minhash: Any


def minhashes(
    source: str | Path | pl.DataFrame,
    *,
    like: str | Path | None = None,
    lean: bool = False,
    text_column: str = "text",
) -> Iterator[Sketch]:
    """Yield a datasketch object for every document of an index, or of a frame of texts.

    The Jaccard estimate of two of them is the share of equal minima, as anywhere in corpuskit.

    Parameters
    ----------
    source : the folder of an index, or a frame with a String column of texts.
    like : the folder of an index whose plan the texts of a frame are to follow, so that they can
        be compared with it; None for the default settings of duplicates.
    lean : yield `LeanMinHash`, of a third of the size, which cannot be updated.

    Raises
    ------
    ConfigError
        If `like` is of another plan than this version makes.
    DataError
        If an index is missing or damaged, or the frame has no such column.

    Examples
    --------
    >>> frame = pl.DataFrame({"text": ["one two three four five six"] * 2})
    >>> first, second = minhashes(frame)
    >>> first.minhash.jaccard(second.minhash)
    1.0
    """
    if isinstance(source, pl.DataFrame):
        if text_column not in source.columns:
            raise DataError(f"minhashes: the frame has no column {text_column!r}; name its text")
        settings = DuplicateSettings() if like is None else _settings_of(like)
        return _objects(_measured(source[text_column], settings), settings, lean)
    index = open_index(source)
    return _objects(index.batches([DOC_ID, USER_ID, MINIMA]), _settings_of(source), lean)


def shingle_input(shingle: int) -> int:
    """Undo what datasketch does to a hash before its permutations, for the lower half of a shingle.

    Raises
    ------
    TypeError
        For anything but a whole number: other hashes than ours would be of another family.
    """
    if not isinstance(shingle, int | np.integer):
        raise TypeError(f"a 64-bit shingle of corpuskit is wanted, not {type(shingle).__name__}")
    value = int(shingle) & 0xFFFFFFFF
    value ^= value >> 16
    value = value * _BACK[1] & 0xFFFFFFFF
    value ^= value >> 13 ^ value >> 26
    value = value * _BACK[0] & 0xFFFFFFFF
    return value ^ value >> 16


def _settings_of(folder: str | Path) -> DuplicateSettings:
    """Return the settings that an index was made with."""
    index = open_index(folder, verify=False)
    known = vars(DuplicateSettings()).keys() - set(NOT_MARKS)
    settings = DuplicateSettings(**{k: v for k, v in index.plan.items() if k in known})
    check_plan(index, marks_plan(settings), "this version of corpuskit")
    return settings


def _measured(texts: pl.Series, settings: DuplicateSettings) -> Iterator[pl.DataFrame]:
    for begin in range(0, len(texts), SLICE):
        part = texts[begin : begin + SLICE].fill_null("")
        rows = pl.Series(DOC_ID, range(begin, begin + len(part)), dtype=pl.UInt64)
        offsets, values = shingle_sets(Measured(part), settings)
        minima = minhash_minima(offsets, values, settings.bands * settings.rows, settings.seed)
        yield pl.DataFrame({DOC_ID: rows, USER_ID: rows.cast(pl.String), MINIMA: minima})


def _objects(
    frames: Iterable[pl.DataFrame], settings: DuplicateSettings, lean: bool
) -> Iterator[Sketch]:
    from datasketch import LeanMinHash, MinHash

    seed = settings.seed
    permutations = np.array(hash_family(settings.bands * settings.rows, seed))
    for frame in frames:
        minima: npt.NDArray[np.uint32] = frame[MINIMA].to_numpy()
        names = frame.select(DOC_ID, USER_ID).iter_rows()
        for (doc_id, user_id), values in zip(names, minima, strict=True):
            yield Sketch(
                doc_id,
                user_id,
                LeanMinHash(seed=seed, hashvalues=values, scheme=SCHEME)
                if lean
                else MinHash(
                    seed=seed,
                    hashfunc=shingle_input,
                    hashvalues=values,
                    permutations=permutations,
                    scheme=SCHEME,
                ),
            )
