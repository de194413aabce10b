"""The slow and obvious twin of corpuskit/kernels/zyda_characters.py."""

from __future__ import annotations

import re
import unicodedata

from tests.reference_lines import ratio

TEN = "-_/\\\n\r.,:?\xa0"


def is_word(character: str) -> bool:
    """Tell whether a character is a letter, a number or _."""
    return character == "_" or unicodedata.category(character)[0] in "LN"


def squeeze(text: str) -> str:
    """Make one of every long run."""
    for character, limit in (*((c, 10) for c in TEN), (" ", 40), ("\t", 20)):
        pattern = f"{re.escape(character)}{{{limit},}}"
        text = re.sub(pattern, lambda found: found.group()[0], text)
    return text


def zyda(text: str) -> dict[str, float]:
    """Measure the group `zyda` of one text."""
    squeezed = squeeze(text)
    pieces = re.split(r"[\s\-/\\.]", text)
    runs = [run for run in re.finditer(r"(.)\1{6,}", squeezed, re.DOTALL) if is_word(run[1])]
    others = sum(not is_word(c) and not c.isspace() for c in text)
    digits = sum(unicodedata.category(c) == "Nd" for c in text)
    values = {
        "char_count": len(squeezed),
        "mean_word_chars": sum(map(len, pieces)) / len(pieces),
        "nonalphanumeric_ratio": ratio(others, len(text)),
        "digit_ratio": ratio(digits, len(text)),
        "character_run_count": len(runs),
        "xml_count": text.count("xml"),
        "xml_declaration_count": text.count("xml version="),
        "lorem_ipsum_count": text.count("lorem ipsum"),
        "links_per_char": ratio(text.count("https://"), len(squeezed)),
        "angles_per_char": ratio(text.count("<"), len(squeezed)),
        "quote_colons_per_char": ratio(text.count('":'), len(squeezed)),
        "www_per_char": ratio(len(re.findall("www.", text)), len(squeezed)),
    }
    return {f"{name}.zyda": value for name, value in values.items()}
