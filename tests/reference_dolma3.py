"""The slow and obvious twin of corpuskit/kernels/dolma3.py."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from tests.reference_lines import ratio
from tests.reference_published import lower
from tests.reference_words import STOP_WORDS, is_word, tokens

ELLIPSES = ("...", ". . .", "…")


def size(text: str) -> int:
    """Count bytes."""
    return len(text.encode())


def is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] == "L"


def repeated(name: str, pieces: list[str]) -> dict[str, float]:
    """Measure how much stands more than once."""
    copies = Counter(pieces)
    again = [piece for piece in pieces if copies[piece] > 1]
    return {
        f"repeated_{name}_ratio": len(again) / len(pieces) if pieces else 1.0,
        f"repeated_{name}_byte_ratio": sum(map(size, again)) / sum(map(size, pieces))
        if pieces
        else 1.0,
    }


def count_words(text: str) -> int:
    """Count words."""
    if text.isascii():
        return len(re.findall("[a-zA-Z0-9]+", text))
    return sum(map(is_word, tokens(text)))


def dolma3(text: str) -> dict[str, float]:
    """Measure the group `dolma3` of one text."""
    words, lines = text.split(), text.split("\n")
    ends = [line.removesuffix("\r") for line in lines[:-1]] + lines[-1:]
    filled = [line for line in ends if line]
    joined = len(text.replace(". . .", "...").split())
    symbols = text.count("#") + sum(text.count(mark) for mark in ELLIPSES)
    without = sum(not any(map(is_letter, word)) for word in words)
    values = {
        "char_count": len(text),
        "word_count": count_words(text),
        "mean_word_bytes": ratio(sum(map(size, words)), len(words)),
        "symbols_per_word": symbols / max(joined, 1),
        "bullet_line_ratio": sum(line.startswith(("●", "•", "*", "-")) for line in lines)
        / len(lines),
        "ellipsis_line_ratio": ratio(sum(line.endswith(ELLIPSES) for line in filled), len(filled)),
        "no_letter_word_ratio": without / len(words) if len(words) > 1 else 1.0,
        "stop_word_count": sum(lower(word) in STOP_WORDS for word in words),
        **repeated("line", [line for line in lines if line]),
        **repeated("paragraph", [piece for piece in text.split("\n\n") if piece]),
    }
    return {f"{name}.dolma3": value for name, value in values.items()}
