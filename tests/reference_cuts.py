"""The slow and obvious twin of corpuskit/kernels/sentence_cuts.py, over Python strings."""

from __future__ import annotations

import re
import unicodedata

from corpuskit.kernels.line_classes import OTHER_BREAKS, terminal_points

SPACED = ".!?．…"
ENDS = "".join(chr(point) for point in terminal_points() if chr(point) not in SPACED)
CLAUSE = "，、；：،"
REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]")
LEADS = re.compile("[\u1100-\u115f\ua960-\ua97c]")
SYLLABLE = re.compile("[\uac00-\ud7a3]")
PREPENDED = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
EXTENDS = re.compile(
    "[\u200c\u200d\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
    "\u1160-\u11ff\ud7b0-\ud7c6\ud7cb-\ud7fb]"
)


CLOSERS = "".join(
    chr(point) for point in range(0x110000) if unicodedata.category(chr(point)) in ("Pe", "Pf")
)
RUN = re.compile(f"[{re.escape(ENDS + SPACED + CLOSERS)}\"']+$")  # marks, quotes between them


def is_closing(character: str) -> bool:
    """Closing brackets and quotes."""
    return unicodedata.category(character) in ("Pe", "Pf") or character in "\"'"


def is_joined(text: str, at: int, start: int) -> bool:
    """Say whether a cut at `at` would break a grapheme cluster of text[start:]."""
    before, here = text[at - 1], text[at]
    if before == "\r" and here == "\n":
        return True
    if EXTENDS.match(here) or unicodedata.category(here) in ("Mn", "Mc", "Me"):
        return True
    if before == "\u200d" or unicodedata.combining(before) == 9 or PREPENDED.match(before):
        return True
    if REGIONAL.match(here):
        run = at
        while run > start and REGIONAL.match(text[run - 1]):
            run -= 1
        return (at - run) % 2 == 1
    return bool(LEADS.match(before) and (LEADS.match(here) or SYLLABLE.match(here)))


def ends_sentence(text: str, at: int, start: int) -> bool:
    """Say whether text[start:at] ends with a sentence or a line, and the white space after it."""
    here = text[at]
    if here.isspace():
        return False
    solid = text[start:at].rstrip()
    gap = text[start + len(solid) : at]
    if any(character in "\n" + OTHER_BREAKS for character in gap):
        return True
    solid = "".join(  # what joins a character before it changes nothing
        character
        for place, character in enumerate(solid, start)
        if place == start or character in ENDS + SPACED or not is_joined(text, place, start)
    )
    while solid and is_closing(solid[-1]):
        solid = solid[:-1]
    marks = re.search(f"[{re.escape(ENDS + SPACED)}]$", solid)
    if marks is None:
        return False
    marks = re.search(RUN, solid)
    assert marks is not None
    spaced = not any(mark in ENDS for mark in marks.group())
    if not gap:
        return not spaced and not is_closing(here) and here not in ENDS + SPACED
    return not spaced or unicodedata.category(here) != "Ll"


def pieces(text: str, costs: list[int], limit: int) -> list[str]:
    """Cut a text."""
    found, start = [], 0
    while start < len(text):
        end = piece(text, costs, limit, start)
        found.append(text[start:end])
        start = end
    return found


def piece(text: str, costs: list[int], limit: int, start: int) -> int:
    """Find the end of one piece."""
    cost = 1000 if costs[start] == 0 else 0
    sentence = word = cluster = forced = (-1, 0)
    for at in range(start, len(text)):
        if at > start:
            place = (at, cost)
            if is_joined(text, at, start):
                forced = place
            elif ends_sentence(text, at, start):
                sentence = place
            elif not text[at].isspace() and (text[at - 1].isspace() or text[at - 1] in CLAUSE):
                word = place
            else:
                cluster = place
            if cost + costs[at] > limit:
                if sentence[0] > 0:
                    return sentence[0]
                if word[0] > 0 and 2 * word[1] >= limit:
                    return word[0]
                return max(word[0], cluster[0]) if max(word[0], cluster[0]) > 0 else forced[0]
        cost += costs[at]
    return len(text)
