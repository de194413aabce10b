"""The slow and obvious twins of kernels/tokenise.py, kernels/words.py and kernels/repetition.py."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Sequence

from corpuskit.kernels.token_classes import kept_strings
from corpuskit.kernels.unicode import SPACELESS, unicode_tables

KEPT = frozenset(kept_strings())
STOP_WORDS = frozenset(["the", "be", "to", "of", "and", "that", "have", "with"])
# A unit is a character with its marks; its first character decides what it may do.
Unit = str


def category(unit: str) -> str:
    return unicodedata.category(unit[0])


def is_space(character: str) -> bool:
    return character.isspace() or character in "\u200b\ufeff\u1361"


def is_mark(character: str) -> bool:
    """Tell whether a character belongs to the one before it."""
    if is_space(character):
        return False
    return category(character) in ("Mn", "Mc", "Me", "Cf") or character in "🏻🏼🏽🏾🏿"


def is_spaceless(unit: Unit) -> bool:
    return bool(unicode_tables().flags[ord(unit[0])] & SPACELESS)


def is_letter(unit: Unit) -> bool:
    return category(unit)[0] == "L"


def is_lower(unit: Unit) -> bool:
    return category(unit) in ("Ll", "Lo", "Lm")


def is_upper(unit: Unit) -> bool:
    return category(unit) in ("Lu", "Lt", "Lo", "Lm")


def is_digit(unit: Unit) -> bool:
    return category(unit) == "Nd"


def is_wide_mark(unit: Unit) -> bool:
    """Tell whether a unit is punctuation, a pictograph or the like beyond ASCII."""
    return unit[0] > "\x7f" and (category(unit)[0] == "P" or category(unit) == "So")


def is_prefix(unit: Unit) -> bool:
    return unit[0] in "%=+,:;!?()[]{}<>_#*&'\"`´" or category(unit) == "Sc" or is_wide_mark(unit)


def is_suffix(unit: Unit) -> bool:
    return unit[0] in ",:;!?()[]{}<>_#*&'\"`´" or is_wide_mark(unit)


def bases(units: Sequence[Unit]) -> str:
    """Spell units without their marks."""
    return "".join(unit[0] for unit in units)


def run_length(units: Sequence[Unit], character: str) -> int:
    """Count how many units at the front are this character."""
    return len(bases(units)) - len(bases(units).lstrip(character))


def chunks(text: str) -> list[list[Unit]]:
    """Cut a text at white space and around characters of scripts without spaces."""
    units: list[str] = []
    for character in text:
        if is_mark(character) and units and not is_space(units[-1]):
            units[-1] += character
        else:
            units.append(character)
    found: list[list[Unit]] = [[]]
    for unit in units:
        if is_space(unit):
            found.append([])
        elif is_spaceless(unit):
            found += [[unit], []]
        else:
            found[-1].append(unit)
    return [chunk for chunk in found if chunk]


def prefix_width(chunk: Sequence[Unit]) -> int:
    dots = run_length(chunk, ".")
    if dots > 1:
        return dots
    if chunk[0][0] == "+" and len(chunk) > 1 and is_digit(chunk[1]):
        return 0
    if chunk[0][0] == "'" and bases(chunk) in KEPT:
        return 0
    return int(is_prefix(chunk[0]))


def ends_in_period(chunk: Sequence[Unit]) -> bool:
    """Tell whether the single final period of a chunk is a token of its own."""
    before = chunk[-2]
    if bases(chunk) in KEPT:
        return False
    if is_lower(before) or is_digit(before) or is_suffix(before) or before[0] in "%+-":
        return True
    return len(chunk) > 2 and is_upper(before) and is_upper(chunk[-3])


def suffix_width(chunk: Sequence[Unit]) -> int:
    if is_suffix(chunk[-1]):
        return 1
    if len(chunk) < 2:
        return 0
    dots = run_length(chunk[::-1], ".")
    if dots > 0:
        return dots if dots > 1 else int(ends_in_period(chunk))
    if is_digit(chunk[-2]) and (chunk[-1][0] in "%+" or category(chunk[-1]) == "Sc"):
        return 1
    return clitic_width(bases(chunk)) or unit_width(chunk)


def clitic_width(text: str) -> int:
    """Measure n't, 's and the like at the end of a text."""
    for mark in "'’":
        if text.endswith(f"n{mark}t") and len(text) > 3 and is_letter(text[-4]):
            return 3
        if text.endswith((f"{mark}ll", f"{mark}re", f"{mark}ve")) and len(text) > 3:
            return 3
        if text.endswith((f"{mark}s", f"{mark}S", f"{mark}d", f"{mark}m")):
            return 2
    return 0


def unit_width(chunk: Sequence[Unit]) -> int:
    """Measure the letters, four at most, that name a unit after a digit."""
    for width in range(1, 5):
        letters, before = chunk[-width:], chunk[: -width or None]
        if before and all(map(is_letter, letters)) and is_digit(before[-1]):
            return width if bases(letters) in KEPT else 0
    return 0


def is_host(text: str) -> bool:
    """Tell whether a text starts with dotted labels, the last in lower case, then a path."""
    stop = 0
    while stop < len(text) and (
        is_letter(text[stop]) or is_digit(text[stop]) or text[stop] in "-_."
    ):
        stop += 1
    labels, rest = text[:stop].split("."), text[stop:]
    if not all(map(is_label, labels[:-1])):
        return False
    if len(labels) < 2 or len(labels[-1]) < 2 or not all(map(is_lower, labels[-1])):
        return False
    return rest == "" or rest[0] in "/?#" or (rest[0] == ":" and is_digit(rest[1:2] or "-"))


def is_label(text: str) -> bool:
    """Tell whether a label of a host starts and ends with a letter or digit, and is short."""
    ends = text[:1] + text[-1:]
    return 0 < len(text) <= 64 and all(is_letter(c) or is_digit(c) for c in ends)


def is_link(text: str) -> bool:
    """Tell whether a text is a link, a host name or a mail address."""
    mail = text.find("@", 1, len(text) - 1)
    scheme, colon, rest = text.partition("://")
    named = len(scheme) > 1 and all(is_letter(c) or is_digit(c) or c in "_.+-" for c in scheme)
    linked = bool(colon) and named and is_host(rest)
    return linked or is_host(text) or (mail > 0 and is_host(text[mail + 1 :]))


def infix_width(chunk: Sequence[Unit], k: int) -> int:
    """Measure the joining mark that starts at unit k; 0 for none."""
    mark = chunk[k][0]
    if is_letter(mark) or is_digit(mark):
        return 0
    if mark == "…" or (mark > "\x7f" and category(mark) == "So"):
        return 1
    width = run_length(chunk[k:], mark) if mark in ".-–—~" else 1
    if mark == "." and width > 1:
        return width
    if k == 0 or k + width >= len(chunk):
        return 0
    before, after = chunk[k - 1], chunk[k + width]
    if mark in "+-*^" and width == 1 and is_digit(before) and (is_digit(after) or after[0] == "-"):
        return 1
    if mark == ".":
        return int(is_lower(before) and is_upper(after))
    if mark == ",":
        return int(is_letter(before) and is_letter(after))
    joins = mark in "-–—~:<>=/" and width <= 3
    return width if joins and is_letter(after) and (is_letter(before) or is_digit(before)) else 0


def split_inside(chunk: list[Unit]) -> list[list[Unit]]:
    if len(chunk) < 3 or is_link(bases(chunk)) or bases(chunk) in KEPT:
        return [chunk] if chunk else []
    found: list[list[Unit]] = [[]]
    k = 0
    while k < len(chunk):
        width = infix_width(chunk, k)
        if width:
            found += [chunk[k : k + width], []]
        else:
            found[-1].append(chunk[k])
        k += width or 1
    return [token for token in found if token]


def cut(chunk: list[Unit]) -> list[list[Unit]]:
    """Cut one chunk into tokens, each a list of units."""
    front: list[list[Unit]] = []
    back: list[list[Unit]] = []
    while chunk and prefix_width(chunk):
        front.append(chunk[: prefix_width(chunk)])
        chunk = chunk[prefix_width(chunk) :]
    while chunk and suffix_width(chunk):
        width = suffix_width(chunk)
        back.insert(0, chunk[-width:])
        chunk = chunk[:-width]
    return [*front, *split_inside(chunk), *back]


def tokens(text: str) -> list[list[Unit]]:
    """Cut a text into tokens, each a list of units."""
    found = []
    for chunk in chunks(text):
        found += [chunk] if is_spaceless(chunk[0]) else cut(chunk)
    return found


def split(text: str) -> list[str]:
    """Cut a text into tokens."""
    return ["".join(token) for token in tokens(text)]


def is_word(token: Sequence[Unit]) -> bool:
    return any(category(unit)[0] in "LMN" for unit in token)


def kind(token: Sequence[Unit]) -> int:
    """Give the bits of `Tokens.kind`."""
    letter = any(map(is_letter, token))
    return letter | 2 * (not is_word(token)) | 4 * is_spaceless(token[0])


def ratio(part: float, whole: float) -> float:
    """Divide, 0 by 0 being 0."""
    return part / whole if whole else 0.0


def words(text: str) -> dict[str, float]:
    """Measure the features of words of one text."""
    found = tokens(text)
    proper = ["".join(token) for token in found if is_word(token)]
    return {
        "token_count": len(found),
        "word_count": len(proper),
        "mean_word_chars": ratio(sum(map(len, proper)), len(proper)),
        "max_word_chars": max(map(len, proper), default=0),
        "alphabetic_word_ratio": ratio(sum(any(map(is_letter, t)) for t in found), len(found)),
        "hash_marks_per_word": ratio(text.count("#"), len(found)),
        "ellipses_per_word": ratio(text.count("...") + text.count("…"), len(found)),
        "newlines_per_word": ratio(text.count("\n"), len(found)),
        "stop_word_count": len(STOP_WORDS & set(proper)),
        "spaceless_ratio": ratio(sum(is_spaceless(t[0]) for t in found), len(proper)),
    }


def ngrams(items: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(items[k : k + n]) for k in range(len(items) - n + 1)]


def scan(items: Sequence[str], n: int) -> int:
    """Add up the characters of n-grams seen before, jumping over each."""
    seen: set[Hashable] = set()
    covered = k = 0
    while k + n <= len(items):
        gram = tuple(items[k : k + n])
        covered += len("".join(gram)) if gram in seen else 0
        k += n if gram in seen else 1
        seen.add(gram)
    return covered


def top(items: Sequence[str], n: int, join: Callable[[tuple[str, ...]], str]) -> int:
    """Give length × count of the most frequent n-gram, of several the first."""
    for gram, count in Counter(ngrams(items, n)).most_common(1):
        return len(join(gram)) * count
    return 0


def repetition(text: str) -> dict[str, float]:
    """Measure the features of repetition of one text."""
    found = tokens(text)
    items = ["".join(token) for token in found]
    proper, spaceless = sum(map(is_word, found)), sum(is_spaceless(t[0]) for t in found)
    solid = list("".join(items)) if spaceless and spaceless * 5 >= proper else []
    measured = {
        f"top_{n}gram_char_ratio": ratio(top(items, n, " ".join), len(text)) for n in (2, 3, 4)
    }
    for n in range(5, 11):
        measured[f"duplicate_{n}gram_char_ratio"] = ratio(scan(items, n), len(text))
    measured["top_char_4gram_ratio"] = ratio(top(solid, 4, "".join), len(solid))
    measured["duplicate_char_20gram_ratio"] = ratio(scan(solid, 20), len(solid))
    return measured
