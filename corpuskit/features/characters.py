"""Characters: what a text is made of, from one pass over its code points.

A *character* is a Unicode code point. Ratios are over the characters that are not white space,
unless said otherwise, and 0 where there is nothing to divide by. Measured is what line cleaners
left of the page, since that is what is written and counted.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.kernels import characters as kernel
from corpuskit.kernels.unicode import script_names

NO_SCRIPT = "None"
_MEASURED = "Own measurements on Chinese and Japanese web text."


def _count(name: str, doc: str) -> Feature:
    return Feature(name, pl.UInt32(), "characters", 0, doc)


def _ratio(name: str, doc: str, why: str = "") -> Feature:
    return Feature(name, pl.Float64(), "ratio", 0.0, doc, why)


FEATURES = (
    Feature("byte_count", pl.UInt32(), "bytes", 0, "Bytes of the text in UTF-8."),
    _count("char_count", "Characters, white space included."),
    _count("non_space_count", "Characters that are not white space."),
    _ratio("letter_ratio", "Letters (Unicode L*) over characters that are not white space.",
           "Marks are no letters here, so Indic and Thai text has less than 1."),
    _ratio("digit_ratio", "Decimal digits (Nd) over characters that are not white space.",
           "NeMo Curator divides by all characters."),
    _ratio("punctuation_ratio", "Punctuation (P*) over characters that are not white space."),
    _ratio("symbol_ratio", "Symbols (S*) outside ASCII over characters that are not white space.",
           _MEASURED),
    _ratio("uppercase_ratio", "Upper- and title-case letters over letters."),
    _ratio("white_space_ratio", "White space over all characters."),
    _ratio("bad_char_ratio", "Private use, U+25A1 and U+FFFD over characters not white space.",
           "The characters that C4-zh looks for, as a share and not per line."),
    _ratio("control_char_ratio", "Control characters that are no white space, over all."),
    _count("han_char_count", "Characters of the script Han."),
    _ratio("han_ratio", "Han characters over characters that are not white space."),
    _ratio("kana_ratio", "Kana over kana and Han: tells Japanese from Chinese.", _MEASURED),
    _ratio("hiragana_ratio", "Hiragana over kana and Han.", "Swallow divides by punctuation too."),
    _ratio("katakana_ratio", "Katakana and the long vowel mark over kana and Han.", _MEASURED),
    _count("japanese_char_count", "Kana and Han characters."),
    _ratio("japanese_ratio", "Kana and Han over characters that are not white space."),
    _ratio("hangul_ratio", "Hangul letters over characters that are not white space."),
    _ratio("function_char_ratio", "Chinese grammatical characters, both scripts, over Han.",
           _MEASURED),
    _ratio("particle_char_ratio", "の に を が は と over kana and Han.", _MEASURED),
    _ratio("rare_han_ratio", "Han outside GB2312 and Big5 over Han.", _MEASURED),
    _ratio("rare_kanji_ratio", "Han outside JIS X 0208 over Han.", _MEASURED),
    Feature("script", pl.String(), "name", NO_SCRIPT,
            "Unicode script of most letters; 'None' without letters, ties to the first name."),
    _ratio("script_ratio", "Letters of that script over letters of any script."),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    counts, scripts = kernel.count_characters(measured.buffer)
    count = counts.T
    solid = count[kernel.CHARS] - count[kernel.SPACES]
    kana = count[kernel.HIRAGANA] + count[kernel.KATAKANA]
    japanese = kana + count[kernel.HAN]
    letters = count[kernel.LETTERS]
    names = np.array(script_names())
    order = np.argsort(names, kind="stable")
    real = order[~np.isin(names[order], ["Common", "Inherited", "Unknown"])]
    best = real[scripts[:, real].argmax(axis=1)] if len(scripts) else np.empty(0, np.int64)
    most = np.take_along_axis(scripts, best[:, None], axis=1)[:, 0]
    return {
        "byte_count": np.diff(measured.buffer.offsets),
        "char_count": count[kernel.CHARS],
        "non_space_count": solid,
        "letter_ratio": share(letters, solid),
        "digit_ratio": share(count[kernel.DIGITS], solid),
        "punctuation_ratio": share(count[kernel.PUNCTUATIONS], solid),
        "symbol_ratio": share(count[kernel.SYMBOLS], solid),
        "uppercase_ratio": share(count[kernel.UPPERS], letters),
        "white_space_ratio": share(count[kernel.SPACES], count[kernel.CHARS]),
        "bad_char_ratio": share(count[kernel.BAD], solid),
        "control_char_ratio": share(count[kernel.CONTROLS], count[kernel.CHARS]),
        "han_char_count": count[kernel.HAN],
        "han_ratio": share(count[kernel.HAN], solid),
        "kana_ratio": share(kana, japanese),
        "hiragana_ratio": share(count[kernel.HIRAGANA], japanese),
        "katakana_ratio": share(count[kernel.KATAKANA] + count[kernel.LONG_MARKS], japanese),
        "japanese_char_count": japanese,
        "japanese_ratio": share(japanese, solid),
        "hangul_ratio": share(scripts[:, list(names).index("Hangul")], solid),
        "function_char_ratio": share(count[kernel.FUNCTION], count[kernel.HAN]),
        "particle_char_ratio": share(count[kernel.PARTICLE], japanese),
        "rare_han_ratio": share(count[kernel.RARE_HAN], count[kernel.HAN]),
        "rare_kanji_ratio": share(count[kernel.RARE_KANJI], count[kernel.HAN]),
        "script": pl.Series(np.where(most > 0, names[best], NO_SCRIPT)),
        "script_ratio": share(most, scripts[:, real].sum(axis=1)),
    }  # fmt: skip


def share(part: npt.NDArray[np.generic], whole: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """Divide, with 0 where there is nothing to divide by."""
    out = np.zeros(len(part), np.float64)
    np.divide(part, whole, out=out, where=whole != 0)
    return out


CHARACTERS = FeatureGroup("characters", 1, FEATURES, measure, of_left=True)


def measure_sizes(measured: Measured) -> dict[str, Column]:
    """Measure bytes and characters alone."""
    count = measured.text.str.len_chars()
    return {"byte_count": np.diff(measured.buffer.offsets), "char_count": count}


SIZES = FeatureGroup("characters", 1, FEATURES[:2], measure_sizes, of_left=True)
"""The part of the group that every run needs, where neither coverage nor a rule wants the rest."""
