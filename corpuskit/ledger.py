"""What a person gets of each document: his columns, and the reasons why it was dropped."""

from __future__ import annotations

import polars as pl

from corpuskit.errors import RunError
from corpuskit.schema import DOC_ID, OUTPUT_COLUMNS, RENAMED


def align(doc_id: pl.Series, frame: pl.DataFrame) -> pl.DataFrame:
    """Bring a frame with a doc_id column into the order of `doc_id`; every id must be there."""
    aligned = doc_id.to_frame().join(frame, on=DOC_ID, how="left", maintain_order="left")
    if aligned[frame.columns[-1]].null_count():
        raise RunError("ledger: a dropped document has no reason; please report this")
    return aligned


def user_frame(
    columns: pl.DataFrame, text: pl.Series, text_name: str, text_index: int
) -> pl.DataFrame:
    """Give the user his columns back, the cleaned text among them; ours keep their names free.

    A column named like one that corpuskit adds is called ``input_…``.
    """
    taken = (*OUTPUT_COLUMNS, text_name)
    renamed = {name: RENAMED + name for name in columns.columns if name in taken}
    own = columns.rename(renamed).get_columns()
    own.insert(text_index, text.alias(text_name))
    return pl.DataFrame(own)
