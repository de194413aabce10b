"""What a code point is: category, script and lower case, as flat tables that kernels index.

The tables are made by scripts/unicode_tables.py from the Unicode Character Database and ship
as unicode.npz. Kernels take them as arguments: a global array would be baked into every
compiled kernel. `decode` reads one code point of valid UTF-8 and is inlined by LLVM.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

# Index of each general category in `UnicodeTables.category`, as unicode_tables.py numbers them.
CN, CC, CF, CO, CS, LL, LM, LO, LT, LU, MC, ME, MN, ND, NL, NO = range(16)
PC, PD, PE, PF, PI, PO, PS, SC, SK, SM, SO, ZL, ZP, ZS = range(16, 30)

# Scripts written without spaces between words.
SPACELESS_SCRIPTS = (
    "Han", "Hiragana", "Katakana", "Bopomofo", "Yi", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan",
    "Javanese", "Balinese", "Tai Le", "New Tai Lue", "Tai Tham", "Tai Viet", "Tangut", "Nushu",
)  # fmt: skip

# Bits of `UnicodeTables.flags`, what most kernels ask of a code point in one look-up.
LETTER, MARK, DIGIT, PUNCTUATION, SYMBOL, SPACE, SPACELESS, UPPER = (1 << bit for bit in range(8))


class UnicodeTables(NamedTuple):
    """One entry per code point; all arrays have shape (0x110000,).

    flags : uint8, the bits LETTER (L*), MARK (M*), DIGIT (Nd), PUNCTUATION (P*), SYMBOL (S*),
        SPACE (white space as `str.isspace` has it), SPACELESS (a letter, mark or digit of a
        script written without spaces) and UPPER (Lu, Lt).
    category : uint8, index of the general category.
    script : uint8, index into `script_names`.
    lower : int32, the lower-case code point.
    """

    flags: npt.NDArray[np.uint8]
    category: npt.NDArray[np.uint8]
    script: npt.NDArray[np.uint8]
    lower: npt.NDArray[np.int32]


@cache
def unicode_tables() -> UnicodeTables:
    """Load the tables, once per process (about 8 MB)."""
    with np.load(Path(__file__).with_name("unicode.npz")) as stored:
        category, script, names = stored["category"], stored["script"], list(stored["scripts"])
        lower = stored["lower"] + np.arange(len(category), dtype=np.int32)
    tables = UnicodeTables(_flags(category, script, names), category, script, lower)
    for table in tables:
        table.setflags(write=False)
    return tables


@cache
def script_names() -> tuple[str, ...]:
    """Name every script in the order of `UnicodeTables.script` (Common, Inherited first)."""
    with np.load(Path(__file__).with_name("unicode.npz")) as stored:
        return tuple(str(name) for name in stored["scripts"])


def _flags(
    category: npt.NDArray[np.uint8], script: npt.NDArray[np.uint8], names: list[str]
) -> npt.NDArray[np.uint8]:
    flags = np.zeros(len(category), np.uint8)
    letter = (category >= LL) & (category <= LU)
    mark = (category >= MC) & (category <= MN)
    flags[letter] |= LETTER
    flags[mark] |= MARK
    flags[category == ND] |= DIGIT
    flags[(category >= PC) & (category <= PS)] |= PUNCTUATION
    flags[(category >= SC) & (category <= SO)] |= SYMBOL
    flags[category >= ZL] |= SPACE
    flags[[0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x1F, 0x85]] |= SPACE
    spaceless = np.isin(script, [names.index(name) for name in SPACELESS_SCRIPTS])
    flags[spaceless & (letter | mark | (category == ND) | (category == NL))] |= SPACELESS
    flags[0x30FC] |= SPACELESS  # the long vowel mark of Katakana is Common
    flags[(category == LU) | (category == LT)] |= UPPER
    return flags


@njit(nogil=True, cache=True, inline="never")
def decode(data, i):  # type: ignore[no-untyped-def]
    """Read the code point that starts at byte i of valid UTF-8: (code point, width in bytes)."""
    first = np.int64(data[i])
    if first < 0x80:
        return first, 1
    if first < 0xE0:
        return ((first & 0x1F) << 6) | (np.int64(data[i + 1]) & 0x3F), 2
    if first < 0xF0:
        second, third = np.int64(data[i + 1]) & 0x3F, np.int64(data[i + 2]) & 0x3F
        return ((first & 0x0F) << 12) | (second << 6) | third, 3
    second, third = np.int64(data[i + 1]) & 0x3F, np.int64(data[i + 2]) & 0x3F
    fourth = np.int64(data[i + 3]) & 0x3F
    return ((first & 0x07) << 18) | (second << 12) | (third << 6) | fourth, 4
