"""Lines that stand on many documents: which share of the text they are, and the most spread.

A line is its normalised form (`corpuskit.kernels.line_marks`: lower case, digits as 0, without
punctuation), so ``Page 12 of 30`` and ``page 34 of 56`` are one. Blank lines and lines of nothing
but punctuation do not count. Lines are not brought into Unicode's normal form C before. A document
counts a line once, or one page with a thousand equal lines would outweigh all others.

Of all different lines those are held whose hash begins with L zero bits, one in 2^L, where L is the
least that leaves at most `LINES` of them (adaptive sampling: Wegman 1984, Flajolet 1990; for
repetitions Gibbons 2001, "Distinct sampling"). L depends on the set of lines alone, so counts merge
in any order to the same rows. A line is in the sample on every document or on none: the documents
of each are exact. Shares are of all lines of all documents, ratios over the sample; their error is
1.96 standard errors of a ratio under sampling of lines one by one (Cochran 1977, 2.11): where L is
0 they are exact.

Texts to show are kept of a smaller sample of the same kind, of lines of `LEAST_WIDTH` and more.
Lines with what may be personal data are never told. Exact counts, and taking such lines out, are
`corpuskit.repeats`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.coverage.parts import Part, Tables, Texts
from corpuskit.coverage.sampled import thin
from corpuskit.kernels.arrow import text_buffer, text_series
from corpuskit.kernels.kept_lines import gather_spans
from corpuskit.kernels.line_marks import BARE, Lines, mark_lines
from corpuskit.kernels.noise import KINDS, count_noise
from corpuskit.kernels.vocabulary import highest
from corpuskit.schema import DOC_ID

LINES: Final = 1 << 16
"""Different lines that are counted, at most."""
TEXTS: Final = 1 << 12
"""Different lines whose text is kept, at most."""
LEAST_WIDTH: Final = 20
"""Of a line whose text is kept: characters of the normalised form, wide ones counting two."""
SHOWN_CHARS: Final = 120
SHOWN: Final = 20
ON_DOCUMENTS: Final = (2, 10, 100)
_NORMAL = 1.96  # two-sided 95 % of the normal distribution

LINE_TABLE = {"hash": pl.UInt64, "documents": pl.UInt32, "width": pl.UInt32}
TEXT_TABLE = {"hash": pl.UInt64, "documents": pl.UInt32, DOC_ID: pl.UInt64, "text": pl.String}
TOTAL_TABLE = {"lines": pl.UInt64, "width": pl.UInt64, "level": pl.UInt8, "text_level": pl.UInt8}


def count(texts: Texts) -> Tables:
    """Sample the lines of a batch."""
    buffer = texts.measured.buffer
    lines = mark_lines(buffer)
    document = np.repeat(np.arange(len(buffer), dtype=np.uint32), np.diff(lines.offsets))
    every = _lines(lines, document)
    found, level = thin(every, LINES)
    spread, text_level = thin(every.filter(pl.col("width") >= LEAST_WIDTH), TEXTS)
    long = (lines.widths >= LEAST_WIDTH) & (lines.hashes <= np.uint64(highest(text_level)))
    rows = np.flatnonzero(long & (lines.hashes > BARE))
    owner = texts.scores[DOC_ID].to_numpy()[document[rows]]
    end = int(buffer.offsets[-1])
    return {
        "lines": found,
        "texts": _with_texts(spread, lines, rows, owner, buffer.data, end),
        "totals": _totals(int((lines.hashes > BARE).sum()), int(lines.widths.sum()),
                          level, text_level),
    }  # fmt: skip


def _lines(lines: Lines, document: npt.NDArray[np.uint32]) -> pl.DataFrame:
    """Count the documents of every different line, in the order of the hashes."""
    real = np.flatnonzero(lines.hashes > BARE)
    hashes = lines.hashes[real]
    order = np.argsort(hashes, kind="stable")  # so that the lines of a document stay together
    hashes, document, widths = hashes[order], document[real][order], lines.widths[real][order]
    if not len(hashes):
        return pl.DataFrame(schema=LINE_TABLE)
    new = np.r_[True, hashes[1:] != hashes[:-1]]
    begins = np.flatnonzero(new)
    once = np.r_[True, new[1:] | (document[1:] != document[:-1])].astype(np.uint32)
    columns = hashes[begins], np.add.reduceat(once, begins), widths[begins].astype(np.uint32)
    return pl.DataFrame(dict(zip(LINE_TABLE, columns, strict=True)), schema=LINE_TABLE)


def _with_texts(
    spread: pl.DataFrame,
    lines: Lines,
    rows: npt.NDArray[np.int64],
    owner: npt.NDArray[np.uint64],
    data: npt.NDArray[np.uint8],
    end: int,
) -> pl.DataFrame:
    """Add the text that each line has where it first stands, in the document of the least id.

    rows, owner : of the lines of `spread`, and the ids of their documents.
    """
    hashes = lines.hashes[rows]
    order = np.lexsort((rows, owner, hashes))
    rows, owner, hashes = rows[order], owner[order], hashes[order]
    first = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]][: len(hashes)])
    starts = lines.starts[rows[first]]
    stops = np.r_[lines.starts, end][rows[first] + 1]
    text = text_series(gather_spans(data, starts, stops))
    return spread.select(
        "hash",
        "documents",
        pl.Series(DOC_ID, owner[first], pl.UInt64),
        text.str.strip_chars().str.slice(0, SHOWN_CHARS).alias("text"),
    )


def _totals(lines: int, width: int, level: int, text_level: int) -> pl.DataFrame:
    return pl.DataFrame([[lines], [width], [level], [text_level]], schema=TOTAL_TABLE)


def merge(tables: Sequence[Tables]) -> Tables:
    """Add up the lines of all batches, and thin them again."""
    lines = pl.concat([pl.DataFrame(schema=LINE_TABLE), *(one["lines"] for one in tables)])
    texts = pl.concat([pl.DataFrame(schema=TEXT_TABLE), *(one["texts"] for one in tables)])
    totals = pl.concat([_totals(0, 0, 0, 0), *(one["totals"] for one in tables)])
    level, text_level = (int(totals[name].max()) for name in ("level", "text_level"))  # type: ignore[arg-type]
    found, level = thin(
        lines.group_by("hash").agg(pl.col("documents").sum(), pl.col("width").first()),
        LINES,
        level,
    )
    spread, text_level = thin(
        texts.sort("hash", DOC_ID).group_by("hash", maintain_order=True).agg(
            pl.col("documents").sum(), pl.col(DOC_ID, "text").first()
        ),
        TEXTS,
        text_level,
    )  # fmt: skip
    sums = int(totals["lines"].sum()), int(totals["width"].sum())
    return {"lines": found, "texts": spread, "totals": _totals(*sums, level, text_level)}


def describe(tables: Tables) -> dict[str, Any]:
    """Tell shares of lines and of characters, and the lines on most documents."""
    totals, found = tables["totals"].row(0, named=True), tables["lines"]
    documents = found["documents"].to_list()
    widths = (found["documents"].cast(pl.UInt64) * found["width"].cast(pl.UInt64)).to_list()
    chance = 2.0 ** -totals["level"]
    told = {
        "lines": totals["lines"],
        "width": totals["width"],
        "sampled_lines": found.height,
        "sampled": chance,
        "distinct_lines": found.height << totals["level"],
        "on": [
            {
                "documents": least,
                **_share("lines", documents, documents, least, chance),
                **_share("width", widths, documents, least, chance),
            }
            for least in ON_DOCUMENTS
        ],
        "texts_sampled": 2.0 ** -totals["text_level"],
        "most_spread": most_spread(tables["texts"]),
    }
    return {"repeated_lines": told}


def _share(
    name: str, sizes: Sequence[int], documents: Sequence[int], least: int, chance: float
) -> dict[str, float | None]:
    """Estimate the share of lines that stand on at least `least` documents, and its error."""
    whole = sum(sizes)
    if not whole:
        return {name: None, f"{name}_error": None}
    inside = [size for size, on in zip(sizes, documents, strict=True) if on >= least]
    share = sum(inside) / whole
    squares = sum(size * size for size in sizes)
    rest = sum(size * size for size in inside) * (1 - 2 * share) + share * share * squares
    error = _NORMAL * sqrt(max(0.0, (1 - chance) * rest)) / whole
    return {name: share, f"{name}_error": min(1.0, error)}


def most_spread(texts: pl.DataFrame) -> list[dict[str, Any]]:
    """List the lines of the sample that stand on most documents, on two at least.

    Those in which a mail address or a number of a person or machine is found are left out.
    """
    personal = count_noise(text_buffer(texts["text"]))[:, KINDS.index("mail_address") :].any(axis=1)
    many = texts.filter((pl.col("documents") > 1) & ~pl.Series(personal))
    best = many.sort("documents", "hash", descending=[True, False]).head(SHOWN)
    return best.select("text", "documents").to_dicts()


REPEATED_LINES = Part("repeated_lines", count, merge, describe)
