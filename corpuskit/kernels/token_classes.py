"""What a character may do at the edge of a token, and the few strings that stay whole.

The classes follow the rules of spaCy's blank English tokeniser (the one that datatrove counts
words with), widened from its lists of characters to Unicode categories. A zero-width space and
a byte order mark separate words here; other format characters and emoji skin tones belong to the
character before them, like a combining mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpuskit.kernels import unicode
from corpuskit.kernels.unicode import unicode_tables

# Bits of `TokenTables.classes`. A letter without case is LOWER and UPPER.
LOWER, UPPER, DIGIT, SOLID = 1, 2, 4, 8  # SOLID: a letter, mark or number
MARK, SPACE, SPACELESS = 16, 32, 64
PREFIX, SUFFIX, ICON, CURRENCY = 128, 256, 512, 1024  # what is peeled off at either end
HYPHEN, LINK, ARITHMETIC = 2048, 4096, 8192  # what may split the inside
CUT = 32768  # set by the kernel: a token starts here

# Bits of `TokenTables.plain`, by byte; 0 for all others.
# A mark ends a word, a lone mark is a token wherever it starts a chunk.
PLAIN_LETTER, PLAIN_DIGIT, PLAIN_SPACE, PLAIN_MARK, PLAIN_LONE = 1, 2, 4, 8, 16

_PREFIXES = "%=+,:;!?()[]{}<>_#*&'\"`$"
_SUFFIXES = ",:;!?()[]{}<>_#*&'\"`"
_SEPARATORS = "\u200b\ufeff\u1361"  # the last is the word space of Ethiopic
_SKIN_TONES = range(0x1F3FB, 0x1F400)

_TITLES = "Adm. Bros. co. Co. Corp. Dr. Gen. Gov. Inc. Jr. Ltd. Messrs. Mr. Mrs. Ms. Prof. Rep."
_WORDS = "Rev. Sen. St. Mt. vs. v.s. e.g. E.g. i.e. I.e. a.m. p.m. Ph.D. and/or w/o"
_MONTHS = "Jan. Feb. Mar. Apr. Jun. Jul. Aug. Sep. Sept. Oct. Nov. Dec."
_STATES = (
    "Ak. Ala. Ariz. Ark. Calif. Colo. Conn. Del. Fla. Ga. Ia. Id. Ill. Ind. Kan. Kans. Ky. La. Md. "
    "Mass. Mich. Minn. Miss. Mo. Mont. Neb. Nebr. Nev. Okla. Ore. Pa. Tenn. Va. Wash. Wis."
)
_CLITICS = "'s 'S 'd 'm 'll 're 've 'em 'cause 'Cause 'cos 'cuz 'bout"
_UNITS = (
    "km m dm cm mm ha nm yd in ft kg g mg t lb oz kmh mph hPa Pa mbar mb MB kb KB gb GB tb TB "
    "T G M K am pm"
)
KEPT_CHARS = 8  # no string that stays whole is longer

_OFFSET, _PRIME = 0xCBF29CE484222325, 0x100000001B3


class TokenTables(NamedTuple):
    """What the tokeniser looks up; all arrays are read-only.

    classes : uint16 (0x110000,), bits by code point.
    plain : uint8 (256,), bits by byte.
    lower : int32 (0x110000,), lower-case code points, of a full-width form those of the ordinary
        one: Ａ becomes a.
    kept : uint64 (512,), open-addressed set of the hashes of abbreviations ("Mr."), clitics
        ("'s") and units ("km", split off after a digit); 0 is a free slot.
    """

    classes: npt.NDArray[np.uint16]
    plain: npt.NDArray[np.uint8]
    lower: npt.NDArray[np.int32]
    kept: npt.NDArray[np.uint64]


@cache
def token_tables() -> TokenTables:
    """Make the tables, once per process."""
    tables = TokenTables(_classes(), _plain(), _lower(), _set_of(kept_strings()))
    for table in tables:
        table.setflags(write=False)
    return tables


@cache
def counted_points() -> npt.NDArray[np.int32]:
    """Return what a character counts as where letters, digits and marks alone do: (0x110000,).

    Its folded code point, as in `TokenTables.lower`; 0 for white space, punctuation and others.
    """
    points: npt.NDArray[np.int32] = token_tables().lower.copy()
    points[token_tables().classes & SOLID == 0] = 0
    points.setflags(write=False)
    return points


def kept_strings() -> list[str]:
    """List the strings that stay whole where they would be split or are split off whole."""
    letters = [f"{letter}." for letter in "abcdefghijklmnopqrstuvwxyz"]
    return [*letters, *" ".join((_TITLES, _WORDS, _MONTHS, _STATES, _CLITICS, _UNITS)).split()]


def fnv1a(data: bytes) -> int:
    """Hash bytes as `Tokens.hash` does (FNV-1a, 64 bits)."""
    value = _OFFSET
    for byte in data:
        value = (value ^ byte) * _PRIME & 0xFFFFFFFFFFFFFFFF
    return value


def _classes() -> npt.NDArray[np.uint16]:
    flags, category = unicode_tables().flags, unicode_tables().category
    classes = np.zeros(len(flags), np.uint16)
    letter = (flags & unicode.LETTER) > 0
    upper = (flags & unicode.UPPER) > 0
    uncased = (category == unicode.LO) | (category == unicode.LM)
    classes[letter & ~upper] |= LOWER
    classes[upper | uncased] |= UPPER
    classes[(flags & unicode.DIGIT) > 0] |= DIGIT
    number = (category >= unicode.ND) & (category <= unicode.NO)
    mark = (flags & unicode.MARK) > 0
    classes[letter | mark | number] |= SOLID
    classes[mark | (category == unicode.CF)] |= MARK
    classes[_SKIN_TONES] = MARK
    classes[(flags & unicode.SPACELESS) > 0] |= SPACELESS
    wide = np.arange(len(flags)) >= 128
    peeled = wide & ((flags & unicode.PUNCTUATION) > 0)
    icon = wide & (category == unicode.SO)
    classes[peeled | icon] |= PREFIX | SUFFIX
    classes[icon] |= ICON
    classes[category == unicode.SC] |= PREFIX | CURRENCY
    _set(classes, "´", PREFIX | SUFFIX)
    _set(classes, "…", ICON)
    _set(classes, _PREFIXES, PREFIX)
    _set(classes, _SUFFIXES, SUFFIX)
    _set(classes, "-–—~", HYPHEN)
    _set(classes, ":<>=/", LINK)
    _set(classes, "+-*^", ARITHMETIC)
    classes[(flags & unicode.SPACE) > 0] = SPACE
    classes[[ord(c) for c in _SEPARATORS]] = SPACE
    return classes


def _lower() -> npt.NDArray[np.int32]:
    lower: npt.NDArray[np.int32] = unicode_tables().lower.copy()
    lower[0xFF01:0xFF5F] = lower[0x21:0x7F]  # full-width forms, in the order of ASCII
    return lower


def _plain() -> npt.NDArray[np.uint8]:
    flags = unicode_tables().flags[:128]
    plain = np.zeros(256, np.uint8)
    plain[:128][(flags & unicode.LETTER) > 0] = PLAIN_LETTER
    plain[:128][(flags & unicode.DIGIT) > 0] = PLAIN_DIGIT
    plain[:128][(flags & unicode.SPACE) > 0] = PLAIN_SPACE
    _set(plain, _SUFFIXES, PLAIN_MARK)
    _set(plain, "".join(c for c in _PREFIXES if c not in "+'"), PLAIN_LONE)
    return plain


def _set(table: npt.NDArray[np.unsignedinteger], characters: str, bits: int) -> None:
    table[[ord(character) for character in characters]] |= table.dtype.type(bits)


def _set_of(strings: Iterable[str]) -> npt.NDArray[np.uint64]:
    slots = np.zeros(512, np.uint64)
    for string in strings:
        value = fnv1a(string.encode())
        slot = value & 511
        while slots[slot] not in (0, value):
            slot = slot + 1 & 511
        slots[slot] = value
    return slots
