"""FineWeb-2: words and their n-grams as it counts them in the document's language.

The group runs behind the group `language`, whose column says which of 42 languages a document is
held against. FineWeb-2 cuts each with spaCy's rules for it; fineweb2_languages.tsv holds how those
differ from the rules for English, by which our tokens are cut, as probed from spaCy 3.8, and
FineWeb-2's stop words. A document in another language has neither.

Chinese is cut into pieces that stand in for jieba's words. In other languages that are written
without spaces a token is a character here, so that a stop word counts inside a longer word too,
and one of more than two characters is never found.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.errors import FeatureError
from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.by_token import by_token, gram_features
from corpuskit.kernels import fineweb2_words
from corpuskit.languages import canonical, script_of

TABLE: Final = Path(__file__).with_name("fineweb2_languages.tsv")

_FINEWEB2 = "Penedo et al. 2025, arXiv:2506.20920 (FineWeb2)"
_WORDS = (
    f"{_FINEWEB2}, as datatrove 0.10 runs it with spaCy. In a language that joins them, words with "
    "a hyphen, numbers with a hyphen, period or percent sign are one token; in French, Italian and "
    "Catalan an apostrophe between letters or digits parts two. Chinese is in pieces: some "
    "frequent characters alone, others in pairs. Without habits and in other languages "
)


def _feature(name: str, doc: str, same: str, unit: str = "ratio") -> Feature:
    return Feature(f"{name}.fineweb2", pl.Float64(), unit, 0.0, doc, f"{_WORDS}it is {same}.")


FEATURES = (
    Feature("word_count.fineweb2", pl.UInt32(), "words", 0,
            "Tokens with a character that is not in datatrove's list of punctuation, by the habits "
            "of the language.", _WORDS + "it is word_count.gopher."),
    _feature("mean_word_chars", "Characters of those tokens over those tokens.",
             "mean_word_chars.gopher", "characters"),
    _feature("alphabetic_word_ratio", "Tokens with at least one letter over tokens, by the habits "
             "of the language.", "alphabetic_word_ratio"),
    _feature("hash_marks_per_word", "Count of '#' in the text over tokens, by the habits of the "
             "language; may exceed 1.", "hash_marks_per_word", "1/token"),
    _feature("ellipses_per_word", "Counts of '...' (without overlap) and '…' in the text over "
             "tokens, by the habits of the language; may exceed 1.", "ellipses_per_word",
             "1/token"),
    _feature("newlines_per_word", "Line feeds over tokens, by the habits of the language; may "
             "exceed 1.", "newlines_per_word", "1/token"),
    Feature("stop_word_count.fineweb2", pl.UInt32(), "words", 0,
            "Different stop words of the language in the column `language`, among the tokens; "
            "case counts. 0 for a language without a list.",
            f"{_FINEWEB2}, 42 lists of 8 to 32 tokens; г. is found over two of ours."),
    *gram_features("fineweb2", *2 * (_WORDS + "it is the column without `.fineweb2`.",)),
)  # fmt: skip


class Row(NamedTuple):
    """What the table says of a language: habits (keys of `fineweb2_words.HABITS`), stop words."""

    habits: tuple[str, ...]
    stop_words: tuple[str, ...]


@cache
def table() -> dict[str, Row]:
    """Read the table by FineWeb-2's name of the language, such as ``deu_Latn``."""
    _, *lines = TABLE.read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return {
        name: Row(tuple(habits.split()), tuple(dict.fromkeys(words.split(" "))))
        for name, habits, words in rows
    }


@cache
def _languages() -> fineweb2_words.Languages:
    rows = table().values()
    return fineweb2_words.language_tables(
        [row.stop_words for row in rows], [row.habits for row in rows]
    )


def language_numbers(language: pl.Series) -> npt.NDArray[np.int64]:
    """Return which row of the table each label of a model means, -1 for none.

    ``de``, ``deu_Latn`` and ``ger`` mean one row; ``srp_Latn`` is none of ``srp_Cyrl``.

    Examples
    --------
    >>> names = list(table())
    >>> [names[i] if i >= 0 else "" for i in language_numbers(pl.Series(["no", "eu", "nob_Latn"]))]
    ['nob_Latn', '', 'nob_Latn']
    """
    names = list(table())
    known = {canonical(name): number for number, name in enumerate(names)}
    numbers = {}
    for label in language.unique().to_list():
        number = known.get(canonical(label), -1)
        other = number >= 0 and script_of(label) and script_of(label) not in _scripts(names[number])
        numbers[label] = -1 if other else number
    found = language.replace_strict(numbers, return_dtype=pl.Int64)
    return np.asarray(found, np.int64)


def _scripts(name: str) -> tuple[str, ...]:
    """Return the scripts that a row is for; models part Han into two."""
    return ("hani", "hans", "hant") if script_of(name) == "hani" else (script_of(name),)


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch.

    Raises
    ------
    FeatureError
        If the batch has no languages.
    """
    if measured.language is None:
        raise FeatureError(
            "feature group 'fineweb2': the batch has no languages; measure the group 'language' "
            "before it"
        )
    numbers, languages = language_numbers(measured.language), _languages()
    tokens = fineweb2_words.recut(measured.buffer, measured.tokens, languages, numbers)
    stops = fineweb2_words.count_own_stop_words(tokens, measured.buffer.data, languages, numbers)
    values = by_token(measured.buffer, tokens, stops, "fineweb2")
    return {feature.name: values[feature.name] for feature in FEATURES}


FINEWEB2 = FeatureGroup("fineweb2", 3, FEATURES, measure)
