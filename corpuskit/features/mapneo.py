"""MAP-NEO: what its filter of Chinese web text measures, on normalised text.

The text is brought to NFKC, so that fullwidth marks and digits are those of ASCII; the published
filter folds fullwidth marks by a list of its own, which our source does not give. Ratios are over
all characters of the normalised text, white space included, and 0 where there are none.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import mapneo as kernel
from corpuskit.kernels.arrow import TextBuffer, text_buffer
from corpuskit.kernels.compatibility import not_alone

_SOURCE = "MAP-NEO (Zhang et al. 2024), Chinese pipeline of Matrix, filter at commit 81f3cad."
_OURS = " Our source says no more; what it leaves open is ours."


def _ratio(name: str, doc: str, why: str = _SOURCE) -> Feature:
    return Feature(name, pl.Float64(), "ratio", 0.0, doc, why)


FEATURES = (
    Feature("char_count.mapneo", pl.UInt32(), "characters", 0, "Characters, in NFKC.", _SOURCE),
    Feature("sentence_count.mapneo", pl.UInt32(), "sentences", 0,
            "Pieces that are not blank between the marks . ! ? ; \" and 。.", _SOURCE + _OURS),
    _ratio("bracket_char_ratio.mapneo",
           "Characters between 【 and the next 】 of one line, over characters.", _SOURCE + _OURS),
    _ratio("hash_runs_per_char.mapneo", "Runs of # over characters.", _SOURCE),
    _ratio("ellipsis_runs_per_char.mapneo",
           "Runs of at least three full stops, … being three and 。 one, over characters.",
           _SOURCE + _OURS),
    _ratio("digit_ratio.mapneo", "Decimal digits over characters that are no punctuation.",
           _SOURCE + " White space is no punctuation."),
    _ratio("distinct_char_ratio.mapneo", "Different characters over characters.",
           _SOURCE + " Falls as texts grow."),
    Feature("char_entropy.mapneo", pl.Float64(), "nats", 0.0,
            "Entropy of the characters.", _SOURCE),
    *(
        _ratio(f"top_char_{n}gram_ratio.mapneo",
               f"{n} × (count - 1) of the most frequent {n}-gram of characters, over characters.")
        for n in kernel.TOP_N
    ),
)  # fmt: skip


def _foldable(measured: Measured) -> TextBuffer:
    """Bring those texts to NFKC that the kernel cannot bring to it."""
    rows = np.flatnonzero(not_alone(measured.buffer))
    if not len(rows):
        return measured.buffer
    normalised = measured.text.gather(rows).str.normalize("NFKC")
    return text_buffer(measured.text.clone().scatter(rows, normalised))


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    counts, entropy = kernel.count_mapneo(_foldable(measured))
    count = counts.T
    chars = count[kernel.CHARS]
    tops = (kernel.TOP_2, kernel.TOP_3, kernel.TOP_4)
    return {
        "char_count.mapneo": chars,
        "sentence_count.mapneo": count[kernel.SENTENCES],
        "bracket_char_ratio.mapneo": share(count[kernel.IN_BRACKETS], chars),
        "hash_runs_per_char.mapneo": share(count[kernel.HASH_RUNS], chars),
        "ellipsis_runs_per_char.mapneo": share(count[kernel.ELLIPSIS_RUNS], chars),
        "digit_ratio.mapneo": share(count[kernel.DIGITS], chars - count[kernel.MARKS]),
        "distinct_char_ratio.mapneo": share(count[kernel.DISTINCT], chars),
        "char_entropy.mapneo": entropy,
        **{
            f"top_char_{n}gram_ratio.mapneo": share(count[top], chars)
            for n, top in zip(kernel.TOP_N, tops, strict=True)
        },
    }


MAPNEO = FeatureGroup("mapneo", 1, FEATURES, measure)
