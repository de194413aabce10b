"""What was taken out of a document because it stands elsewhere in the corpus, or on its site.

Not measured on the text: `Measured.repeats` holds what the corpus' pass has counted, and nothing
was taken out where a recipe has no section `repeats`.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured

_SOURCE = (
    "Wenzek et al. 2020, arXiv:1911.00359 (CCNet), section 3.1, without the removal of accents; "
    "docs/repeated-lines.md."
)
CAUSES = {
    "repeated_line": "a line that stands elsewhere in the corpus before",
    "repeated_paragraph": "a paragraph that stands elsewhere in the corpus before",
    "host_line": "a line that stands on many pages of the same host",
}
FEATURES = (
    Feature("left_char_ratio.repeats", pl.Float64(), "ratio", 1.0,
            "Characters left over characters before; 1 where there were none.", _SOURCE),
    *(Feature(f"removed_line_count.{cause}.repeats", pl.UInt32(), "lines", 0,
              f"Lines, blank ones aside, taken out as {doc}.", _SOURCE)
      for cause, doc in CAUSES.items()),
    *(Feature(f"removed_char_count.{cause}.repeats", pl.UInt32(), "characters", 0,
              "Characters of those lines, of their line feeds, and of blank lines that went with "
              "them.", _SOURCE)
      for cause in CAUSES),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Put the counts of a batch into columns."""
    count = measured.repeats
    if count is None:
        count = np.zeros((len(measured.text), 2 * len(CAUSES)), np.int64)
    left = measured.text.str.len_chars().to_numpy().astype(np.int64)
    before = left + count[:, len(CAUSES) :].sum(axis=1)
    values: dict[str, Column] = {
        "left_char_ratio": np.where(before > 0, left / np.maximum(before, 1), 1.0)
    }
    for number, cause in enumerate(CAUSES):
        values[f"removed_line_count.{cause}"] = count[:, number]
        values[f"removed_char_count.{cause}"] = count[:, len(CAUSES) + number]
    return {f"{name}.repeats": column for name, column in values.items()}


REPEATS = FeatureGroup("repeats", 1, FEATURES, measure)
