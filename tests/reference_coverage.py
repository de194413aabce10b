"""Slow, obvious twins of the coverage kernels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

_BITS = (1 << 64) - 1


def mix(value: int) -> int:
    """Spread the bits of a 64-bit value: the finaliser of splitmix64."""
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & _BITS
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & _BITS
    return value ^ (value >> 31)


def ngram_hashes(documents: Iterable[Sequence[int]], size: int) -> list[int]:
    """Hash every n-gram of documents given as hashes of their words, as the tokeniser has them."""
    hashes = []
    for words in documents:
        for first in range(len(words) - size + 1):
            value = 0
            for word in words[first : first + size]:
                value = (value * 0x9E3779B97F4A7C15 + max(mix(word), 1)) & _BITS
            hashes.append(max(mix(value) if size > 1 else value, 1))
    return hashes


def sample(hashes: Iterable[int], limit: int) -> tuple[int, dict[int, int]]:
    """Count hashes at the lowest level that leaves at most `limit` different ones."""
    counts = Counter(hashes)
    for level in range(65):
        left = {one: count for one, count in counts.items() if one < 1 << (64 - level)}
        if len(left) <= limit:
            return level, left
    raise AssertionError("no level")
