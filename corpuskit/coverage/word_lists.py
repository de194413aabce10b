"""Which words of a list for a language its documents have: stop words.

The lists are those of FineWeb-2 (Penedo et al. 2025, arXiv:2506.20920), 8 to 32 frequent words of
42 languages, as features/fineweb2_languages.tsv holds them, lower-cased. Of each are taken the
words that the tokeniser gives as one token: in scripts without spaces single characters alone, and
no elided articles. Lists of which fewer than five are left are not used, as that of Thai. Counted
are the documents of the language, so that the English "die" does not stand for the German one.

Lists of frequent words beyond these are not included: of the packages at hand only wordfreq has
them for many languages, and it has had no release since 2023 (3.1.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from corpuskit.coverage.parts import Part, Tables, Texts
from corpuskit.features.fineweb2 import language_numbers, table
from corpuskit.kernels.arrow import text_buffer
from corpuskit.kernels.listed_words import Lists, count_listed, make_lists
from corpuskit.kernels.tokenise import tokenise
from corpuskit.kernels.vocabulary import words_of

STOP_WORDS: Final = "stop_words"
FEWEST_LISTED: Final = 5
ENOUGH_WORDS: Final = 1_000
"""A list is told where the documents of its language have this many words."""
COUNTS = {"list": pl.String, "word": pl.String, "count": pl.Int64}
ALL_WORDS: Final = ""
"""In a table of counts, the row of all words of the documents."""


class Known(NamedTuple):
    """The lists by FineWeb-2's names of the languages, in its order, and their hash tables."""

    lists: dict[str, tuple[str, ...]]
    hashed: Lists


@cache
def known() -> Known:
    """Take the words that are one token from the lists, once per process."""
    lists, hashes = {}, []
    for language, row in table().items():
        lowered = list(dict.fromkeys(word.lower() for word in row.stop_words))
        words = words_of(tokens := tokenise(text_buffer(pl.Series(lowered))))
        single = (np.diff(words.offsets) == 1) & (np.diff(tokens.offsets) == 1)
        used = single if single.sum() >= FEWEST_LISTED else np.zeros_like(single)
        lists[language] = tuple(np.array(lowered)[used].tolist())
        hashes.append(words.hashes[words.offsets[:-1][used]])
    return Known(lists, make_lists(hashes))


def count(texts: Texts) -> Tables:
    """Count the listed words of every language; no rows where languages are not measured."""
    if "language" not in texts.scores.columns:
        return merge([])
    lists, hashed = known()
    rows = np.array(language_numbers(texts.scores["language"]))  # a copy, that may be written to
    longest = max(len(words) for words in lists.values())
    counts = count_listed(texts.words, hashed, rows, longest)
    found = [
        (language, word, int(many))
        for (language, words), row in zip(lists.items(), counts, strict=True)
        for word, many in [*zip(words, row[:-1], strict=False), (ALL_WORDS, row[-1])]
        if many and words
    ]
    return {"words": _summed([pl.DataFrame(found, schema=COUNTS, orient="row")])}


def merge(tables: Sequence[Tables]) -> Tables:
    """Return the counts of all batches together."""
    return {"words": _summed([one["words"] for one in tables])}


def subtract(whole: Tables, part: Tables) -> Tables:
    """Return the counts of what is in `whole` and not in `part`."""
    less = part["words"].with_columns(-pl.col("count"))
    return {"words": _summed([whole["words"], less])}


def _summed(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    rows = pl.concat([pl.DataFrame(schema=COUNTS), *tables])
    sums = rows.group_by("list", "word").agg(pl.col("count").sum())
    return sums.filter(pl.col("count") != 0).sort("list", "word")


def describe(tables: Tables) -> dict[str, Any]:
    """Give `word_lists`: of each language with enough words what is found and what is missing."""
    counts = {(row[0], row[1]): row[2] for row in tables["words"].iter_rows()}
    told = []
    for language, words in known().lists.items():
        total = counts.get((language, ALL_WORDS), 0)
        if total < ENOUGH_WORDS:
            continue
        missing = [word for word in words if not counts.get((language, word))]
        told.append(
            {
                "language": language,
                "list": STOP_WORDS,
                "words": total,
                "listed": len(words),
                "found": len(words) - len(missing),
                "missing": missing,
            }
        )
    return {"word_lists": sorted(told, key=lambda row: (-row["words"], row["language"]))}


WORD_LISTS = Part("word_lists", count, merge, describe, subtract)
