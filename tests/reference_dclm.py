"""The slow and obvious twin of the group `dclm`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.reference_refinedweb import words as fasttext_words
from tests.reference_words import STOP_WORDS, ngrams, ratio, split

BULLETS, ELLIPSES = ("●", "•", "*", "-"), ("...", ". . .", "…")


def pieces(text: str, gap: str) -> list[str]:
    """Cut a text at a gap; strip, and leave out what is blank."""
    return [stripped for piece in text.split(gap) if (stripped := piece.strip())]


def chars(items: Sequence[str]) -> int:
    return len("".join(items))


def copies(items: Sequence[str]) -> list[str]:
    """List what comes more than once, every copy."""
    return [item for item in items if items.count(item) > 1]


def top(words: Sequence[str], n: int) -> int:
    """Give characters × count of the most frequent n-gram, the longest of several."""
    counts = Counter(ngrams(words, n))
    most = max(counts.values(), default=0)
    if most < 2:
        return 0
    return most * max(chars(gram) for gram, count in counts.items() if count == most)


def covered(words: Sequence[str], n: int) -> int:
    """Add up the characters of words in repeated n-grams, each word once."""
    counts = Counter(ngrams(words, n))
    inside = {
        k + j for k, gram in enumerate(ngrams(words, n)) if counts[gram] > 1 for j in range(n)
    }
    return sum(len(words[k]) for k in inside)


def dclm(text: str) -> dict[str, float]:
    """Measure the group `dclm` of one text."""
    solid = text.split()
    lines, paragraphs = pieces(text, "\n"), pieces(text, "\n\n")
    words = [token for token in split(text) if token[0].isalnum()]
    symbols = sum(text.count(mark) for mark in ("#", *ELLIPSES))
    letterless = sum(not any(map(str.isalpha, word)) for word in solid)
    values = {
        "word_count.dclm": fasttext_words(text),
        "mean_word_chars.dclm": ratio(chars(solid), len(solid)),
        "symbols_per_word.dclm": ratio(symbols, len(solid)),
        "bullet_line_ratio.dclm": ratio(sum(x.startswith(BULLETS) for x in lines), len(lines)),
        "ellipsis_line_ratio.dclm": ratio(sum(x.endswith(ELLIPSES) for x in lines), len(lines)),
        "non_alphabetic_word_ratio.dclm": ratio(letterless, len(solid)),
        "stop_word_count.dclm": sum(word.lower() in STOP_WORDS for word in solid),
        "duplicate_line_ratio.all": ratio(len(copies(lines)), len(lines)),
        "duplicate_line_char_ratio.all": ratio(chars(copies(lines)), chars(lines)),
        "duplicate_paragraph_ratio.all": ratio(len(copies(paragraphs)), len(paragraphs)),
        "duplicate_paragraph_char_ratio.all": ratio(chars(copies(paragraphs)), chars(paragraphs)),
    }
    for n in (2, 3, 4):
        values[f"top_{n}gram_char_ratio.dclm"] = ratio(top(words, n), chars(words))
    for n in range(5, 11):
        values[f"duplicate_{n}gram_char_ratio.dclm"] = ratio(covered(words, n), chars(words))
    return values
