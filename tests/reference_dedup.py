"""Slow, obvious twins of the kernels of duplicates, on Python's own strings, sets and numbers."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence

from hypothesis import strategies as st

MASK = (1 << 64) - 1

# What breaks text tools: NUL, every kind of space, marks, jamo, compatibility forms, RTL, emoji.
HOSTILE = st.text(
    st.sampled_from(
        "aB.é\0 \t\r\n\x0b\x1c\x85\xa0\u1680\u2000\u2028\u3000\u200b\u0301\u0323\u0327\u0344e"
        "がかカ\u3099ก็ุ่ำ한ᄒ\u1161\u11ab中文字。Åクヘ\u0915\u093cعربيّ\u05e9\u05bc\u05c1😀👩\u200d\ufb01\u212b\ufa10"
        "\U0001d15e"
    )
    | st.characters(exclude_categories=["Cs"]),
    max_size=60,
)


def normalised(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def mix(value: int) -> int:
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & MASK
    return value ^ (value >> 31)


def windows(units: Sequence[int], span: int = 10) -> list[tuple[int, int]]:
    """Every run (first, behind the last) of tokens that just spans `span` units, else all."""
    if not units:
        return []
    found = []
    for first in range(len(units)):
        for last in range(first + 1, len(units) + 1):
            if sum(units[first:last]) >= span:
                found.append((first, last))
                break
    return found or [(0, len(units))]


def shingles(words: Sequence[int], units: Sequence[int]) -> list[int]:
    found = []
    for first, last in windows(units):
        value = 0
        for word in words[first:last]:
            value = (value * 0x9E3779B97F4A7C15 + mix(word)) & MASK
        found.append(max(1, mix(value)))
    return found


def bands(
    shingled: Sequence[int], multipliers: Sequence[int], additions: Sequence[int], rows: int
) -> list[int]:
    count = len(multipliers) // rows
    if not shingled:
        return [0] * count
    minima = [
        min(a * shingle + b & 0xFFFFFFFF for shingle in shingled)
        for a, b in zip(multipliers, additions, strict=True)
    ]
    found = []
    for band in range(count):
        value = band + 1
        for row in range(rows):
            value = mix((value * 0x9E3779B97F4A7C15 + minima[band * rows + row]) & MASK)
        found.append(value or 1)
    return found


def jaccard(first: set[int], second: set[int]) -> float:
    both = first | second
    return len(first & second) / len(both) if first and second else 0.0


def representatives(similarity: dict[tuple[int, int], float], count: int) -> list[int]:
    """Keep documents in order unless one is similar to a kept one; then name the most similar."""
    kept: list[int] = []
    found = []
    for document in range(count):
        near = [(-similarity[k, document], k) for k in kept if (k, document) in similarity]
        if not near:
            kept.append(document)
        found.append(min(near)[1] if near else document)
    return found


def runs(parts: Sequence[int], size: int) -> list[int]:
    """Hash every run of `size` parts, or all of them where there are fewer."""
    size = min(size, len(parts))
    return shingled_runs(
        [parts[at : at + size] for at in range(len(parts) - size + 1)] if size else []
    )


def shingled_runs(found: Sequence[Sequence[int]]) -> list[int]:
    values = []
    for run in found:
        value = 0
        for part in run:
            value = (value * 0x9E3779B97F4A7C15 + mix(part)) & MASK
        values.append(max(1, mix(value)))
    return values
