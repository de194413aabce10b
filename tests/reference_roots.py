"""The slow and obvious twin of kernels/roots.py."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence

from corpuskit.kernels.unicode import script_names, unicode_tables
from tests.reference_words import ratio


def lower(text: str) -> str:
    """Make each character lower case where that is one character."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def is_special(character: str) -> bool:
    category = unicodedata.category(character)
    return (
        character.isspace()
        or category[0] in "PS"
        or category == "Nd"
        or character in "\ufe0f\u20e3"
    )


def words(text: str) -> list[str]:
    """Cut at spaces, tabs and line feeds, and strip special characters."""
    pieces = "".join(" " if c in "\t\n" or unicodedata.category(c) == "Zs" else c for c in text)
    found = []
    for piece in pieces.split(" "):
        solid = [i for i, c in enumerate(piece) if not is_special(c)]
        if solid:
            found.append(lower(piece[solid[0] : solid[-1] + 1]))
    return found


def counts(units: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    """Count n-grams."""
    return Counter(tuple(units[i : i + n]) for i in range(len(units) - n + 1))


def repeated_chars(text: str, n: int) -> float:
    """Occurrences of the most frequent n-grams of characters over n-grams."""
    found = sorted(counts(text, n).values(), reverse=True)
    often = min(math.isqrt(len(found)), sum(count > 1 for count in found))
    return ratio(sum(found[:often]), sum(found))


def repeated_words(text: str, n: int) -> float:
    """Occurrences of n-grams of words that come again over n-grams."""
    found = counts(words(text), n).values()
    return ratio(sum(count for count in found if count > 1), sum(found))


def is_han(character: str) -> bool:
    """Tell whether the script is Han; Python itself does not know scripts."""
    return bool(script_names()[unicode_tables().script[ord(character)]] == "Han")


def roots(text: str) -> dict[str, float]:
    """Measure the group `roots` of one text."""
    han = sum(map(is_han, text))
    return {
        "word_count.roots": len(words(text)),
        "special_char_ratio.roots": ratio(sum(map(is_special, text)), len(text)),
        "repeated_char_10gram_ratio.roots": repeated_chars(text, 10),
        "repeated_char_3gram_ratio.roots": repeated_chars(text, 3) if 5 * han >= len(text) else 0,
        "repeated_word_5gram_ratio.roots": repeated_words(text, 5),
        "repeated_word_7gram_ratio.roots": repeated_words(text, 7),
    }
