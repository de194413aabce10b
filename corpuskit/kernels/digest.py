"""BLAKE2b-128 of every document: collision-resistant, so equal digests prove equal texts.

RFC 7693, unkeyed, 16 bytes out; the oracle is `hashlib.blake2b(digest_size=16)`. A fast
non-cryptographic hash would let hostile text collide with a good document and have it dropped.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer

DIGEST_BYTES = 16
BLOCK_BYTES = 128
_IV = np.array(
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ],
    np.uint64,
)  # fmt: skip
_SIGMA = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ],
    np.int64,
)  # fmt: skip


def digest(buffer: TextBuffer) -> npt.NDArray[np.uint8]:
    """Hash every document.

    Returns
    -------
    uint8 (n, 16).

    Examples
    --------
    >>> import polars as pl
    >>> from corpuskit.kernels.arrow import text_buffer
    >>> digest(text_buffer(pl.Series(["abc"])))[0, :4].tobytes().hex()
    'cf4ab791'
    """
    out: npt.NDArray[np.uint8] = _digest(buffer.offsets, buffer.data, _IV, _SIGMA).view(np.uint8)
    return out


@njit(nogil=True, cache=True)
def _digest(offsets, data, initial, sigma):  # type: ignore[no-untyped-def]
    out = np.empty((len(offsets) - 1, DIGEST_BYTES // 8), np.uint64)
    state = np.empty(8, np.uint64)
    message = np.empty(16, np.uint64)
    work = np.empty(16, np.uint64)
    tail = np.empty(BLOCK_BYTES, np.uint8)
    for document in range(len(offsets) - 1):
        start, stop = offsets[document], offsets[document + 1]
        state[:] = initial
        state[0] ^= np.uint64(0x01010000 ^ DIGEST_BYTES)
        at = start
        while stop - at > BLOCK_BYTES:
            _load(data, at, message)
            at += BLOCK_BYTES
            _compress(state, message, work, initial, sigma, at - start, False)
        tail[:] = 0
        tail[: stop - at] = data[at:stop]
        _load(tail, 0, message)
        _compress(state, message, work, initial, sigma, stop - start, True)
        out[document, 0] = state[0]
        out[document, 1] = state[1]
    return out


@njit(nogil=True, cache=True)
def _load(data, at, message):  # type: ignore[no-untyped-def]
    for word in range(16):
        value = np.uint64(0)
        for byte in range(8):
            value |= np.uint64(data[at + 8 * word + byte]) << np.uint64(8 * byte)
        message[word] = value


@njit(nogil=True, cache=True)
def _compress(state, message, work, initial, sigma, count, last):  # type: ignore[no-untyped-def]
    for i in range(8):
        work[i] = state[i]
        work[i + 8] = initial[i]
    work[12] ^= np.uint64(count)
    if last:
        work[14] = ~work[14]
    for r in range(12):
        row = sigma[r]
        _mix(work, 0, 4, 8, 12, message[row[0]], message[row[1]])
        _mix(work, 1, 5, 9, 13, message[row[2]], message[row[3]])
        _mix(work, 2, 6, 10, 14, message[row[4]], message[row[5]])
        _mix(work, 3, 7, 11, 15, message[row[6]], message[row[7]])
        _mix(work, 0, 5, 10, 15, message[row[8]], message[row[9]])
        _mix(work, 1, 6, 11, 12, message[row[10]], message[row[11]])
        _mix(work, 2, 7, 8, 13, message[row[12]], message[row[13]])
        _mix(work, 3, 4, 9, 14, message[row[14]], message[row[15]])
    for i in range(8):
        state[i] ^= work[i] ^ work[i + 8]


@njit(nogil=True, cache=True)
def _mix(work, a, b, c, d, x, y):  # type: ignore[no-untyped-def]
    work[a] = work[a] + work[b] + x
    work[d] = _rotate(work[d] ^ work[a], np.uint64(32))
    work[c] = work[c] + work[d]
    work[b] = _rotate(work[b] ^ work[c], np.uint64(24))
    work[a] = work[a] + work[b] + y
    work[d] = _rotate(work[d] ^ work[a], np.uint64(16))
    work[c] = work[c] + work[d]
    work[b] = _rotate(work[b] ^ work[c], np.uint64(63))


@njit(nogil=True, cache=True)
def _rotate(value, bits):  # type: ignore[no-untyped-def]
    return (value >> bits) | (value << (np.uint64(64) - bits))
