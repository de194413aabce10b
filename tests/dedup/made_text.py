"""Random text of which the Jaccard similarity can be chosen."""

from __future__ import annotations

import random

SPACELESS = {"zh": (0x4E00, 3000), "th": (0x0E01, 46), "ja": (0x3041, 80)}


def words(seed: int, count: int, vocabulary: int = 5000) -> list[str]:
    draw = random.Random(seed)
    return [f"w{draw.randrange(vocabulary):x}q" for _ in range(count)]


def characters(seed: int, count: int, script: str) -> list[str]:
    draw = random.Random(seed)
    first, size = SPACELESS[script]
    return [chr(first + draw.randrange(size)) for _ in range(count)]


def english(seed: int, count: int = 200) -> str:
    return " ".join(words(seed, count))


def edited(parts: list[str], seed: int, changes: int) -> list[str]:
    """Replace parts at random places by parts that occur nowhere else."""
    draw = random.Random(seed)
    found = list(parts)
    for number in range(changes):
        found[draw.randrange(len(found))] = f"new{seed}x{number}"
    return found
