"""What a person gets of each document: his columns, the reasons, and a few dropped ones to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.errors import RunError
from corpuskit.rules import Rule
from corpuskit.schema import DOC_ID, FAILS, OUTPUT_COLUMNS, RENAMED, REPRESENTATIVE, USER_ID

EXAMPLES_PER_RULE = 10
EXAMPLE_CHARS = 600


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


def examples(
    decided: pl.DataFrame, text: pl.Series, rules: Sequence[Rule]
) -> dict[str, list[dict[str, Any]]]:
    """Choose up to ten documents per rule that fail it: those with the smallest doc_id."""
    doc_id = decided[DOC_ID].to_numpy()
    chosen: dict[str, npt.NDArray[np.int64]] = {}
    for rule in rules:
        failed = np.flatnonzero(decided[FAILS + rule.id].to_numpy())
        chosen[rule.id] = failed[np.argsort(doc_id[failed])[:EXAMPLES_PER_RULE]]
    rows = np.unique(np.concatenate([np.empty(0, np.int64), *chosen.values()]))
    known = [name for name in ("language",) if name in decided.columns]
    own = [DOC_ID, USER_ID, REPRESENTATIVE, *known, *{rule.keep.feature for rule in rules}]
    shown = decided.select(list(dict.fromkeys(own)))[rows].to_dicts()
    places = {row: place for place, row in enumerate(rows.tolist())}
    bodies = text.gather(rows).to_list()
    return {
        rule.id: [_example(shown[places[row]], bodies[places[row]], rule) for row in found.tolist()]
        for rule, found in ((rule, chosen[rule.id]) for rule in rules)
    }


def _example(row: dict[str, Any], body: str, rule: Rule) -> dict[str, Any]:
    return {
        "doc_id": row[DOC_ID],
        "id": row[USER_ID],
        "text": body[:EXAMPLE_CHARS],
        "chars": len(body),
        "value": row[rule.keep.feature],
        "language": row.get("language"),
        "representative": row[REPRESENTATIVE],
    }
