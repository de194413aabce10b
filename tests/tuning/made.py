"""A finished run made by hand: ten documents whose every number can be checked by eye.

| id | words | digits | language | score | bytes | duplicates |
|---|---|---|---|---|---|---|
| a | 100 | 0.0 | en | 0.9  | 600 | represents b and c |
| b |  90 | 0.0 | en | 0.9  | 540 | near a, 0.9 |
| c |  90 | 0.1 | en | 0.9  | 541 | exact copy of a |
| d |  40 | 0.0 | en | 0.9  | 240 | |
| e |  40 | 0.3 | en | 0.8  | 241 | |
| f |  20 | 0.0 | zh | 0.65 | 120 | |
| g |  50 | 0.2 | zh | 0.5  | 300 | |
| h |  49 | 0.2 | de | 0.5  | 294 | |
| i | 500 | 0.5 | de | 0.5  | 3000 | |
| j |  60 | 0.0 | zh | 0.9  | 360 | |

Rules: `toy.too_few_words` (word_count min 50, not asked of zh), `toy.too_many_digits` (digit_ratio
max 0.2), `toy.uncertain` (language_score above 0.5, a flag), and the two on duplicates. So a, g and
j are kept; b and c are duplicates; d and h fail words; e fails both; i fails digits; f, being zh,
is kept.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from corpuskit import manifest
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.layout import Layout
from corpuskit.recipe import Recipe
from corpuskit.rules import Condition, Rule, decide, reasons
from corpuskit.schema import DUPLICATES, KEEP
from corpuskit.tuning.again import current_versions
from corpuskit.tuning.finished import FinishedRun, open_finished
from corpuskit.writers import write_json, write_parquet

IDS = "abcdefghij"
KEPT = {"a", "f", "g", "j"}
TEXTS = {name: f"This is the text of {name}.\nIt has a second line." for name in IDS}

WORDS = Rule(
    "toy.too_few_words",
    Condition("word_count", (("min", 50),)),
    when=(Condition("language", (("not_in", ("zh",)),)),),
    why="Short texts say little.",
)
DIGITS = Rule(
    "toy.too_many_digits", Condition("digit_ratio", (("max", 0.2),)), why="Tables of numbers."
)
UNCERTAIN = Rule(
    "toy.uncertain",
    Condition("language_score", (("above", 0.5),)),
    severity="flag",
    why="The language is not sure.",
)
RECIPE = Recipe(
    name="toy",
    description="",
    languages=(),
    min_language_score=0.0,
    language_model="none",
    features=("characters", "words", "language"),
    cleaners=(),
    rules=(WORDS, DIGITS, UNCERTAIN),
    duplicates=DuplicateSettings(),
    source="name: toy\n",
)


def scores() -> pl.DataFrame:
    """Return the scores of the table above; a document's doc_id is its place, from 1."""
    sizes = [600, 540, 541, 240, 241, 120, 300, 294, 3000, 360]
    return pl.DataFrame(
        {
            "doc_id": pl.Series(range(1, 11), dtype=pl.UInt64),
            "user_id": list(IDS),
            "byte_count": pl.Series(sizes, dtype=pl.UInt32),
            "word_count": pl.Series([100, 90, 90, 40, 40, 20, 50, 49, 500, 60], dtype=pl.UInt32),
            "digit_ratio": [0.0, 0.0, 0.1, 0.0, 0.3, 0.0, 0.2, 0.2, 0.5, 0.0],
            "language": ["en"] * 5 + ["zh", "zh", "de", "de", "zh"],
            "language_score": pl.Series(
                [0.9, 0.9, 0.9, 0.9, 0.8, 0.65, 0.5, 0.5, 0.5, 0.9], dtype=pl.Float32
            ),
        }
    )  # fmt: skip


def duplicates() -> pl.DataFrame:
    """Return the one cluster of the table above."""
    rows: list[dict[str, Any]] = [
        {"doc_id": 1, "user_id": "a", "jaccard": 1.0, "kind": "representative"},
        {"doc_id": 2, "user_id": "b", "jaccard": 0.9, "kind": "near"},
        {"doc_id": 3, "user_id": "c", "jaccard": 1.0, "kind": "exact"},
    ]
    shared = {"cluster": 1, "representative": 1, "representative_user_id": "a", "cluster_size": 3}
    shared["in_index"] = False
    return pl.DataFrame([{**row, **shared} for row in rows]).select(
        pl.col(name).cast(dtype) for name, dtype in DUPLICATES.items()
    )


def write_run(
    folder: Path,
    recipe: Recipe = RECIPE,
    frame: pl.DataFrame | None = None,
    texts: dict[str, str] = TEXTS,
    settings: dict[str, Any] | None = None,
) -> Path:
    """Write the folder of a finished run; the scores are in two parts."""
    layout = Layout(folder)
    frame = scores() if frame is None else frame
    members = duplicates() if recipe.duplicates else duplicates().clear()
    half = frame.height // 2
    parts = {"00000-000000": frame[:half], "00001-000000": frame[half:]}
    outputs: dict[str, Any] = {}
    for name, part in parts.items():
        rows, size, digest = write_parquet(layout.score_part(name), part)
        outputs[f"scores/part-{name}.parquet"] = _facts(rows, size, digest)
    write_parquet(layout.duplicates, members)
    decided = _decided(frame, members, recipe).with_columns(
        text=pl.col("user_id").replace_strict(texts)
    )
    kept = decided.filter(KEEP).select(id="user_id", text="text", doc_id="doc_id")
    dropped = decided.filter(~pl.col(KEEP))
    ledger = dropped.select(id="user_id", text="text", doc_id="doc_id").join(
        reasons(dropped, recipe.all_rules()), on="doc_id", how="left"
    )
    for name, shard in (("kept", kept), ("dropped", ledger)):
        facts = _facts(*write_parquet(folder / name / "part-00000.parquet", shard))
        outputs[f"{name}/part-00000.parquet"] = facts
    write_json(layout.summary, {"text_column": "text"})
    plan = {
        "recipe": recipe.plain(),
        "features": {name: current_versions()[name] for name in recipe.features},
        "language_model": recipe.language_model,
        "read": {},
        "inputs": [{"source": "toy.jsonl", "bytes": 1, "digest": "0"}],
        **(settings or {}),
    }
    write_json(
        layout.manifest,
        {
            "plan": "0",
            "recipe_source": recipe.source,
            "outputs": outputs,
            "duplicates_sha256": manifest.sha256(layout.duplicates),
            "settings": plan,
        },
    )
    return folder


def made_run(folder: Path, **options: Any) -> FinishedRun:
    """Write a run and open it."""
    return open_finished(write_run(folder, **options))


def without_duplicates() -> Recipe:
    """Return the recipe that looks for no duplicates."""
    return replace(RECIPE, duplicates=None)


def _facts(rows: int, size: int, digest: str) -> dict[str, Any]:
    return {"documents": rows, "bytes": size, "sha256": digest}


def _decided(frame: pl.DataFrame, members: pl.DataFrame, recipe: Recipe) -> pl.DataFrame:
    kinds = dict(zip(members["doc_id"], members["kind"], strict=True))
    jaccards = dict(zip(members["doc_id"], members["jaccard"], strict=True))
    found = [kinds.get(doc_id, "") for doc_id in frame["doc_id"]]
    near = [jaccards.get(d, 0.0) if kinds.get(d) == "near" else 0.0 for d in frame["doc_id"]]
    return decide(
        frame.with_columns(
            exact_duplicate=pl.Series([kind == "exact" for kind in found]),
            near_duplicate_jaccard=pl.Series(near, dtype=pl.Float64),
        ),
        recipe.all_rules(),
    )
