"""The slow and obvious twin of corpuskit/kernels/madlad_sentences.py."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from tests.reference_lines import ratio
from tests.reference_words import is_space, is_spaceless, is_word, tokens

CURSED = (r"\|\s*\Z", "\ufffd{3}", "( [^ ]){9}", "( .{3}){9}", "( .{4}){9}")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where sentences start and end, without those of white space alone."""
    start = 0
    for mark in [*re.finditer(r"[.!?]+\s+", text), None]:
        end = mark.start() if mark else len(text)
        if text[start:end].strip():
            yield start, end
        start = mark.end() if mark else end


def words(text: str) -> list[tuple[int, str]]:
    """List the words of a text, each with its place."""
    found, i = [], 0
    for units in tokens(text):
        token = "".join(units)
        while is_space(text[i]):
            i += 1
        assert text.startswith(token, i)
        if is_word(units):
            found.append((i, token))
        i += len(token)
    return found


def faults(sentence: str, own: list[str]) -> set[str]:
    """Name the rules that a sentence of these words fails."""
    uppers = sum(unicodedata.category(word[0]) in ("Lu", "Lt") for word in own)
    spaceless = sum(is_spaceless(word) for word in own)
    technical = sum(c in "0123456789{}+/()>" for c in sentence)
    found = set()
    if len(own) >= 12 and uppers > len(own) / 2:
        found.add("list_case")
    if not 20 <= len(sentence) <= 500 and not (spaceless and spaceless >= len(own) / 2):
        found.add("abnormal_length")
    if technical * 5 > len(sentence):
        found.add("technical")
    if any(re.search(pattern, sentence) for pattern in CURSED):
        found.add("cursed")
    return found


def madlad(text: str) -> dict[str, float]:
    """Measure the group `madlad` of one text."""
    every = words(text)
    found = [
        faults(text[a:b], [word for at, word in every if a <= at < b]) for a, b in sentences(text)
    ]
    values = {
        f"{fault}_sentence_ratio": ratio(sum(fault in f for f in found), len(found))
        for fault in ("list_case", "abnormal_length", "technical", "cursed")
    }
    return {
        "sentence_count.madlad": len(found),
        **values,
        "questionable_sentence_ratio.olmo3": ratio(
            sum(bool(f & {"list_case", "cursed"}) for f in found), len(found)
        ),
        "questionable_sentence_ratio.madlad": ratio(sum(map(bool, found)), len(found)),
    }
