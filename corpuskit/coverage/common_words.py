"""The common words of a sample, and how its lines begin, to hold one corpus against another.

Words are the lower-cased tokens that have a letter, mark or number in them; in scripts without
spaces each character is one. Lines are those with anything to see in them.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

from corpuskit.features import Measured

WORDS_KEPT: Final = 20_000
"""So many words are written out; all others are counted together."""
WORDS: Final = {"word": pl.String, "count": pl.Int64, "odd": pl.Int64}
OPENINGS: Final = {
    # Straight and curved quotation marks, guillemets, corner brackets; no apostrophe alone.
    "quotation": '^\\s*["“”„‟«»‹›「『〝＂]',
    # A dash as dialogue has it, before a word; a hyphen begins a list.
    "dash": r"^\s*[–—―]\s?\p{L}",
    # A name of up to 30 characters and a colon, as plays and chats have it (and forms).
    "label": r"^\s*\p{L}[\p{L}\p{M}.'’ -]{0,29}[:：]\s?[^\s/]",
}
"""How the lines of dialogue begin; a line is counted once, by the first that fits."""


def common_words(text: pl.Series) -> pl.DataFrame:
    """Count words.

    Parameters
    ----------
    text : documents, in the order of doc_id; about 16 MB.

    Returns
    -------
    `word`, `count` and `odd` (its occurrences in every second document), the most frequent first,
    and a row of null for all words that are not written out.
    """
    from corpuskit.kernels.tokenise import IS_SYMBOL

    measured = Measured(text)
    tokens = measured.tokens
    rows = np.flatnonzero(tokens.kind & IS_SYMBOL == 0)
    folds, first, number, counts = np.unique(
        tokens.fold[rows], return_index=True, return_inverse=True, return_counts=True
    )
    document = np.searchsorted(tokens.offsets, rows, side="right") - 1
    odd = np.bincount(number[document % 2 == 1], minlength=len(folds))
    order = np.lexsort((folds, -counts))
    chosen, others = order[:WORDS_KEPT], order[WORDS_KEPT:]
    data = measured.buffer.data
    spelled = [
        bytes(data[tokens.start[row] : tokens.end[row]]).decode("utf-8").lower()
        for row in rows[first[chosen]]
    ]
    written = pl.DataFrame(
        {"word": spelled, "count": counts[chosen], "odd": odd[chosen]}, schema=WORDS
    )
    rest = [{"word": None, "count": int(counts[others].sum()), "odd": int(odd[others].sum())}]
    summed = written.group_by("word").agg(pl.col("count", "odd").sum())
    ordered = summed.sort(["count", "word"], descending=[True, False])
    return pl.concat([ordered, pl.DataFrame(rest, schema=WORDS)])


def line_openings(text: pl.Series) -> dict[str, Any]:
    """Count lines by how they begin: `lines` in all, then those of each kind of `OPENINGS`.

    Examples
    --------
    >>> line_openings(pl.Series(["“Yes.”\\n\\n— No.", "Ann: Why?\\n- an item\\nplain"]))
    {'documents': 2, 'lines': 5, 'quotation': 1, 'dash': 1, 'label': 1}
    """
    lines = text.str.split("\n").explode(empty_as_null=False).alias("line").to_frame()
    lines = lines.filter(pl.col("line").str.contains(r"\S"))
    open_still = pl.lit(True)
    kinds = []
    for name, pattern in OPENINGS.items():
        fits = pl.col("line").str.contains(pattern)
        kinds.append((open_still & fits).sum().alias(name))
        open_still = open_still & ~fits
    found = lines.select(pl.len().alias("lines"), *kinds).row(0, named=True)
    return {"documents": len(text), **{name: int(count) for name, count in found.items()}}
