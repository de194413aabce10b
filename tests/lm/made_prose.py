"""Words and prose of made-up words, for the tests of coverage."""

from __future__ import annotations

import math
import random

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word(number: int) -> str:
    """Spell a number with letters."""
    spelt = ""
    while number or not spelt:
        number, letter = divmod(number, 26)
        spelt += LETTERS[letter]
    return f"x{spelt}"


def prose(seed: int, count: int, vocabulary: int = 30_000) -> str:
    """Draw words, the frequent ones more often (rank ∝ 1 / frequency, as Zipf has it)."""
    draw = random.Random(seed)
    top = math.log(vocabulary)
    return " ".join(word(int(math.exp(draw.random() * top))) for _ in range(count))
