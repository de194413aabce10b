"""The slow and obvious twin of kernels/redpajama2.py and kernels/redpajama2_grams.py."""

from __future__ import annotations

import math
import string
import unicodedata
from collections import Counter
from itertools import groupby

from tests.reference_roots import lower
from tests.reference_words import ratio

PUNCTUATION = dict.fromkeys(map(ord, string.punctuation))
BULLETS = tuple(map(chr, (0x2022, 0x2023, 0x25B6, 0x25C0, 0x25E6, 0x25A0, 0x25A1, 0x25AA, 0x25AB,
                          0x2013)))  # fmt: skip
SHORT = {"en_es": 100 / 5.165, "fr_it": 100 / 5.445, "de": 100 / 6.451}


def words(text: str) -> list[str]:
    """Normalise a text and cut it at white space."""
    return lower(text.translate(PUNCTUATION)).split()


def lines(text: str) -> list[str]:
    """Cut after each line feed."""
    return text.split("\n")[:-1] if text.endswith("\n") else text.split("\n") if text else []


def is_word_character(character: str) -> bool:
    return character == "_" or unicodedata.category(character)[0] in "LN"


def raw_tokens(text: str) -> list[str]:
    """Cut a text into runs of word characters and runs of others, white space left out."""
    pieces = groupby(text, lambda c: 2 if c.isspace() else is_word_character(c))
    return ["".join(run) for kind, run in pieces if kind != 2]


def sentences(text: str) -> int:
    runs = text.replace("!", ".").replace("?", ".").split(".")
    return sum(any(map(is_word_character, run)) for run in runs)


def is_all_caps(token: str) -> bool:
    categories = {unicodedata.category(c) for c in token}
    return "Lu" in categories and not categories & {"Ll", "Lt"}


def ngrams(found: list[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(found[i : i + n]) for i in range(len(found) - n + 1)]


def total(found: list[str] | tuple[str, ...]) -> int:
    return sum(map(len, found))


def top(found: list[str], n: int) -> float:
    """Characters of the most frequent n-gram × count over characters of words."""
    best = Counter(ngrams(found, n)).most_common(1)
    if not best or best[0][1] < 2:
        return 0
    return ratio(total(best[0][0]) * best[0][1], total(found))


def duplicate(found: list[str], n: int) -> float:
    """Characters of words inside n-grams that come again over characters of words."""
    grams = ngrams(found, n)
    count = Counter(grams)
    inside = {i + k for i, gram in enumerate(grams) if count[gram] > 1 for k in range(n)}
    return ratio(sum(len(found[i]) for i in inside), total(found))


def of_lines(text: str) -> dict[str, float]:
    """Measure what is said over lines."""
    found = lines(text)
    plain = [" ".join(words(line)) for line in found]
    numbers = sum(unicodedata.category(c)[0] == "N" for line in plain for c in line)
    many = len(found)
    return {
        "line_count": many,
        "ellipsis_line_ratio": ratio(sum(x.rstrip().endswith(("...", "…")) for x in found), many),
        "terminal_line_ratio": ratio(
            sum(x.rstrip().endswith((".", "!", "?", "”")) for x in found), many
        ),
        "bullet_line_ratio": ratio(sum(x.lstrip().startswith(BULLETS) for x in found), many),
        "words_per_line": ratio(sum(len(words(line)) for line in found), many),
        "number_char_ratio": ratio(numbers, total(plain)),
    }


def redpajama2(text: str) -> dict[str, float]:
    """Measure the group `redpajama2` of one text."""
    found, raw, normal = words(text), raw_tokens(text), " ".join(words(text))
    shares = [count / len(found) for count in Counter(found).values()]
    values = {
        "word_count": len(found),
        "sentence_count": sentences(text),
        "mean_word_chars": ratio(total(found), len(found)),
        "unique_word_ratio": ratio(len(set(found)), len(found)),
        "unigram_entropy": -sum(share * math.log(share) for share in shares),
        "symbols_per_token": ratio(sum(map(text.count, ("#", "...", "…"))), len(raw)),
        "not_latin_token_ratio": ratio(
            sum(not set(token) & set(string.ascii_letters) for token in raw), len(raw)
        ),
        "all_caps_token_ratio": ratio(sum(map(is_all_caps, raw)), len(raw)),
        "curly_bracket_ratio": ratio(text.count("{") + text.count("}"), len(text)),
        "lorem_ipsum_per_char": ratio(normal.count("lorem ipsum"), len(normal)),
        **{f"top_{n}gram_char_ratio": top(found, n) for n in (2, 3, 4)},
        **{f"duplicate_{n}gram_char_ratio": duplicate(found, n) for n in range(5, 11)},
        **of_lines(text),
        "uppercase_char_ratio": ratio(
            sum(unicodedata.category(c) == "Lu" for c in text), len(text.replace("\n", ""))
        ),
    }
    short = {
        f"short_line_ratio.redpajama2_{name}": ratio(
            sum(len(words(line)) < bound for line in lines(text)), len(lines(text))
        )
        for name, bound in SHORT.items()
    }
    return {f"{name}.redpajama2": value for name, value in values.items()} | short
