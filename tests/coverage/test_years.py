from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.coverage.parts import Tables, Texts
from corpuskit.coverage.years import YEARS_PART, years
from corpuskit.features import Measured


def counted(columns: dict[str, Any], rows: int | None = None) -> Tables:
    frame = pl.DataFrame(columns)
    scores = pl.DataFrame({"byte_count": [1] * (frame.height if rows is None else rows)})
    return YEARS_PART.count(Texts(Measured(pl.Series(dtype=pl.String)), frame, scores, "a.jsonl"))


def told(*tables: Tables) -> dict[str, Any]:
    return YEARS_PART.describe(YEARS_PART.merge(list(tables)))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2019", 2019),
        (" 2019-05 ", 2019),
        ("2019-05-31", 2019),
        ("2019-05-31T23:59:59Z", 2019),
        ("2019-05-31 23:59:59.123456+02:00", 2019),
        ("2019/5/3", 2019),
        ("2019.05.03", 2019),
        ("20190531", 2019),
        ("20190531T235959Z", 2019),
        ("20190531235959", 2019),
        ("1577836799", 2019),  # 2019-12-31 23:59:59
        ("1577836800000", 2020),
        ("1863-01-01", 1863),
        ("0999", None),
        ("2101", None),
        ("2019-13-01", None),
        ("2019-05-32", None),
        ("2019-05-31x", None),
        ("20191331", None),
        ("03/04/2019", None),
        ("Fri, 31 May 2019 10:00:00 GMT", None),
        ("12345", None),
        ("٢٠١٩", None),
        ("", None),
    ],
)
def test_the_year_of_a_text(value: str, expected: int | None) -> None:
    found = years(pl.Series([value]))
    assert found is not None
    assert found.item() == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1000, 1000), (2100, 2100), (999, None), (2101, None),
        (20190531, 2019), (20190532, None), (20191301, None), (20190531235959, 2019),
        (631_152_000, 1990), (631_151_999, None), (4_102_444_799, 2099), (4_102_444_800, None),
        (1_577_836_799_999, 2019), (1_577_836_800_000, 2020),
        (0, None), (-5, None), (2**62, None),
    ],
)  # fmt: skip
def test_the_year_of_a_whole_number(value: int, expected: int | None) -> None:
    for number in (value, float(value)):
        found = years(pl.Series([number]))
        assert found is not None
        assert found.item() == expected


def test_dates_and_times_have_their_year_and_broken_numbers_none() -> None:
    assert years(pl.Series([date(2019, 12, 31), None])).to_list() == [2019, None]
    moment = datetime(2020, 1, 1, tzinfo=timezone.utc)
    assert years(pl.Series([moment])).to_list() == [2020]
    assert years(pl.Series([float("nan"), float("inf"), 2019.0])).to_list() == [None, None, 2019]
    assert years(pl.Series([[2019]])) is None


@given(st.text(max_size=30))
def test_any_text_is_tolerated_as_a_date(value: str) -> None:
    found = years(pl.Series([value], dtype=pl.String))
    assert found is not None
    assert found.dtype == pl.Int16


def test_documents_are_counted_by_year_and_the_rest_is_undated() -> None:
    found = told(
        counted({"Date": ["2020-01-01", "2019-01-01", None, "soon"]}),
        counted({"Date": ["2019-07-01"]}),
        counted({"other": ["2018"]}),
    )
    assert found["years"] == {
        "column": "date", "documents": {"2019": 2, "2020": 1}, "undated": 3,
    }  # fmt: skip
    assert found["breadth"]["years"]["distinct"] == 2


def test_when_a_text_was_written_comes_before_when_it_was_fetched() -> None:
    found = told(counted({"crawl_date": ["2022-01-01"], "published": ["2011-01-01"]}))
    assert found["years"]["column"] == "published"
    assert found["years"]["documents"] == {"2011": 1}


def test_a_column_of_which_nothing_can_be_read_gives_way_to_another() -> None:
    found = told(counted({"date": ["yesterday"], "timestamp": [1_577_836_800]}))
    assert found["years"] == {"column": "timestamp", "documents": {"2020": 1}, "undated": 0}


def test_a_column_that_cannot_be_read_is_named() -> None:
    found = told(counted({"date": ["yesterday"]}))
    assert found["years"] == {"column": "date", "documents": {}, "undated": 1}
    assert found["breadth"] == {"years": None}


def test_without_a_column_there_are_no_years() -> None:
    assert told(counted({"text": ["x"]}))["years"] is None
    assert told(counted({"date": [None]}))["years"] is None
    assert told()["years"] is None
