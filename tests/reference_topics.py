"""The slow twins of corpuskit.kernels.topic_words and topic_centres."""

from __future__ import annotations

from collections import Counter

import polars as pl

from corpuskit.kernels.arrow import text_buffer
from corpuskit.kernels.tokenise import HAS_LETTER, IS_SPACELESS, tokenise
from corpuskit.kernels.topic_words import LONGEST, MOST_TOKENS, SHORTEST


def words(text: str) -> Counter[str]:
    """Return the words of a text in lower case; two characters where there are no spaces."""
    buffer = text_buffer(pl.Series([text]))
    tokens = tokenise(buffer)
    rows = list(zip(tokens.start, tokens.end, tokens.kind, strict=True))[:MOST_TOKENS]
    found: Counter[str] = Counter()
    for place, (start, end, kind) in enumerate(rows):
        word = bytes(buffer.data[start:end]).decode()
        if not kind & HAS_LETTER:
            continue
        if not kind & IS_SPACELESS:
            found[word.lower()] += SHORTEST <= len(word) <= LONGEST
            continue
        first, middle, before = rows[place - 1] if place else (0, -1, 0)
        if middle == start and before & IS_SPACELESS and before & HAS_LETTER:
            found[bytes(buffer.data[first:end]).decode().lower()] += 1
    return +found


def nearest(rows: list[dict[int, int]], centres: list[list[int]]) -> list[tuple[int, int]]:
    found = []
    for row in rows:
        products = [
            sum(value * centres[word][k] for word, value in row.items())
            for k in range(len(centres[0]))
        ]
        best = max(range(len(products)), key=lambda k: (products[k], -k))
        found.append((best, products[best]))
    return found
