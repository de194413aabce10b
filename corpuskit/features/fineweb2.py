"""FineWeb-2: words as it counts them in the document's language, and n-grams of Chinese characters.

The group runs behind the group `language`, whose column says which of 42 languages a document is
held against. FineWeb-2 cuts each with spaCy's rules for it; fineweb2_languages.tsv holds how those
differ from the rules for English, by which our tokens are cut, as probed from spaCy 3.8, and
FineWeb-2's stop words. A document in another language has neither.

Where words are written without spaces a token is a character here, so that a stop word counts
inside a longer word too, and one of more than two characters is never found. Other rules of
FineWeb-2 use columns of other groups; n-grams of words are of tokens as they are.
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
from corpuskit.features.characters import share
from corpuskit.kernels import character_grams, fineweb2_words
from corpuskit.languages import canonical, script_of

TABLE: Final = Path(__file__).with_name("fineweb2_languages.tsv")

_FINEWEB2 = "Penedo et al. 2025, arXiv:2506.20920 (FineWeb2)"
_WORDS = (
    f"{_FINEWEB2}, as datatrove 0.10 runs it with spaCy. In a language that joins them, words with "
    "a hyphen, numbers with a hyphen, period or percent sign are one token; in French, Italian and "
    "Catalan an apostrophe parts two. Without habits and in other languages "
)
_CHINESE = (
    f"{_FINEWEB2}, duplicated n-grams of half as many jieba words; measured on Chinese web text, "
    "a word is about two characters. 0 where spaceless_ratio is below 0.2."
)

FEATURES = (
    Feature("word_count.fineweb2", pl.UInt32(), "words", 0,
            "Tokens with a character that is not in datatrove's list of punctuation, by the habits "
            "of the language.", _WORDS + "it is word_count.gopher."),
    Feature("mean_word_chars.fineweb2", pl.Float64(), "characters", 0.0,
            "Characters of those tokens over those tokens.", _WORDS + "it is "
            "mean_word_chars.gopher."),
    Feature("alphabetic_word_ratio.fineweb2", pl.Float64(), "ratio", 0.0,
            "Tokens with at least one letter over tokens, by the habits of the language.",
            _WORDS + "it is alphabetic_word_ratio."),
    Feature("newlines_per_word.fineweb2", pl.Float64(), "1/token", 0.0,
            "Line feeds over tokens, by the habits of the language; may exceed 1.",
            _WORDS + "it is newlines_per_word."),
    Feature("stop_word_count.fineweb2", pl.UInt32(), "words", 0,
            "Different stop words of the language in the column `language`, among the tokens; "
            "case counts. 0 for a language without a list.",
            f"{_FINEWEB2}, 42 lists of 8 to 32 tokens; г. is found over two of ours."),
    Feature("newlines_per_character.fineweb2", pl.Float64(), "1/character", 0.0,
            "Line feeds over characters that are not white space; may exceed 1.",
            f"{_FINEWEB2} divides by words, which Chinese has none of without a dictionary."),
    *(
        Feature(f"duplicate_char_{n}gram_ratio.fineweb2", pl.Float64(), "ratio", 0.0,
                f"Scan: a {n}-gram of characters seen before adds {n} and is jumped over, another "
                "is remembered; over characters that are not white space.", _CHINESE)
        for n in character_grams.GRAMS
    ),
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
    buffer, tokens = measured.buffer, measured.tokens
    words = fineweb2_words.count_fineweb2_words(
        buffer, tokens, _languages(), language_numbers(measured.language)
    ).T
    grams = character_grams.duplicate_character_grams(buffer, tokens).T
    newlines, solid = grams[character_grams.NEWLINES], grams[character_grams.SOLID]
    every, proper = words[fineweb2_words.TOKENS], words[fineweb2_words.WORDS]
    by_length = zip(character_grams.GRAMS, grams, strict=False)
    return {
        "word_count.fineweb2": proper,
        "mean_word_chars.fineweb2": share(words[fineweb2_words.WORD_CHARS], proper),
        "alphabetic_word_ratio.fineweb2": share(words[fineweb2_words.WITH_LETTER], every),
        "newlines_per_word.fineweb2": share(newlines, every),
        "stop_word_count.fineweb2": words[fineweb2_words.STOPS],
        "newlines_per_character.fineweb2": share(newlines, solid),
        **{
            f"duplicate_char_{n}gram_ratio.fineweb2": share(n_grams, solid)
            for n, n_grams in by_length
        },
    }


FINEWEB2 = FeatureGroup("fineweb2", 1, FEATURES, measure)
