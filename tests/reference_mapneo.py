"""The slow and obvious twin of corpuskit/kernels/mapneo.py."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter

from tests.reference_lines import ratio


def top(text: str, n: int) -> int:
    """Return n × (count - 1) of the most frequent n-gram."""
    grams = Counter(text[i : i + n] for i in range(len(text) - n + 1))
    return n * (max(grams.values(), default=1) - 1)


def entropy(text: str) -> float:
    """Return the entropy of the characters, in nats."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log(share) for share in shares)


def mapneo(text: str) -> dict[str, float]:
    """Measure the group `mapneo` of one text."""
    text = unicodedata.normalize("NFKC", text)
    kinds = [unicodedata.category(c) for c in text]
    marks = sum(kind[0] == "P" for kind in kinds)
    pieces = re.split('[.!?;"。]', text)
    brackets = re.findall("【([^】\n]*)】", text)
    return {
        "char_count.mapneo": len(text),
        "sentence_count.mapneo": sum(not re.fullmatch(r"\s*", piece) for piece in pieces),
        "bracket_char_ratio.mapneo": ratio(sum(map(len, brackets)), len(text)),
        "hash_runs_per_char.mapneo": ratio(len(re.findall("#+", text)), len(text)),
        "ellipsis_runs_per_char.mapneo": ratio(len(re.findall("[.。]{3,}", text)), len(text)),
        "digit_ratio.mapneo": ratio(kinds.count("Nd"), len(text) - marks),
        "distinct_char_ratio.mapneo": ratio(len(set(text)), len(text)),
        "char_entropy.mapneo": entropy(text),
        "top_char_2gram_ratio.mapneo": ratio(top(text, 2), len(text)),
        "top_char_3gram_ratio.mapneo": ratio(top(text, 3), len(text)),
        "top_char_4gram_ratio.mapneo": ratio(top(text, 4), len(text)),
    }
