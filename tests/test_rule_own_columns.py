"""Columns of the input decide like features, and a missing value is refused with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import corpuskit
from corpuskit.errors import ConfigError
from corpuskit.rules import Condition, Rule, load_rule_set
from corpuskit.rules.own_columns import OwnColumn, own_columns, take
from corpuskit.tuning.again import Changes, changed_recipe
from corpuskit.tuning.explain import explain
from corpuskit.tuning.finished import open_finished
from corpuskit.tuning.sweep import sweep
from tests.corpus import document

RULES = """name: own
rules:
  - {id: low_score, feature: column.score, min: 0.5, why: The classifier says no.}
  - {id: adult, feature: column.adult, is: false, why: Marked as adult.}
  - id: spam
    feature: column.host
    not_in: [spam.example]
    when: {feature: column.score, max: 0.9}
    why: A host of spam.
"""
DOCUMENTS: list[dict[str, Any]] = [
    {"id": "good", "score": 0.5, "adult": False, "host": "a.example"},
    {"id": "low", "score": 0.25, "adult": False, "host": "a.example"},
    {"id": "adult", "score": 1, "adult": True, "host": "a.example"},
    {"id": "spam", "score": 0.9, "adult": False, "host": "spam.example"},
    {"id": "sure", "score": 0.91, "adult": False, "host": "spam.example"},
]
NUMBER = {"column.x": OwnColumn(pl.Float64(), "t.r", "r.yaml:4")}
TRUTH = {"column.x": OwnColumn(pl.Boolean(), "t.r", "r.yaml:4")}
TEXT = {"column.x": OwnColumn(pl.String(), "t.r", "r.yaml:4")}


def written(folder: Path, documents: list[dict[str, Any]], format: str) -> Path:
    """Write documents, the texts of the small corpus among them."""
    texts = [{**row, "text": document("en", place % 5)} for place, row in enumerate(documents)]
    frame = pl.DataFrame(texts)
    path = folder / f"in.{format}"
    if format == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in texts))
    elif format == "parquet":
        frame.write_parquet(path)
    else:
        frame.write_csv(path)
    return path


def cleaned(folder: Path, source: Path, rules: str = RULES) -> corpuskit.Run:
    """Clean with a recipe of these rules alone."""
    (folder / "own.yaml").write_text(rules)
    (folder / "mine.yaml").write_text("name: mine\nrule_sets: [own]\n")
    return corpuskit.clean(source, folder / "run", recipe=str(folder / "mine.yaml"))


@pytest.mark.parametrize("format", ["jsonl", "parquet", "csv"])
def test_numbers_truths_and_texts_decide_in_every_format(tmp_path: Path, format: str) -> None:
    run = cleaned(tmp_path, written(tmp_path, DOCUMENTS, format))
    assert set(run.kept().collect()["id"]) == {"good", "sure"}
    scores = run.scores().collect()
    assert scores.schema["column.score"] == pl.Float64
    assert scores.schema["column.adult"] == pl.Boolean
    assert dict(zip(scores["user_id"], scores["column.score"], strict=True))["spam"] == 0.9


def test_tuning_knows_them(tmp_path: Path) -> None:
    cleaned(tmp_path, written(tmp_path, DOCUMENTS, "jsonl"))
    run = open_finished(tmp_path / "run")
    found = sweep(run, "own.low_score", "min", [0.2, 0.6])
    kept = {point.threshold: point.alone.documents for point in found.curves[0].points}
    assert kept == {0.2: 5, 0.6: 3}
    moved = changed_recipe(run, Changes(overrides=("own.low_score.min=0.2",)))
    assert moved.rules[0].keep.bounds == (("min", 0.2),)
    (told,) = explain(run, ["low"])
    assert [check.value for check in told.checks if check.rule == "own.low_score"] == [0.25]
    (tmp_path / "new.yaml").write_text(
        "name: new\nrules:\n  - {id: r, feature: column.scroe, min: 1, why: x.}\n"
    )
    with pytest.raises(ConfigError, match=r"new.yaml:3: .*scroe.* did you mean 'column.score'"):
        changed_recipe(run, Changes(rule_sets=(str(tmp_path / "new.yaml"),)))
    (tmp_path / "new.yaml").write_text(
        "name: new\nrules:\n  - {id: r, feature: column.score, in: [a], why: x.}\n"
    )
    with pytest.raises(ConfigError, match=r"new.yaml:3: .*for String, the scores .* Float64"):
        changed_recipe(run, Changes(rule_sets=(str(tmp_path / "new.yaml"),)))


@pytest.mark.parametrize(
    ("changed", "format", "message"),
    [
        ({"score": None}, "jsonl", r"own.yaml:3: .*'score', but in.jsonl:byte \d+ has null"),
        ({"score": None}, "csv", r"own.yaml:3: .*'score', but in.csv:byte \d+ has null"),
        ({"score": float("nan")}, "parquet", r"own.yaml:3: .*in.parquet:row 1 has nan"),
        ({"score": "many"}, "csv", r"own.yaml:3: .*in.csv:byte \d+ has 'many'"),
        ({"adult": None}, "parquet", r"own.yaml:4: .*true or false .*in.parquet:row 1 has null"),
        ({"host": None}, "parquet", r"own.yaml:6: .*text .*'host', but in.parquet:row 1 has null"),
    ],
)
def test_a_missing_value_is_refused_with_rule_and_row(
    tmp_path: Path, changed: dict[str, Any], format: str, message: str
) -> None:
    documents = [DOCUMENTS[0], {**DOCUMENTS[1], **changed}]
    if "many" in changed.values():
        documents = [{**row, "score": str(row["score"])} for row in documents]
    with pytest.raises(ConfigError, match=message):
        cleaned(tmp_path, written(tmp_path, documents, format))


def test_a_missing_column_is_refused_with_the_nearest(tmp_path: Path) -> None:
    source = written(tmp_path, DOCUMENTS, "parquet")
    rules = RULES.replace("column.host", "column.hots")
    with pytest.raises(ConfigError, match=r"own.yaml:6: .*'hots', which in.parquet .* 'host'"):
        cleaned(tmp_path, source, rules)
    guarded = RULES.replace("when: {feature: column.score", "when: {feature: column.scroe")
    (tmp_path / "run").rename(tmp_path / "old")
    with pytest.raises(ConfigError, match=r"own.yaml:8: .*'scroe', which in.parquet .* 'score'"):
        cleaned(tmp_path, source, guarded)


@pytest.mark.parametrize(
    ("values", "wanted", "expected"),
    [
        (pl.Series([1, 2]), NUMBER, [1.0, 2.0]),
        (pl.Series([" 1e-3 ", "7"]), NUMBER, [0.001, 7.0]),
        (pl.Series(["TRUE", "false"]), TRUTH, [True, False]),
        (pl.Series(["a", "b"], dtype=pl.Categorical), TEXT, ["a", "b"]),
    ],
)
def test_values_are_brought_to_their_type(
    values: pl.Series, wanted: dict[str, OwnColumn], expected: list[object]
) -> None:
    (found,) = take(values.alias("x").to_frame(), wanted, pl.Series(["a", "b"]), "in")
    assert (found.name, found.to_list(), found.dtype) == (
        "column.x", expected, wanted["column.x"].dtype,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "wanted", "told"),
    [
        (pl.Series([1.0, float("inf")]), NUMBER, "inf"),
        (pl.Series([True, False]), NUMBER, "True"),
        (pl.Series([[1], [2]]), NUMBER, "[1]"),
        (pl.Series([1, 0]), TRUTH, "1"),
        (pl.Series(["yes", "no"]), TRUTH, "'yes'"),
        (pl.Series([1, 2]), TEXT, "1"),
        (pl.Series([None, None]), TEXT, "null"),
    ],
)
def test_a_value_of_another_type_is_refused(
    values: pl.Series, wanted: dict[str, OwnColumn], told: str
) -> None:
    with pytest.raises(ConfigError, match=r"^r.yaml:4: the rule t.r needs ") as caught:
        take(values.alias("x").to_frame(), wanted, pl.Series(["a", "b"]), "in")
    assert told in str(caught.value)


def test_a_split_without_documents_needs_no_column() -> None:
    (found,) = take(pl.DataFrame(), NUMBER, pl.Series([], dtype=pl.String), "in")
    assert (found.name, found.dtype, len(found)) == ("column.x", pl.Float64, 0)


def test_two_types_of_one_column_are_refused() -> None:
    rules = [
        Rule("t.a", Condition("column.x", (("min", 1),), "r.yaml:1")),
        Rule("t.b", Condition("column.x", (("is", True),), "r.yaml:2")),
    ]
    with pytest.raises(ConfigError, match=r"r.yaml:2: .*for true or false, t.a for a finite"):
        own_columns(rules)


def test_a_column_needs_a_name(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("name: own\nrules:\n  - {id: r, feature: column., min: 1, why: x}\n")
    with pytest.raises(ConfigError, match=r"own.yaml:3: which column"):
        load_rule_set(path, {})
