"""Chinese and Japanese beyond classes of characters: two scripts in one text, URLs, long runs."""

from __future__ import annotations

import numpy as np
import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import chinese as kernel

# The share of two scripts among fewer characters than this says nothing (a name, a quotation).
FEWEST_OF_ONE_SCRIPT = 20


def _count(name: str, doc: str) -> Feature:
    return Feature(name, pl.UInt32(), "characters", 0, doc)


def _ratio(name: str, doc: str, why: str) -> Feature:
    return Feature(name, pl.Float64(), "ratio", 0.0, doc, why)


FEATURES = (
    _ratio("traditional_ratio",
           "Han of Big5 that GB 2312 lacks, over those and Han of GB 2312 that Big5 lacks.",
           "Ours, from Python's codecs; characters of both standards count for neither."),
    _ratio("mixed_script_ratio",
           "The fewer of simplified and traditional characters, told apart as in "
           "traditional_ratio, over both; 0 with fewer than 20 of them.",
           "Own measurements, there with OpenCC's tables; ChineseWebText and FineWeb-zhtw drop a "
           "document for a single character of the other script."),
    _ratio("url_char_ratio",
           "Characters from http://, https:// or www. to white space, Han, kana or punctuation "
           "outside ASCII, over characters that are not white space.",
           "NeMo Curator's idea; own arithmetic. Only lower case opens a URL."),
    _count("sentence_mark_count", "Characters 。．！？!? outside URLs."),
    _count("longest_han_run", "Most Han without punctuation or a line feed between them."),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    count = kernel.count_chinese(measured.buffer).T
    simplified, traditional = count[kernel.SIMPLIFIED], count[kernel.TRADITIONAL]
    both = simplified + traditional
    enough = both >= FEWEST_OF_ONE_SCRIPT
    return {
        "traditional_ratio": share(traditional, both),
        "mixed_script_ratio": share(np.minimum(simplified, traditional) * enough, both),
        "url_char_ratio": share(count[kernel.URL_CHARS], count[kernel.SOLID]),
        "sentence_mark_count": count[kernel.SENTENCE_MARKS],
        "longest_han_run": count[kernel.LONGEST_HAN],
    }


CHINESE = FeatureGroup("chinese", 1, FEATURES, measure, of_left=True)
