"""The slow twin of corpuskit.kernels.byte_pairs: the published expression, and merges in a loop."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import zstandard

from corpuskit.kernels import unicode
from corpuskit.kernels.byte_pairs import LONGEST_PIECE, TOKENS, VOCABULARY, WHITE_SPACE

_CATEGORIES = {
    "Lu": (unicode.LU,), "Lt": (unicode.LT,), "Lm": (unicode.LM,), "Lo": (unicode.LO,),
    "Ll": (unicode.LL,), "M": (unicode.MC, unicode.ME, unicode.MN),
    "N": (unicode.ND, unicode.NL, unicode.NO),
    "L": (unicode.LU, unicode.LT, unicode.LM, unicode.LO, unicode.LL),
}  # fmt: skip
PATTERN = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]*"
    r"|\s*[\r\n]+"
    r"|\s+(?!\S)"
    r"|\s+"
)
"""As tiktoken publishes it (tiktoken_ext/openai_public.py, o200k_base)."""


@cache
def vocabulary() -> dict[bytes, int]:
    content = zstandard.ZstdDecompressor().decompress(Path(VOCABULARY).read_bytes())
    lengths, found, at = content[:TOKENS], {}, TOKENS
    for rank, length in enumerate(lengths):
        found[content[at : at + length]] = rank
        at += length
    return found


@cache
def pattern() -> re.Pattern[str]:
    """Write the classes of the expression out, as `re` has none of Unicode's."""
    category = unicode.unicode_tables().category
    spaces = "".join(f"\\U{point:08x}" for point in WHITE_SPACE)
    text = PATTERN.replace(r"(?!\S)", f"(?![^{spaces}])").replace(r"\s", "\\s{}")
    text = text.replace(r"[^\s{}", f"[^{spaces}").replace(r"\s{}", f"[{spaces}]")
    for name in sorted(_CATEGORIES, key=len, reverse=True):
        members = [bool(c in _CATEGORIES[name]) for c in category.tolist()]
        ranges, start = [], None
        for point, member in enumerate([*members, False]):
            if member and start is None:
                start = point
            elif not member and start is not None:
                ranges.append(f"\\U{start:08x}-\\U{point - 1:08x}")
                start = None
        inside = "".join(ranges)
        bare = f"\\p{{{name}}}{{1,3}}"
        text = text.replace(bare, f"[{inside}]{{1,3}}").replace(f"\\p{{{name}}}", inside)
    return re.compile(text)


def pieces(text: str) -> list[str]:
    found = pattern().findall(text)
    assert "".join(found) == text
    return found


def short(piece: bytes) -> list[bytes]:
    """Cut a piece that is too long before the character that makes it so."""
    parts = []
    while len(piece) > LONGEST_PIECE:
        end = LONGEST_PIECE
        while piece[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(piece[:end])
        piece = piece[end:]
    return [*parts, piece]


def merge(piece: bytes) -> list[bytes]:
    ranks = vocabulary()
    if piece in ranks:
        return [piece]
    parts = [piece[k : k + 1] for k in range(len(piece))]
    while True:
        joined = [ranks.get(one + two, TOKENS) for one, two in pairwise(parts)]
        if not joined or min(joined) == TOKENS:
            return parts
        place = joined.index(min(joined))
        parts[place : place + 2] = [parts[place] + parts[place + 1]]


def tokens(text: str) -> list[bytes]:
    cut = (part for piece in pieces(text) for part in short(piece.encode()))
    return [token for part in cut for token in merge(part)]


def count(text: str) -> tuple[int, int]:
    found = tokens(text)
    return len(found), sum(len(token) == 1 and token[0] >= 0x80 for token in found)
