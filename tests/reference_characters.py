"""The slow and obvious twin of corpuskit/kernels/characters.py, from Python's own tables."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from corpuskit.kernels.characters import FUNCTION_CHARS, PARTICLE_CHARS
from corpuskit.kernels.unicode import script_names, unicode_tables


def ratio(part: float, whole: float) -> float:
    """Divide, 0 by 0 being 0."""
    return part / whole if whole else 0.0


def script(character: str) -> str:
    """Name the script of a character; Python has no table of its own."""
    return script_names()[unicode_tables().script[ord(character)]]


def writes(codec: str, character: str) -> bool:
    """Tell whether a codec has two bytes for a character."""
    try:
        return len(character.encode(codec)) == 2
    except UnicodeEncodeError:
        return False


def ends_url(character: str) -> bool:
    """Tell whether a character ends a URL."""
    if character.isspace() or script(character) in ("Han", "Hiragana", "Katakana"):
        return True
    return not character.isascii() and unicodedata.category(character)[0] == "P"


def cut_urls(text: str) -> list[str]:
    """Cut a text before and after its URLs: the odd pieces are the URLs."""
    pieces = [""]
    i = 0
    while i < len(text):
        if re.match(r"https?://|www\.", text[i:]):
            stop = next((k for k in range(i, len(text)) if ends_url(text[k])), len(text))
            pieces += [text[i:stop], ""]
            i = stop
        else:
            pieces[-1] += text[i]
            i += 1
    return pieces


def longest_run(text: str) -> int:
    """Count the Han between two marks of punctuation or line feeds, at most."""
    pieces = "".join("\n" if unicodedata.category(c)[0] == "P" else c for c in text).split("\n")
    return max(sum(script(c) == "Han" for c in piece) for piece in pieces)


def chinese(text: str, solid: int) -> dict[str, float]:
    """Measure what kernels/chinese.py counts."""
    han = [c for c in text if script(c) == "Han"]
    simplified = sum(writes("gb2312", c) and not writes("big5", c) for c in han)
    traditional = sum(writes("big5", c) and not writes("gb2312", c) for c in han)
    both = simplified + traditional
    pieces = cut_urls(text)
    return {
        "traditional_ratio": ratio(traditional, both),
        "mixed_script_ratio": ratio(min(simplified, traditional), both) if both >= 20 else 0.0,
        "url_char_ratio": ratio(sum(map(len, pieces[1::2])), solid),
        "sentence_mark_count": sum(c in "。．！？!?" for piece in pieces[::2] for c in piece),
        "longest_han_run": longest_run(text),
    }


def measure(text: str) -> dict[str, float | str]:
    """Measure one text."""
    solid = sum(not c.isspace() for c in text)
    kinds = [unicodedata.category(c) for c in text]
    letters = sum(kind[0] == "L" for kind in kinds)
    han = [c for c in text if script(c) == "Han"]
    hiragana = sum("\u3041" <= c <= "\u3096" for c in text)
    katakana = sum("\u30a1" <= c <= "\u30fa" for c in text)
    japanese = hiragana + katakana + len(han)
    symbols = sum(k[0] == "S" and not c.isascii() for k, c in zip(kinds, text, strict=True))
    names = Counter(script(c) for k, c in zip(kinds, text, strict=True) if k[0] == "L")
    real = {name: n for name, n in names.items() if name not in ("Common", "Inherited", "Unknown")}
    best = min(real, key=lambda name: (-real[name], name)) if real else "None"
    return {
        "byte_count": len(text.encode()),
        "char_count": len(text),
        "non_space_count": solid,
        "letter_ratio": ratio(letters, solid),
        "digit_ratio": ratio(kinds.count("Nd"), solid),
        "punctuation_ratio": ratio(sum(kind[0] == "P" for kind in kinds), solid),
        "symbol_ratio": ratio(symbols, solid),
        "uppercase_ratio": ratio(kinds.count("Lu") + kinds.count("Lt"), letters),
        "white_space_ratio": ratio(len(text) - solid, len(text)),
        "bad_char_ratio": ratio(kinds.count("Co") + sum(c in "\u25a1\ufffd" for c in text), solid),
        "control_char_ratio": ratio(
            sum(k == "Cc" and not c.isspace() for k, c in zip(kinds, text, strict=True)), len(text)
        ),
        "han_char_count": len(han),
        "han_ratio": ratio(len(han), solid),
        "kana_ratio": ratio(hiragana + katakana, japanese),
        "hiragana_ratio": ratio(hiragana, japanese),
        "katakana_ratio": ratio(katakana + text.count("ー"), japanese),
        "japanese_char_count": japanese,
        "japanese_ratio": ratio(japanese, solid),
        "hangul_ratio": ratio(names["Hangul"], solid),
        "function_char_ratio": ratio(sum(c in FUNCTION_CHARS for c in han), len(han)),
        "particle_char_ratio": ratio(sum(c in PARTICLE_CHARS for c in text), japanese),
        "rare_han_ratio": ratio(
            sum(not writes("gb2312", c) and not writes("big5", c) for c in han), len(han)
        ),
        "rare_kanji_ratio": ratio(sum(not writes("euc_jp", c) for c in han), len(han)),
        **chinese(text, solid),
        "script": best,
        "script_ratio": ratio(max(real.values(), default=0), sum(real.values())),
    }
