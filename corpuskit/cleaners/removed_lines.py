"""The lines that a line cleaner took out, as a frame: where, why, by which cleaner, and the line.

Any line cleaner reports them in `Cut.removed`, by bytes of the page and a code for the cause; the
names of the codes are the cleaner's. A line is written as it stood on the page, white space around
it left out: a citation that the cleaner took out of it first is still there.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from corpuskit.kernels.arrow import TextBuffer, text_series
from corpuskit.kernels.kept_lines import Removed, gather_spans

NOTHING_REMOVED = pl.DataFrame(
    schema={
        "row": pl.UInt32,
        "line_number": pl.UInt32,
        "cause": pl.String,
        "cleaner": pl.String,
        "text": pl.String,
    }
)


def note_removed(
    page: TextBuffer, removed: Removed, cleaner: str, causes: tuple[str, ...]
) -> pl.DataFrame:
    """Make the frame of what one cleaner took out of a batch, in the order of the page."""
    rows = np.repeat(np.arange(len(page), dtype=np.uint32), np.diff(removed.offsets))
    names = pl.Series(causes, dtype=pl.String)
    return pl.DataFrame(
        {
            "row": pl.Series(rows, dtype=pl.UInt32),
            "line_number": pl.Series(removed.numbers.astype(np.uint32)),
            "cause": names.gather(pl.Series(removed.causes, dtype=pl.UInt32)),
            "cleaner": pl.Series([cleaner]).new_from_index(0, len(rows)),
            "text": text_series(gather_spans(page.data, removed.starts, removed.stops)),
        },
        schema=NOTHING_REMOVED.schema,
    )
