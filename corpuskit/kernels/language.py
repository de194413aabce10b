"""Language identification: fastText's supervised prediction over expanded models.

A document's vector is the mean of the rows of its words, of their character n-grams, and of its
word n-grams; the output layer turns the vector into the best label. The choice that matters: words
repeat (Zipf), so a word's rows are summed once and the sum is kept in a table of recent words.
The word itself is the key, byte for byte, so an entry is never mistaken for another word's, and
a sum is always formed from zero before it is added to the document. A document's result
therefore depends neither on its neighbours nor on what the table happens to hold.

What is a word follows fastText: anything between the bytes space, tab, line feed, vertical tab,
form feed, carriage return and NUL. A line feed is plain white space here (the library stops at the
first one, so that it must be given one line), the end-of-sentence token is added once at the end, a
literal ``</s>`` ends the document, and words that start with ``__label__`` are passed over.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.fasttext_rows import add_rows, kernel

KEY_BYTES = 32
"""Longer words are summed afresh every time: 0.6 % of the words of web text in 30 languages."""

# What `_sum_word` returns in place of the number of rows.
_IGNORED, _END_OF_TEXT = -1, -2

_FNV_OFFSET, _FNV_PRIME = np.uint32(2166136261), np.uint32(16777619)
_NGRAM_FACTOR = np.uint64(116049371)
_SPACE, _TAB, _RETURN = np.uint8(32), np.uint8(9), np.uint8(13)
_BEGIN, _END = np.uint8(60), np.uint8(62)  # "<" and ">", which fastText puts around a word
_END_TOKEN = np.frombuffer(b"</s>", dtype=np.uint8)
_END_HASH = np.uint32(3617362777)  # of the token above
_LABEL_PREFIX = np.frombuffer(b"__label__", dtype=np.uint8)
_PICKED = 4096
"""Rows that are collected before they are summed; longer words are summed in several turns."""
_MIX = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93],
    dtype=np.uint64,
)


class Shape(NamedTuple):
    """The numbers of an `InputLayer`; `end_row` is the end-of-sentence token's row, or -1."""

    min_chars: int
    max_chars: int
    word_ngrams: int
    bucket: int
    word_count: int
    end_row: int


class InputLayer(NamedTuple):
    """A model's dictionary and rows; `features.fasttext_model.FasttextModel` says what is what.

    word_slots : int32 (power of two,), word index or -1, by `word_slots`.
    rows : float32 (rows, width), width a multiple of `fasttext_rows.LANES`.
    """

    shape: Shape
    words: npt.NDArray[np.uint8]
    word_offsets: npt.NDArray[np.int64]
    word_slots: npt.NDArray[np.int32]
    bucket_bits: npt.NDArray[np.uint64]
    bucket_ranks: npt.NDArray[np.int32]
    rows: npt.NDArray[np.float32]


class RecentWords(NamedTuple):
    """A direct-mapped table of word sums: scratch that one call at a time may use.

    keys : uint64 (slots, 4), the word's bytes, eight a number (no word holds a NUL).
    counts : int32 (slots + 1,), rows in the sum, or a negative mark.
    sums : float32 (slots + 1, width). The last count and sum are for words that are not kept.
    """

    keys: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.int32]
    sums: npt.NDArray[np.float32]


def recent_words(width: int, budget_bytes: int = 1 << 21) -> RecentWords:
    """Make an empty table of about `budget_bytes` for rows of `width` float32."""
    slots = 1 << max(6, (budget_bytes // (KEY_BYTES + 4 + 4 * width)).bit_length() - 1)
    return RecentWords(
        np.zeros((slots, KEY_BYTES // 8), dtype=np.uint64),
        np.zeros(slots + 1, dtype=np.int32),
        np.zeros((slots + 1, width), dtype=np.float32),
    )


def word_slots(
    words: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64]
) -> npt.NDArray[np.int32]:
    """Hash the dictionary's entries into slots; of equal entries the last one counts."""
    slots = np.full(1 << (2 * len(offsets)).bit_length(), -1, dtype=np.int32)
    _fill_word_slots(words, offsets, slots)
    return slots


def find_end_row(
    words: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64], word_count: int
) -> int:
    """Return the row of the end-of-sentence token, or -1 (a dictionary has it first or nearly)."""
    sizes = np.diff(offsets[: word_count + 1])
    for index in np.flatnonzero(sizes == len(_END_TOKEN)):
        start = offsets[index]
        if np.array_equal(words[start : start + len(_END_TOKEN)], _END_TOKEN):
            return int(index)
    return -1


def document_vectors(
    buffer: TextBuffer, model: InputLayer, recent: RecentWords
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Return each document's vector, float32 (n, width), and how many rows it is the mean of.

    The count is 0, and the vector zero, where a document has no words.
    """
    vectors = np.zeros((len(buffer), model.rows.shape[1]), dtype=np.float32)
    counts = np.zeros(len(buffer), dtype=np.int64)
    longest = int(np.diff(buffer.offsets).max(initial=0))
    marked = np.empty(longest + 3 + model.shape.max_chars, dtype=np.uint8)
    picked = np.empty(_PICKED, dtype=np.int32)
    ring = np.empty(max(model.shape.word_ngrams - 1, 1), dtype=np.uint64)
    _sum_documents(
        buffer.offsets, buffer.data, *model, *recent, marked, picked, ring, vectors, counts
    )
    vectors *= (np.float32(1) / np.maximum(counts, 1).astype(np.float32))[:, None]
    return vectors, counts


@kernel
def _fill_word_slots(words, offsets, slots):  # type: ignore[no-untyped-def]
    for index in range(len(offsets) - 1):
        start, stop = offsets[index], offsets[index + 1]
        value = _FNV_OFFSET
        for at in range(start, stop):
            value = _fnv(value, words[at])
        slots[_find_word(words, start, stop - start, value, words, offsets, slots)] = index


@kernel
def _sum_documents(  # type: ignore[no-untyped-def]
    offsets, data, shape, words, word_offsets, word_slots, bits, ranks, rows,
    keys, counts, sums, marked, picked, ring, vectors, totals,
):  # fmt: skip
    for document in range(len(offsets) - 1):
        totals[document] = _sum_document(
            data, offsets[document], offsets[document + 1], shape, words, word_offsets, word_slots,
            bits, ranks, rows, keys, counts, sums, marked, picked, ring, vectors, document,
        )  # fmt: skip


@kernel
def _sum_document(  # type: ignore[no-untyped-def]
    data, at, stop, shape, words, word_offsets, word_slots,
    bits, ranks, rows, keys, counts, sums, marked, picked, ring, vectors, document,
):  # fmt: skip
    """Add every row of the document to its vector; return their number, 0 without words."""
    unkept = len(counts) - 1
    seen = total = 0
    while True:
        start, at, value, k0, k1, k2, k3 = _next_word(data, at, stop, marked)
        if start == at:
            break
        slot = unkept
        fresh = at - start > KEY_BYTES
        if not fresh:
            slot = _slot(k0, k1, k2, k3) & (unkept - 1)
            fresh = _take_slot(keys, slot, k0, k1, k2, k3)
        if fresh:
            counts[slot] = _sum_word(
                marked, at - start, value, shape, words, word_offsets, word_slots,
                bits, ranks, rows, picked, sums, slot,
            )  # fmt: skip
        if counts[slot] == _END_OF_TEXT:
            break
        if counts[slot] == _IGNORED:
            continue
        picked[0] = slot
        add_rows(sums, picked, 1, vectors, document)
        total += counts[slot]
        if shape.word_ngrams > 1:
            total += _add_word_ngrams(
                value, seen, shape, bits, ranks, rows, picked, ring, vectors, document
            )
        seen += 1
    if seen == 0:
        return 0
    if shape.word_ngrams > 1:
        total += _add_word_ngrams(
            _END_HASH, seen, shape, bits, ranks, rows, picked, ring, vectors, document
        )
    if shape.end_row >= 0:
        picked[0] = shape.end_row
        add_rows(rows, picked, 1, vectors, document)
        total += 1
    return total


@kernel
def _next_word(data, at, stop, marked):  # type: ignore[no-untyped-def]
    """Copy the next word to ``marked[1:]``; return its start, end (equal: none), hash and key.

    The key is the word's last 32 bytes as four numbers.
    """
    while at < stop and _is_space(data[at]):
        at += 1
    start, value = at, _FNV_OFFSET
    k0 = k1 = k2 = k3 = part = np.uint64(0)
    while at < stop and not _is_space(data[at]):
        byte = data[at]
        at += 1
        marked[at - start] = byte
        value = _fnv(value, byte)
        part = (part << np.uint64(8)) | byte
        if (at - start) & 7 == 0:
            k3, k2, k1, k0 = k2, k1, k0, part
            part = np.uint64(0)
    if part > 0:
        k3, k2, k1, k0 = k2, k1, k0, part
    return start, at, value, k0, k1, k2, k3


@kernel
def _sum_word(  # type: ignore[no-untyped-def]
    marked, size, value, shape, words, word_offsets, word_slots,
    bits, ranks, rows, picked, sums, target,
):  # fmt: skip
    """Set a row of `sums` to the sum of the rows of ``marked[1:size + 1]``, hashed to `value`.

    Returns the number of rows, or a mark.
    """
    found = word_slots[_find_word(marked, 1, size, value, words, word_offsets, word_slots)]
    if found >= shape.word_count or (found < 0 and _starts_with(marked, size, _LABEL_PREFIX)):
        return _IGNORED
    if size == len(_END_TOKEN) and _starts_with(marked, size, _END_TOKEN):
        return _END_OF_TEXT
    for column in range(sums.shape[1]):
        sums[target, column] = 0
    count = 0
    if found >= 0:
        picked[0] = found
        add_rows(rows, picked, 1, sums, target)
        count = 1
    if shape.max_chars > 0:
        marked[0], marked[size + 1] = _BEGIN, _END
        for at in range(size + 2, size + 2 + shape.max_chars):
            marked[at] = 0
        first = 0
        while first <= size:
            first, waiting = _pick_char_ngrams(
                marked, size + 2, first, shape.min_chars, shape.max_chars, np.uint32(shape.bucket),
                bits, picked,
            )  # fmt: skip
            _to_rows(picked, waiting, bits, ranks, shape.word_count)
            add_rows(rows, picked, waiting, sums, target)
            count += waiting
    return count


@kernel
def _pick_char_ngrams(marked, size, first, low, high, bucket, bits, picked):  # type: ignore[no-untyped-def]
    """Collect the buckets, as far as the model has them, of the n-grams of ``marked[:size]``.

    Zeros follow the word. Returns where to go on (``size - 1`` = done) and how many there are.
    """
    waiting, pruned = 0, len(bits) > 0
    while first < size - 1 and waiting + high <= len(picked):
        value, at = _FNV_OFFSET, first
        for chars in range(1, high + 1):
            value = _fnv(value, marked[at])
            at += 1
            while marked[at] & 0xC0 == 0x80:
                value = _fnv(value, marked[at])
                at += 1
            if chars >= low and (chars > 1 or first > 0):
                position = np.uint32(value % bucket)
                if not pruned or _has_bit(bits, position):
                    picked[waiting] = position
                    waiting += 1
            if at >= size:
                break
        first += 1
        while marked[first] & 0xC0 == 0x80:
            first += 1
    return first, waiting


@kernel
def _has_bit(bits, position):  # type: ignore[no-untyped-def]
    return (bits[position >> np.uint32(6)] >> np.uint64(position & np.uint32(63))) & np.uint64(1)


@kernel
def _to_rows(picked, count, bits, ranks, word_count):  # type: ignore[no-untyped-def]
    """Turn buckets into row numbers: after the words, in the order of the buckets that exist."""
    for i in range(count):
        position = np.uint32(picked[i])
        row = position
        if len(bits) > 0:
            group = position >> np.uint32(6)
            below = (np.uint64(1) << np.uint64(position & np.uint32(63))) - np.uint64(1)
            row = np.uint32(ranks[group]) + np.uint32(_ones(bits[group] & below))
        picked[i] = word_count + row


@kernel
def _ones(bits):  # type: ignore[no-untyped-def]
    """Count the ones; LLVM knows this idiom and makes one instruction of it."""
    bits = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    pairs = np.uint64(0x3333333333333333)
    bits = (bits & pairs) + ((bits >> np.uint64(2)) & pairs)
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (bits * np.uint64(0x0101010101010101)) >> np.uint64(56)


@kernel
def _add_word_ngrams(  # type: ignore[no-untyped-def]
    value, seen, shape, bits, ranks, rows, picked, ring, vectors, document
):
    """Add the word n-grams that end in the word hashed to `value`; the ring holds open ones."""
    signed = np.uint64(np.int64(np.int32(value)))
    waiting, pruned = 0, len(bits) > 0
    for back in range(1, min(len(ring), seen) + 1):
        place = (seen - back) % len(ring)
        ring[place] = ring[place] * _NGRAM_FACTOR + signed
        position = np.uint32(ring[place] % np.uint64(shape.bucket))
        if not pruned or _has_bit(bits, position):
            picked[waiting] = position
            waiting += 1
    ring[seen % len(ring)] = signed
    _to_rows(picked, waiting, bits, ranks, shape.word_count)
    add_rows(rows, picked, waiting, vectors, document)
    return waiting


@kernel
def _find_word(data, start, size, value, words, offsets, slots):  # type: ignore[no-untyped-def]
    """Return the slot that holds this word, or the empty slot where it would go."""
    slot = np.int64(value) & (len(slots) - 1)
    while slots[slot] >= 0:
        first = offsets[slots[slot]]
        if offsets[slots[slot] + 1] - first == size:
            same = 0
            while same < size and words[first + same] == data[start + same]:
                same += 1
            if same == size:
                break
        slot = (slot + 1) & (len(slots) - 1)
    return slot


@kernel
def _fnv(value, byte):  # type: ignore[no-untyped-def]
    """One FNV-1a step; fastText widens the byte with its sign."""
    return np.uint32((value ^ np.uint32(np.int32(np.int8(byte)))) * _FNV_PRIME)


@kernel
def _starts_with(marked, size, prefix):  # type: ignore[no-untyped-def]
    at = 0
    while at < len(prefix) and at < size and marked[at + 1] == prefix[at]:
        at += 1
    return at == len(prefix)


@kernel
def _is_space(byte):  # type: ignore[no-untyped-def]
    return byte <= _SPACE and (byte == _SPACE or byte - _TAB <= _RETURN - _TAB or byte == 0)


@kernel
def _take_slot(keys, slot, k0, k1, k2, k3):  # type: ignore[no-untyped-def]
    """Write the key into the slot; return whether another one was there."""
    same = (keys[slot, 0] == k0) & (keys[slot, 1] == k1)
    same &= (keys[slot, 2] == k2) & (keys[slot, 3] == k3)
    keys[slot, 0], keys[slot, 1], keys[slot, 2], keys[slot, 3] = k0, k1, k2, k3
    return not same


@kernel
def _slot(k0, k1, k2, k3):  # type: ignore[no-untyped-def]
    """Mix a word's key into a table position (odd constants: random, fixed)."""
    mixed = k0 * _MIX[0] + k1 * _MIX[1] + k2 * _MIX[2] + k3 * _MIX[3]
    mixed = (mixed ^ (mixed >> np.uint64(32))) * _MIX[0]
    return np.int64(mixed >> np.uint64(33))
