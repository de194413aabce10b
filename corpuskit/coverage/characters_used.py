"""Which characters a corpus uses: exact counts of every code point, by block, kind and list.

Blocks are those of Unicode (unicode_blocks.tsv, made by scripts/unicode_tables.py from the
standard's Blocks.txt). Kinds follow the general category: letters L*, marks M*, digits Nd, other
numbers Nl and No, punctuation P*, symbols S*, white space as `str.isspace` has it, control Cc,
format Cf, private use Co, unassigned Cn; U+FFFD, which stands for what could not be decoded, is a
kind of its own.

A list (`coverage.character_lists`) is told where 1,000 characters tell that its language is there:
for simplified Chinese, characters of the list that neither Big5 nor the kanji have; for traditional
Chinese, those that neither GB 2312 nor the kanji have; for kanji, hiragana.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.coverage.character_lists import CharacterList, character_lists
from corpuskit.coverage.parts import Part, Tables, Texts
from corpuskit.kernels import unicode
from corpuskit.kernels.code_points import count_code_points

BLOCKS: Final = Path(__file__).with_name("unicode_blocks.tsv")
COUNTS = {"point": pl.UInt32, "count": pl.UInt64}
KINDS: Final = (
    "letters", "marks", "digits", "other_numbers", "punctuation", "symbols", "white_space",
    "control", "format", "private_use", "replacement", "unassigned",
)  # fmt: skip
REPLACEMENT: Final = 0xFFFD
TELLING_CHARACTERS: Final = 1_000
OFTEN: Final = 10
MISSING_SHOWN: Final = 50


def count(texts: Texts) -> Tables:
    """Count a batch."""
    points, counts = count_code_points(texts.measured.buffer)
    return {"points": pl.DataFrame({"point": points, "count": counts}, schema=COUNTS)}


def merge(tables: Sequence[Tables]) -> Tables:
    """Return the counts of all batches together."""
    rows = pl.concat([pl.DataFrame(schema=COUNTS), *(one["points"] for one in tables)])
    return {"points": rows.group_by("point").agg(pl.col("count").sum()).sort("point")}


def subtract(whole: Tables, part: Tables) -> Tables:
    """Return the counts of what is in `whole` and not in `part`."""
    less = part["points"].rename({"count": "less"})
    left = whole["points"].join(less, on="point", how="left").select(
        "point", pl.col("count") - pl.col("less").fill_null(0)
    )  # fmt: skip
    return {"points": left.filter(pl.col("count") > 0).sort("point")}


def describe(tables: Tables) -> dict[str, Any]:
    """Give `characters_used`: different characters, blocks, kinds and lists."""
    points = tables["points"]["point"].to_numpy().astype(np.int64)
    counts = tables["points"]["count"].to_numpy().astype(np.int64)
    by_point = dict(zip(points.tolist(), counts.tolist(), strict=True))
    return {
        "characters_used": {
            "distinct": len(points),
            "blocks": blocks(points, counts),
            "kinds": kinds(points, counts),
            "lists": [told for one in character_lists() if (told := found(one, by_point))],
        }
    }


def blocks(points: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> list[dict[str, Any]]:
    """List the blocks that occur; most characters first, then by name."""
    starts, names = _block_table()
    of_point = np.searchsorted(starts, points, side="right") - 1
    sums = [
        {"name": names[block] or "No block", "distinct": int(here.sum()),
         "characters": int(counts[here].sum())}
        for block in np.unique(of_point).tolist()
        for here in [of_point == block]
    ]  # fmt: skip
    return sorted(sums, key=lambda row: (-row["characters"], row["name"]))


@cache
def _block_table() -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    rows = [line.split("\t") for line in BLOCKS.read_text("utf-8").splitlines()]
    return np.array([int(first, 16) for first, _ in rows]), tuple(name for _, name in rows)


def kinds(points: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> dict[str, int]:
    """Count characters by kind; every one has one kind."""
    of_point = _kind_table()[points]
    return {name: int(counts[of_point == number].sum()) for number, name in enumerate(KINDS)}


@cache
def _kind_table() -> npt.NDArray[np.uint8]:
    """Give the kind of every code point, uint8 (0x110000,); surrogates do not occur in UTF-8."""
    by_category = np.full(30, KINDS.index("white_space"), np.uint8)
    for kind, first, last in (
        ("unassigned", unicode.CN, unicode.CN),
        ("control", unicode.CC, unicode.CC),
        ("format", unicode.CF, unicode.CF),
        ("private_use", unicode.CO, unicode.CO),
        ("letters", unicode.LL, unicode.LU),
        ("marks", unicode.MC, unicode.MN),
        ("digits", unicode.ND, unicode.ND),
        ("other_numbers", unicode.NL, unicode.NO),
        ("punctuation", unicode.PC, unicode.PS),
        ("symbols", unicode.SC, unicode.SO),
    ):
        by_category[first : last + 1] = KINDS.index(kind)
    tables = unicode.unicode_tables()
    table = by_category[tables.category]
    table[tables.flags & unicode.SPACE != 0] = KINDS.index("white_space")
    table[REPLACEMENT] = KINDS.index("replacement")
    return table


def found(one: CharacterList, counts: Mapping[int, int]) -> dict[str, Any] | None:
    """Say which characters of a list occur; None where too little text is of its language."""

    def times(characters: Iterable[str]) -> int:
        return sum(counts.get(ord(character), 0) for character in characters)

    if times(one.own) < TELLING_CHARACTERS:
        return None
    many = [times(character + one.same.get(character, "")) for character in one.listed]
    missing = [c for c, number in zip(one.listed, many, strict=True) if not number]
    return {
        "list": one.name,
        "title": one.title,
        "listed": len(many),
        "found": len(many) - len(missing),
        "often": sum(number >= OFTEN for number in many),
        "missing": "".join(missing[:MISSING_SHOWN]),
    }


CHARACTERS_USED = Part("characters_used", count, merge, describe, subtract)
