"""Documents by script, with simplified and traditional Chinese apart.

A document whose letters are mostly Han is simplified or traditional by the characters that only
one of GB 2312 and Big5 has (`kernels.chinese`): at least three, and four times as many of one kind
as of the other. Japanese with kana and Korean with Hangul are not asked: they write characters of
both. What has neither is asked whatever its language: the model takes 27 of 100 poems of the Tang
for Japanese.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from corpuskit.coverage.breadth import breadth
from corpuskit.coverage.parts import Part, Tables, Texts
from corpuskit.coverage.tallies import add_up
from corpuskit.kernels.arrow import text_buffer
from corpuskit.kernels.chinese import SIMPLIFIED, TRADITIONAL, count_chinese

HAN: Final = "Han"
KINDS: Final = ("Hans", "Hant", "undetermined", "other_languages")
OTHER_LANGUAGES: Final = {"ja": "kana_ratio", "ko": "hangul_ratio"}
"""With the feature that is above 0 in text of the language."""
FEWEST, TIMES_AS_MANY = 3, 4
SCRIPTS = {"script": pl.String, "kind": pl.UInt8, "documents": pl.UInt64, "bytes": pl.UInt64}


def count(texts: Texts) -> Tables:
    """Count a batch by script; no rows where scripts are not measured."""
    scores = texts.scores
    if "script" not in scores.columns:
        return merge([])
    kind = np.zeros(scores.height, np.uint8)
    han = (scores["script"] == HAN).to_numpy()
    kind[han] = _kinds(texts, han)
    columns = [scores["script"], scores["byte_count"].alias("bytes"), pl.Series("kind", kind)]
    rows = pl.DataFrame(columns).with_columns(pl.lit(1).alias("documents"))
    return {"scripts": add_up([rows], SCRIPTS, names=2)}


def _kinds(texts: Texts, han: np.ndarray[Any, np.dtype[np.bool_]]) -> np.ndarray[Any, Any]:
    """Tell the documents that `han` is true of apart, as places in `KINDS`."""
    counts = count_chinese(text_buffer(texts.measured.text.filter(pl.Series(han))))
    simplified, traditional = counts[:, SIMPLIFIED], counts[:, TRADITIONAL]
    clear = simplified + traditional >= FEWEST
    hans = clear & (simplified >= TIMES_AS_MANY * traditional)
    hant = clear & (traditional >= TIMES_AS_MANY * simplified)
    other = texts.scores.filter(pl.Series(han)).select(_in_other_language(texts.scores.columns))
    return np.select([other.to_series().to_numpy(), hans, hant], [3, 0, 1], 2)


def _in_other_language(known: Sequence[str]) -> pl.Expr:
    """Tell Japanese and Korean; nothing is, where the columns are not all measured."""
    other = pl.repeat(False, pl.len())
    for language, letters in OTHER_LANGUAGES.items():
        if "language" in known and letters in known:
            other |= (pl.col("language") == language) & (pl.col(letters) > 0)
    return other.alias("other")


def merge(tables: Sequence[Tables]) -> Tables:
    """Return the scripts of all batches together."""
    return {"scripts": add_up([one["scripts"] for one in tables], SCRIPTS, names=2)}


def describe(tables: Tables) -> dict[str, Any]:
    """Give `han`: documents and bytes of each of `KINDS` among the documents of script Han."""
    rows = tables["scripts"]
    if not rows.height:
        return {}
    found = {kind: (documents, size) for _, kind, documents, size in
             rows.filter(script=HAN).iter_rows()}  # fmt: skip
    told = {
        name: dict(zip(("documents", "bytes"), found.get(kind, (0, 0)), strict=True))
        for kind, name in enumerate(KINDS)
    }
    return {"han": told, "breadth": {"scripts": breadth(rows)}}


SCRIPTS_PART = Part("scripts", count, merge, describe)
