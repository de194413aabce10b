"""What a document leaves behind for the corpus to compare: a digest, bands, a shingle set.

All three are of the text in Unicode normal form C, so that a copy that spells é as two code
points is a copy. Combining marks stay where they are: か is not が, and Thai keeps its vowels.
Shingles are blind to case, white space and punctuation, and take full-width forms for ordinary
ones: Ａ is a.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.duplicate_settings import DuplicateSettings, parse_shingle
from corpuskit.features import Measured
from corpuskit.kernels.digest import DIGEST_BYTES, digest
from corpuskit.kernels.minhash import minhash_bands
from corpuskit.kernels.normalise import squeeze
from corpuskit.kernels.shingle_words import BY_SCRIPT, text_bands, text_shingles
from corpuskit.kernels.shingles import char_shingles, sorted_sets


def fingerprint(measured: Measured, settings: DuplicateSettings) -> dict[str, pl.Series]:
    """Compute the digest and the MinHash bands of a batch.

    Returns
    -------
    text_hash : Binary, 16 bytes: BLAKE2b-128 of the text in NFC, every run of white space one
        space, both ends stripped. Case and punctuation count.
    bands : Array(UInt64, bands): of the shingles of the text in NFC, which are blind to case and
        punctuation. Zeros (no shingles) where near duplicates are not wanted.
    """
    squeezed, may_change = squeeze(measured.buffer)
    changed, composed = compose(measured.text, may_change)
    hashes = digest(squeezed)
    bands = _bands(measured, settings)
    if len(changed):
        again = Measured(composed)
        hashes[changed] = digest(squeeze(again.buffer)[0])
        bands[changed] = _bands(again, settings)
    return {
        "text_hash": _binary("text_hash", hashes),
        "bands": pl.Series("bands", bands, dtype=pl.Array(pl.UInt64, settings.bands)),
    }


def compose(
    text: pl.Series, may_change: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], pl.Series]:
    """Find the documents that are not in NFC: their rows, and their texts in NFC."""
    rows = np.flatnonzero(may_change)
    texts = text.gather(rows)
    composed = texts.str.normalize("NFC")
    differs = (texts != composed).to_numpy()
    return rows[differs], composed.filter(pl.Series(differs))


def shingle_sets(
    measured: Measured,
    settings: DuplicateSettings,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Compute the set of shingles of every document of a batch, in NFC.

    A document is never cut. A giant one takes 25 bytes a shingle while it is cut into shingles,
    beside its tokens, and 8 while they are sorted.

    Returns
    -------
    offsets : int64 (n + 1,).
    values : uint64 (s,), ascending and without repeats within a document.
    """
    changed, composed = compose(measured.text, squeeze(measured.buffer)[1])
    if len(changed):
        measured = Measured(measured.text.clone().scatter(changed, composed))
    offsets, values = sorted_sets(*_shingles(measured, settings))
    return offsets, values


def _shingles(
    measured: Measured, settings: DuplicateSettings
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Cut texts in NFC as the settings say."""
    shingle = parse_shingle(settings.shingle)
    if shingle.kind == "chars":
        return char_shingles(measured.buffer, shingle.size)
    return text_shingles(measured.buffer, _words(settings))


def _words(settings: DuplicateSettings) -> int:
    """Return how many words a shingle has, for kernels that cut words."""
    shingle = parse_shingle(settings.shingle)
    return shingle.size if shingle.kind == "words" else BY_SCRIPT


def _bands(measured: Measured, settings: DuplicateSettings) -> npt.NDArray[np.uint64]:
    if not settings.near:
        return np.zeros((len(measured.text), settings.bands), np.uint64)
    plan = settings.bands, settings.rows, settings.seed
    if parse_shingle(settings.shingle).kind == "chars":
        return minhash_bands(*_shingles(measured, settings), *plan)
    return text_bands(measured.buffer, *plan, _words(settings))


def _binary(name: str, rows: npt.NDArray[np.uint8]) -> pl.Series:
    import pyarrow as pa

    size = pa.binary(DIGEST_BYTES)
    array = pa.Array.from_buffers(size, len(rows), [None, pa.py_buffer(rows.tobytes())])
    return pl.Series(name, array.cast(pa.large_binary()))
