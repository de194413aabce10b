"""Make corpuskit/kernels/unicode.npz: category, script and lower case of every code point.

Beside it, corpuskit/coverage/unicode_blocks.tsv: where each block of Unicode begins.

The tables ship with the package, so that a feature has the same value under every Python
version, whatever Unicode version its `unicodedata` follows.

    pip install fonttools unicodedata2
    python scripts/unicode_tables.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import unicodedata2 as unicodedata
from fontTools.unicodedata import Blocks, script, script_name

CODE_POINTS = 0x110000
PACKAGE = Path(__file__).parent.parent / "corpuskit"
TARGET = PACKAGE / "kernels" / "unicode.npz"
BLOCKS = PACKAGE / "coverage" / "unicode_blocks.tsv"
CATEGORIES = (
    "Cn", "Cc", "Cf", "Co", "Cs", "Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "No",
    "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs",
)  # fmt: skip


def main() -> None:
    """Write the tables; a code point's lower case is itself where it has no single one."""
    category = np.zeros(CODE_POINTS, np.uint8)
    scripts = np.zeros(CODE_POINTS, np.uint8)
    lower = np.arange(CODE_POINTS, dtype=np.int32)
    names: list[str] = ["Common", "Inherited", "Unknown"]
    for point in range(CODE_POINTS):
        character = chr(point)
        category[point] = CATEGORIES.index(unicodedata.category(character))
        name = script_name(script(character)).replace("_", " ")
        if name not in names:
            names.append(name)
        scripts[point] = names.index(name)
        if not 0xD800 <= point < 0xE000 and len(character.lower()) == 1:
            lower[point] = ord(character.lower())
    np.savez_compressed(
        TARGET,
        normal_form=normal_form(),
        category=category,
        script=scripts,
        lower=lower - np.arange(CODE_POINTS, dtype=np.int32),
        categories=np.array(CATEGORIES),
        scripts=np.array(names),
        version=np.array(unicodedata.unidata_version),
    )
    print(f"{TARGET}: Unicode {unicodedata.unidata_version}, {len(names)} scripts")
    write_blocks()


def write_blocks() -> None:
    """Write the first code point and the name of every block; a gap between two has no name."""
    named = zip(Blocks.RANGES, Blocks.VALUES, strict=True)
    rows = [f"{first:04X}\t{'' if name == 'No_Block' else name}\n" for first, name in named]
    BLOCKS.write_text("".join(rows), encoding="utf-8")


def normal_form() -> np.ndarray:
    """Classify every code point for normal form C.

    0: ordinary; 1 to 240: its combining class; 254: C may replace or join it. Code points that
    this Unicode does not know may change: a newer one may say so. Variation selectors do not.
    """
    table = np.zeros(CODE_POINTS, np.uint8)
    changing = [*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]  # jamo that complete a syllable
    for point in range(CODE_POINTS):
        if 0xD800 <= point < 0xE000 or point >= 0xE0000:
            continue
        character = chr(point)
        table[point] = unicodedata.combining(character)
        if not table[point] and unicodedata.category(character) == "Cn":
            changing.append(point)
        parts = unicodedata.decomposition(character)
        if parts and parts[0] != "<":
            changing.extend(int(part, 16) for part in parts.split()[1:])
            if unicodedata.normalize("NFC", character) != character:
                changing.append(point)
    table[changing] = 254
    return table


if __name__ == "__main__":
    main()
