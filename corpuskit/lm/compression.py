"""Baselines that a language model has to beat: xz, alone and given the training text, and unigrams.

All are in bits per UTF-8 byte of text, as the proxy's loss is, so tokenizers do not matter. xz
given the training text is size(train + held out) − size(train), with a dictionary that reaches
over both; it finds what the two have in common word for word (Cilibrasi and Vitányi 2005), which
is what a model gets for nothing. Raw LZMA2 without container is measured, so that short texts do
not pay for headers; documents are separated by a line feed, which the model's end token stands for.

Volumes are bounded: what a minute of a small model can be held against needs no more, and a larger
dictionary costs memory (LZMA's encoder takes about eleven times its size).
"""

from __future__ import annotations

import lzma
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

PRESET: Final = 6
HELD_OUT_BYTES: Final = 2 << 20
TRAIN_BYTES: Final = 8 << 20
DICTIONARY_BYTES: Final = 16 << 20
"""More than both together, so that the first training document is still seen at the end."""


def xz_bits_per_byte(held_out: pl.Series) -> float:
    """Compress held-out documents by themselves, the first `HELD_OUT_BYTES` of them.

    Returns
    -------
    Bits per byte of text; NaN for no text.

    Examples
    --------
    >>> xz_bits_per_byte(pl.Series(["na" * 10_000])) < 0.1
    True
    """
    text, count = joined(held_out, HELD_OUT_BYTES)
    return 8 * compressed_bytes(text) / count if count else math.nan


def xz_bits_per_byte_given(
    held_out: pl.Series, train: pl.Series, train_bytes: int = TRAIN_BYTES
) -> float:
    """Compress held-out documents behind the first training documents.

    Parameters
    ----------
    train_bytes : of the training documents, at most `TRAIN_BYTES`; what the model reads is fair.

    Returns
    -------
    Bits that the held-out text adds per byte of it, 0 or more; NaN for no held-out text.
    """
    text, count = joined(held_out, HELD_OUT_BYTES)
    if not count:
        return math.nan
    known, _ = joined(train, min(train_bytes, TRAIN_BYTES))
    with ThreadPoolExecutor(2) as pool:  # LZMA runs without the interpreter's lock
        both, alone = pool.map(compressed_bytes, (known + text, known))
    return 8 * max(0, both - alone) / count


def joined(texts: pl.Series, limit: int) -> tuple[bytes, int]:
    """Join documents, a line feed behind each, up to `limit` bytes of text; the last one is cut.

    Returns
    -------
    joined : UTF-8, but for the cut.
    count : bytes of text in it, without line feeds.

    Examples
    --------
    >>> joined(pl.Series(["ab", "é", "cd"]), 3)
    (b'ab\\n\\xc3\\n', 3)
    """
    before = texts.str.len_bytes().cast(pl.Int64).cum_sum().shift(1, fill_value=0)
    taken = texts.filter(before < limit)
    size = int(taken.str.len_bytes().cast(pl.Int64).sum())
    blob = "".join(f"{text}\n" for text in taken).encode()
    over = max(0, size - limit)
    return (blob[: -1 - over] + b"\n" if over else blob), size - over


def compressed_bytes(data: bytes) -> int:
    """Return the size of data as a raw LZMA2 stream."""
    filters = [{"id": lzma.FILTER_LZMA2, "preset": PRESET, "dict_size": DICTIONARY_BYTES}]
    return len(lzma.compress(data, format=lzma.FORMAT_RAW, filters=filters))


def unigram_entropy(tokens: npt.NDArray[np.integer]) -> float:
    """Return the entropy of a stream's token frequencies, in nats per token; 0 for no tokens.

    It is the loss of a model that has learnt how frequent tokens are, and nothing else.

    Examples
    --------
    >>> round(unigram_entropy(np.array([0, 1, 0, 1], np.uint16)) / math.log(2), 6)
    1.0
    """
    if not len(tokens):
        return 0.0
    counts = np.bincount(tokens)
    shares = counts[counts > 0] / len(tokens)
    return max(0.0, -float((shares * np.log(shares)).sum()))


def bits_per_byte(nats_per_token: float, tokens: int, text_bytes: int) -> float:
    """Turn nats per token into bits per byte of text.

    Examples
    --------
    >>> round(bits_per_byte(2 * math.log(2), tokens=10, text_bytes=40), 6)
    0.5
    """
    return nats_per_token * tokens / (math.log(2) * text_bytes)
