"""The slow and obvious twins of kernels/nemo_words.py, nemo_lines.py and nemo_grams.py."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from tests.reference_lines import ratio, repeated, total
from tests.reference_published import lower
from tests.reference_words import STOP_WORDS

ELLIPSES = ("...", "[...]", "…", "(...)", "[…]", "-»")
BULLETS = tuple("\u2022\u2023\u2043\u204c\u204d\u2219\u25cb\u25cf\u25d8\u25e6\u29be\u29bf")
POLICY = (
    "terms of use", "privacy policy", "cookie policy", "uses cookies", "privacy overview",
    "use of cookies", "use cookies", "privacy & cookies policy", "privacy and cookies policy",
)  # fmt: skip
URL = r"https?://(?:[a-zA-Z0-9$-_@.&+!*(),]|%[0-9a-fA-F]{2})+"


def is_symbol(word: str) -> bool:
    """Tell whether a word is an ellipsis, or mostly runs of #."""
    return word in ELLIPSES or len(re.findall("#+", word)) / len(word) > 0.5


def top_gram(text: str, words: list[str], n: int) -> float:
    """Tell how much of a text is gone without its most frequent n-gram."""
    if len(words) < n:
        return 1.0
    grams = [" ".join(words[i : i + n]) for i in range(len(words) - n + 1)]
    first = Counter(grams).most_common(1)[0][0]  # of equally frequent ones the first
    return 1 - len(text.replace(first, "")) / len(text)


def later_grams(text: str, words: list[str], n: int) -> float:
    """Tell how much of a text stands in n-grams that came before."""
    if len(words) < n:
        return 1.0
    seen: set[tuple[str, ...]] = set()
    chars, counted = 0, 0
    for i in range(len(words) - n + 1):
        gram = tuple(words[i : i + n])
        if gram in seen:
            fresh = gram[max(counted - i, 0) :]
            chars += total(fresh) + min(len(fresh), n - 1)
            counted = i + n
        seen.add(gram)
    return chars / len(text)


def of_chars(text: str, count: int) -> float:
    """Divide by the length of the text."""
    return count / len(text) if text else 1.0


def characters(text: str) -> dict[str, float]:
    """Count characters by class."""
    digits = sum(unicodedata.category(c) == "Nd" for c in text)
    values = {
        "other_char": len(re.sub(r"[a-zA-Z0-9\n?!,.]", "", text)),
        "digit": digits,
        "url_char": total(re.findall(URL, text)),
        "blank_char": sum(c in "\t\n\r\b " for c in text),
        "bracket_char": sum(c in "{}[]()\u27e8\u27e9" for c in text),
    }
    return {f"{name}_ratio": of_chars(text, count) for name, count in values.items()}


def lines_and_paragraphs(text: str) -> dict[str, float]:
    """Measure lines and paragraphs."""
    lines = [line for line in text.split("\n") if line.strip()]
    bare = [line.strip() for line in lines]
    paragraphs = text.split("\n\n") if text else []
    ends = (*ELLIPSES, "read more", "read more..")
    policies = sum(any(phrase in lower(p) for phrase in POLICY) for p in paragraphs)
    return {
        "policy_paragraph_ratio": 1.0
        if "lorem ipsum" in lower(text)
        else ratio(policies, len(paragraphs)),
        "bullet_line_ratio": ratio(sum(b.startswith(BULLETS) for b in bare), len(bare)),
        "ellipsis_line_ratio": ratio(sum(lower(b).endswith(ends) for b in bare), len(bare)),
        "unended_line_ratio": ratio(
            sum(not b.endswith((".", "?", "!", '"', "'")) for b in bare), len(bare)
        ),
        "repeated_line_ratio": ratio(len(lines) - len(set(lines)), len(lines)),
        "repeated_line_char_ratio": ratio(total(repeated(lines)), total(lines)),
        "repeated_paragraph_ratio": ratio(len(paragraphs) - len(set(paragraphs)), len(paragraphs)),
        "repeated_paragraph_char_ratio": ratio(total(repeated(paragraphs)), total(paragraphs)),
    }


def nemo(text: str) -> dict[str, float]:
    """Measure the group `nemo` of one text."""
    words = text.split()
    letters = [any(unicodedata.category(c)[0] == "L" for c in word) for word in words]
    values = {
        "word_count": len(words),
        "mean_word_chars": ratio(total(words), len(words)),
        "max_word_chars": max(map(len, words), default=0),
        "stop_word_count": sum(word in STOP_WORDS for word in words),
        "alphabetic_word_ratio": ratio(sum(letters), len(words)),
        "symbol_word_ratio": ratio(sum(map(is_symbol, words)), len(words)),
        **characters(text),
        **lines_and_paragraphs(text),
        **{f"top_{n}gram_char_ratio": top_gram(text, words, n) for n in (2, 3, 4)},
        **{f"duplicate_{n}gram_char_ratio": later_grams(text, words, n) for n in range(5, 11)},
    }
    return {f"{name}.nemo": value for name, value in values.items()}
