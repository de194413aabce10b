"""How many tokens a language model would see: estimated from counts that the scores hold.

The estimate is linear: so many tokens per letter of the document's main script, by language (by
script for languages without a row of their own), and so many per digit, punctuation mark and
letter of another script. The tables were fitted by `python -m bench.token_estimate` to o200k_base,
the byte-pair encoding of 200,000 tokens that current multilingual models use, on 52 MB of web
pages, documentation and sentences in 80 languages.

Measured on the half of the texts that was not fitted: the total of a corpus is off by 1 to 3 %;
that of one language in one corpus by 3 % in the middle, 15 % at worst (Arabic documentation) and
20 % on noisy social media in Persian. A tokenizer of another size differs by more than that.
"""

from __future__ import annotations

from typing import Final

import polars as pl

_BY_LANGUAGE: Final = """
af/Latin .324, am/Ethiopic 2.299, ar/Arabic .368, az/Latin .363, be/Cyrillic .412,
bg/Cyrillic .393, bn/Bengali .407, ca/Latin .323, cs/Latin .398, cy/Latin .396, da/Latin .326,
de/Latin .278, el/Greek .422, en/Latin .283, eo/Latin .365, es/Latin .281, et/Latin .353,
eu/Latin .348, fa/Arabic .419, fi/Latin .335, fr/Latin .281, ga/Latin .416, gu/Gujarati .455,
he/Hebrew .470, hi/Devanagari .355, hr/Latin .358, hu/Latin .414, hy/Armenian .382,
id/Latin .272, is/Latin .382, it/Latin .289, ja/Han 1.168, ja/Hiragana .999, ja/Katakana 1.060,
ja/Latin .404, ka/Georgian .370, kk/Cyrillic .366, kn/Kannada .418, ko/Hangul .809,
ko/Latin .440, la/Latin .275, lt/Latin .393, lv/Latin .413, mk/Cyrillic .401, ml/Malayalam .388,
mn/Cyrillic .438, mr/Devanagari .430, ms/Latin .298, nl/Latin .281, nn/Latin .326, no/Latin .315,
or/Oriya 1.189, pa/Gurmukhi .666, pl/Latin .375, pt/Latin .283, ro/Latin .334, ru/Cyrillic .265,
sh/Latin .350, si/Sinhala .656, sk/Latin .398, sl/Latin .360, sq/Latin .390, sr/Cyrillic .434,
sv/Latin .314, sw/Latin .339, ta/Tamil .385, te/Telugu .462, th/Thai .449, tl/Latin .339,
tr/Latin .325, uk/Cyrillic .389, ur/Arabic .427, vi/Latin .408, war/Latin .371, yo/Latin .441,
zh/Han .813, zh/Latin .396
"""
_BY_SCRIPT: Final = """
Arabic .404, Armenian .385, Bengali .404, Canadian Aboriginal 3.086, Cyrillic .344,
Devanagari .397, Ethiopic 2.280, Georgian .394, Greek .436, Gujarati .433, Gurmukhi .661,
Han .805, Hangul .806, Hebrew .475, Hiragana 1.053, Kannada .421, Katakana 1.037, Lao 1.843,
Latin .303, Malayalam .402, Myanmar .620, Oriya 1.203, Sinhala .661, Tamil .396, Telugu .462,
Thai .452, Tibetan 1.995
"""


def _table(rows: str) -> dict[str, float]:
    entries = (row.strip().rpartition(" ") for row in " ".join(rows.split()).split(","))
    return {name: float(rate) for name, _, rate in entries}


TOKENS_PER_LETTER: Final = _table(_BY_LANGUAGE)
"""By ``language/script``; languages as lid.176 names them."""
TOKENS_PER_LETTER_BY_SCRIPT: Final = _table(_BY_SCRIPT)
TOKENS_PER_LETTER_ELSE: Final = 1.0
"""Scripts without a row are rare ones, of which few letters got a token of their own."""
TOKENS_PER_MARK: Final = {"digits": 0.903, "punctuation": 0.475, "other_letters": 0.520}


def letters_and_marks() -> tuple[pl.Expr, ...]:
    """Split the characters that are not white space: letters, digits, punctuation, other_letters.

    `letters` are those of the main script, with combining marks and symbols.
    """
    visible = pl.col("non_space_count")
    digits = pl.col("digit_ratio") * visible
    punctuation = pl.col("punctuation_ratio") * visible
    other = pl.col("letter_ratio") * visible * (1 - pl.col("script_ratio"))
    return (
        (visible - digits - punctuation - other).alias("letters"),
        digits.alias("digits"),
        punctuation.alias("punctuation"),
        other.alias("other_letters"),
    )


def estimated_tokens() -> pl.Expr:
    """Return the estimate per document, Int64, from the columns of scores.

    Examples
    --------
    >>> text = {"non_space_count": 100, "letter_ratio": 0.9, "digit_ratio": 0.05}
    >>> text |= {"punctuation_ratio": 0.05, "script_ratio": 1.0}
    >>> frame = pl.DataFrame([text | {"language": "zh", "script": "Han"}])
    >>> frame.select(estimated_tokens()).item()
    80
    """
    letters, *marks = letters_and_marks()
    by_language = pl.concat_str("language", pl.lit("/"), "script").replace_strict(
        TOKENS_PER_LETTER, default=None, return_dtype=pl.Float64
    )
    by_script = pl.col("script").replace_strict(
        TOKENS_PER_LETTER_BY_SCRIPT, default=TOKENS_PER_LETTER_ELSE, return_dtype=pl.Float64
    )
    tokens = letters * pl.coalesce(by_language, by_script)
    for count, rate in zip(marks, TOKENS_PER_MARK.values(), strict=True):
        tokens = tokens + count * rate
    return tokens.round().cast(pl.Int64).alias("estimated_tokens")
