"""The slow and obvious twin of corpuskit/kernels/lines.py."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from corpuskit.kernels.line_classes import terminal_points

ELLIPSES = ("...", "…")
TERMINAL = tuple(chr(point) for point in terminal_points())
READ_MORE = ("readmore", "read more", "展开", "展開", "更多", "。。。")
CLOSING = tuple(")]}>）］｝】〕〉》」』»")


def ratio(part: float, whole: float) -> float:
    """Divide, 0 by 0 being 0."""
    return part / whole if whole else 0.0


def repeated(elements: Sequence[str]) -> list[str]:
    """List every element that occurred before."""
    seen: Counter[str] = Counter()
    again = []
    for element in elements:
        if seen[element]:
            again.append(element)
        seen[element] += 1
    return again


def total(elements: Sequence[str]) -> int:
    """Add up the lengths."""
    return sum(len(element) for element in elements)


def is_word(line: str) -> bool:
    """Tell whether a line has a letter or digit."""
    return any(unicodedata.category(c)[0] == "L" or unicodedata.category(c) == "Nd" for c in line)


def is_han(character: str) -> bool:
    """Tell whether a character is Han, radicals aside."""
    name = unicodedata.name(character, "")
    return "CJK UNIFIED" in name or "CJK COMPATIBILITY IDEO" in name or character in "々〇"


def is_punctuated(line: str) -> bool:
    """Tell whether a line has a mark of Chinese prose."""
    if any(mark in line for mark in "。！？；…，!?"):
        return True
    return any(mark in ",.;" and is_han(before) for before, mark in pairwise(line))


def sentences(line: str) -> list[str]:
    """Cut a line after runs of sentence marks."""
    found = re.findall(r"[^。．！？!?]*[。．！？!?]+|[^。．！？!?]+", line)
    return [sentence.strip() for sentence in found]


def reads_more(line: str) -> bool:
    """Tell whether a line is a link to the rest of a text."""
    line = line[:-1] if line.endswith(CLOSING) else line
    lowered = "".join(c.lower() if c.isascii() else c for c in line)
    return lowered.endswith(READ_MORE)


def measure(text: str) -> dict[str, float]:
    """Measure one text."""
    lines = [line for line in text.split("\n") if line.strip()]
    broken = text.splitlines()
    pieces = re.split("\n+", text)
    paragraphs = re.split("\n{2,}", text.strip())
    words = [line.strip() for line in lines if is_word(line)]
    solid = total(words)
    every = [sentence for line in words for sentence in sentences(line)]
    punctuated = [line for line in words if is_punctuated(line)]
    listed = [line for line in words if is_punctuated(line) or "、" in line]
    ellipses = [line for line in words if line.endswith(ELLIPSES)] if len(words) >= 5 else []
    return {
        "line_count": len(lines),
        "newline_count": text.count("\n"),
        "max_line_chars": max(map(len, lines), default=0),
        "mean_line_chars": ratio(total(lines), len(lines)),
        "bullet_line_ratio": ratio(
            sum(line.lstrip().startswith(("•", "-")) for line in broken), len(broken)
        ),
        "ellipsis_line_ratio": ratio(
            sum(line.rstrip().endswith(ELLIPSES) for line in broken), len(broken)
        ),
        "duplicate_line_ratio": ratio(len(repeated(pieces)), len(pieces)),
        "duplicate_line_char_ratio": ratio(total(repeated(pieces)), len(text)),
        "duplicate_paragraph_ratio": ratio(len(repeated(paragraphs)), len(paragraphs)),
        "duplicate_paragraph_char_ratio": ratio(total(repeated(paragraphs)), len(text)),
        "terminal_line_ratio": ratio(sum(line.endswith(TERMINAL) for line in lines), len(lines)),
        "short_line_ratio": ratio(sum(len(line) <= 30 for line in lines), len(lines)),
        "repeated_line_char_ratio": ratio(total(repeated(lines)), len(text.replace("\n", ""))),
        "punctuated_line_char_ratio": ratio(total(punctuated), solid),
        "japanese_punctuated_line_char_ratio": ratio(total(listed), solid),
        "short_line_char_ratio": ratio(total([w for w in words if len(w) <= 10]), solid),
        "mean_word_line_chars": ratio(solid, len(words)),
        "duplicate_sentence_char_ratio": ratio(total(repeated(every)), solid),
        "read_more_line_ratio": ratio(sum(map(reads_more, words)), len(words)),
        "text_ellipsis_line_ratio": ratio(len(ellipses), len(words)),
    }
