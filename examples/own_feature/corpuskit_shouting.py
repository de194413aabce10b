"""How much of a text shouts: exclamation marks, and the share of marks that are such.

A group is a pure function of the texts: it is called from several threads, with a batch of texts
at a time, and returns one column per declared feature, without nulls. Raise `version` when a
number would come out otherwise; rules on old scores are refused then.
"""

import polars as pl

from corpuskit.features import Feature, FeatureGroup, Measured

FEATURES = (
    Feature(
        "exclamation_mark_count", pl.UInt32(), "characters", 0,
        "Exclamation marks, ! and ！, of the whole page.",
    ),
    Feature(
        "exclamation_mark_ratio", pl.Float64(), "ratio", 0.0,
        "Exclamation marks over exclamation marks, question marks and full stops.",
        "Own; 0 where there is none of the three.",
    ),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, pl.Series]:
    """Count by Polars, which walks over all texts of a batch at once."""
    loud = measured.text.str.count_matches("[!！]")
    every = measured.text.str.count_matches("[!！?？.。]")
    return {
        "exclamation_mark_count": loud,
        "exclamation_mark_ratio": (loud / every).fill_nan(0.0),
    }


SHOUTING = FeatureGroup("shouting", 1, FEATURES, measure)
