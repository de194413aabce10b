"""One schema for all splits: nothing is lost, and every split reaches it."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from corpuskit import readers
from corpuskit.errors import RunError
from corpuskit.readers.schemas import as_text


def together(*columns: pl.Series) -> tuple[pl.DataType, list[Any]]:
    frames = [column.rename("x").to_frame() for column in columns]
    schema = readers.unify_schemas([frame.schema for frame in frames])
    return schema["x"], pl.concat([readers.conform(f, schema) for f in frames])["x"].to_list()


@pytest.mark.parametrize(
    ("one", "other", "dtype", "values"),
    [
        ([1], [0.5], pl.Float64(), [1.0, 0.5]),
        ([None], [3], pl.Int64(), [None, 3]),
        ([None], [None], pl.String(), [None, None]),
        ([1], ["x"], pl.String(), ["1", "x"]),
        ([True], [2], pl.String(), ["true", "2"]),
        ([[1]], [["x"]], pl.List(pl.String()), [["1"], ["x"]]),
        ([[1]], [[]], pl.List(pl.Int64()), [[1], []]),
        ([[1]], [2], pl.String(), ["[1]", "2"]),
        ([{"a": 1}], ["s"], pl.String(), ['{"a":1}', "s"]),
        ([dt.date(2020, 1, 2)], ["s"], pl.String(), ["2020-01-02", "s"]),
        ([b"\xff"], ["s"], pl.String(), ["/w==", "s"]),
        ([Decimal("1.50")], [1], pl.String(), ["1.50", "1"]),
    ],
)
def test_two_types_meet_in_one(
    one: list[Any], other: list[Any], dtype: pl.DataType, values: list[Any]
) -> None:
    assert together(pl.Series(one), pl.Series(other)) == (dtype, values)


def test_structs_are_merged_field_by_field() -> None:
    one = pl.Series([{"a": 1, "b": [{"x": 1}]}, None])
    other = pl.Series([{"b": [{"y": "s"}, None], "c": 0.5}])
    _, values = together(one, other)
    assert values == [
        {"a": 1, "b": [{"x": 1, "y": None}], "c": None},
        None,
        {"a": None, "b": [{"x": None, "y": "s"}, None], "c": 0.5},
    ]


def test_types_that_no_format_holds_become_text() -> None:
    huge = pl.Series([2**70], dtype=pl.Int128)
    assert together(huge) == (pl.String(), [str(2**70)])
    assert together(pl.Series([{}, None], dtype=pl.Struct({}))) == (pl.String(), ["{}", None])
    assert together(pl.Series(["a"], dtype=pl.Categorical)) == (pl.String(), ["a"])


def test_a_missing_column_is_null() -> None:
    frame = readers.conform(pl.DataFrame(height=2), {"x": pl.List(pl.String())})
    assert frame["x"].to_list() == [None, None]


def test_whole_numbers_keep_what_they_say() -> None:
    big = pl.Series([2**64 - 1], dtype=pl.UInt64)
    assert together(big, pl.Series([-1]))[1] == [str(2**64 - 1), "-1"]
    assert together(pl.Series([1], dtype=pl.Int8), pl.Series([2**40]))[1] == [1, 2**40]


def test_an_unknown_column_means_that_the_input_changed() -> None:
    with pytest.raises(RunError, match="changed while the run was reading it"):
        readers.conform(pl.DataFrame({"x": [1]}), {})


def test_a_schema_survives_a_receipt() -> None:
    schema = {
        "a": pl.List(pl.Struct({"x": pl.Int64(), "y": pl.List(pl.Null())})),
        "b": pl.Datetime("ms", "UTC"),
        "c": pl.Duration("us"),
        "d": pl.Decimal(10, 2),
        "e": pl.Int128(),
    }
    plain = json.loads(json.dumps(readers.schema_to_json(schema)))
    assert readers.schema_from_json(plain) == schema


def test_text_of_nested_values_is_json() -> None:
    nested = pl.Series([{"a": [b"x"], "é": None, "t": dt.timedelta(seconds=1)}, None])
    assert as_text(nested).to_list() == ['{"a":["eA=="],"é":null,"t":"PT1S"}', None]


def test_texts_alone_keep_their_number_of_rows() -> None:
    assert readers.conform(pl.DataFrame({"text": ["a", "b"]}).drop("text"), {}).height == 2
