"""Texts as coverage counts them, and the tokens that it should see, as strings."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from hypothesis import strategies as st

from corpuskit.coverage.parts import Tables, Texts
from corpuskit.features import Measured
from corpuskit.kernels.tokenise import IS_SYMBOL
from corpuskit.kernels.unicode import unicode_tables

HOSTILE = st.text(st.sampled_from("ab Ä9.\n\r\0中か\u3099ไא\u202eé\u0301🙂👍🏽"), max_size=80)


def texts_of(texts: Sequence[str], languages: Sequence[str] | None = None) -> Texts:
    """Make a batch."""
    measured = Measured(pl.Series(list(texts), dtype=pl.String))
    scores = pl.DataFrame({"byte_count": measured.text.str.len_bytes()})
    if languages is not None:
        scores = scores.with_columns(pl.Series("language", languages, dtype=pl.String))
    columns = pl.DataFrame({"row": range(len(texts))})
    return Texts(measured, columns, scores, "made.jsonl")


def words_as_text(texts: Sequence[str]) -> list[list[str]]:
    """Cut the word-like tokens of every text out of it, by their positions.

    They are in lower case, full-width forms as ordinary ones.
    """
    measured = texts_of(texts).measured
    tokens, data = measured.tokens, bytes(measured.buffer.data)
    folded = dict(enumerate(unicode_tables().lower.tolist()))
    folded |= {wide: folded[wide - 0xFEE0] for wide in range(0xFF01, 0xFF5F)}
    return [
        [
            data[tokens.start[t] : tokens.end[t]].decode().translate(folded)
            for t in range(tokens.offsets[i], tokens.offsets[i + 1])
            if not tokens.kind[t] & IS_SYMBOL
        ]
        for i in range(len(texts))
    ]


def same_tables(one: Tables, other: Tables) -> bool:
    """Say whether two parts counted the same."""
    return one.keys() == other.keys() and all(one[name].equals(other[name]) for name in one)
