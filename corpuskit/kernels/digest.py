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
# Unsigned, as numba then leaves out the check for negative indices: half the time to compile.
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
    np.uint64,
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
    tail = np.empty(BLOCK_BYTES, np.uint8)
    for document in range(len(offsets) - 1):
        start, stop = offsets[document], offsets[document + 1]
        for i in range(8):
            state[i] = initial[i]
        state[0] ^= np.uint64(0x01010000 ^ DIGEST_BYTES)
        at = start
        last = False
        while not last:
            last = stop - at <= BLOCK_BYTES
            if last:
                for i in range(BLOCK_BYTES):
                    tail[i] = data[at + i] if at + i < stop else 0
                _load(tail, 0, message)
            else:
                _load(data, at, message)
            at = min(at + BLOCK_BYTES, stop)
            _compress(state, message, initial, sigma, at - start, last)
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
def _compress(state, message, initial, sigma, count, last):  # type: ignore[no-untyped-def]
    a0, a1, a2, a3 = state[0], state[1], state[2], state[3]
    b0, b1, b2, b3 = state[4], state[5], state[6], state[7]
    c0, c1, c2, c3 = initial[0], initial[1], initial[2], initial[3]
    d0, d1, d2, d3 = initial[4] ^ np.uint64(count), initial[5], initial[6], initial[7]
    if last:
        d2 = ~d2
    m = message
    for r in range(12):
        s = sigma[r]
        a0, b0, c0, d0 = _mix(a0, b0, c0, d0, m[s[0]], m[s[1]])
        a1, b1, c1, d1 = _mix(a1, b1, c1, d1, m[s[2]], m[s[3]])
        a2, b2, c2, d2 = _mix(a2, b2, c2, d2, m[s[4]], m[s[5]])
        a3, b3, c3, d3 = _mix(a3, b3, c3, d3, m[s[6]], m[s[7]])
        a0, b1, c2, d3 = _mix(a0, b1, c2, d3, m[s[8]], m[s[9]])
        a1, b2, c3, d0 = _mix(a1, b2, c3, d0, m[s[10]], m[s[11]])
        a2, b3, c0, d1 = _mix(a2, b3, c0, d1, m[s[12]], m[s[13]])
        a3, b0, c1, d2 = _mix(a3, b0, c1, d2, m[s[14]], m[s[15]])
    state[0] ^= a0 ^ c0
    state[1] ^= a1 ^ c1
    state[2] ^= a2 ^ c2
    state[3] ^= a3 ^ c3
    state[4] ^= b0 ^ d0
    state[5] ^= b1 ^ d1
    state[6] ^= b2 ^ d2
    state[7] ^= b3 ^ d3


@njit(nogil=True, cache=True)
def _mix(a, b, c, d, x, y):  # type: ignore[no-untyped-def]
    a = a + b + x
    d = _rotate(d ^ a, np.uint64(32))
    c = c + d
    b = _rotate(b ^ c, np.uint64(24))
    a = a + b + y
    d = _rotate(d ^ a, np.uint64(16))
    c = c + d
    b = _rotate(b ^ c, np.uint64(63))
    return a, b, c, d


@njit(nogil=True, cache=True)
def _rotate(value, bits):  # type: ignore[no-untyped-def]
    return (value >> bits) | (value << (np.uint64(64) - bits))
