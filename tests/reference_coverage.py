"""Slow, obvious twins of the coverage kernels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_BITS = (1 << 64) - 1


def mix(value: int) -> int:
    """Spread the bits of a 64-bit value: the finaliser of splitmix64."""
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & _BITS
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & _BITS
    return value ^ (value >> 31)


def registers(documents: Iterable[Sequence[int]], length: int, precision: int = 14) -> list[int]:
    """Sketch the n-grams of documents given as hashes of their words."""
    out = [0] * (1 << precision)
    for words in documents:
        for last in range(length - 1, len(words)):
            value = 0
            for word in reversed(words[last - length + 1 : last + 1]):
                value = (value * 0x9E3779B97F4A7C15 + mix(word)) & _BITS
            value = mix(value)
            place, rest = value % (1 << precision), value >> precision
            out[place] = max(out[place], 64 - precision - rest.bit_length() + 1)
    return out
