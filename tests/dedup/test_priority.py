"""Which copy stays: by length, place, feature or a column of the input; and what is refused."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpuskit
from corpuskit.dedup.priority import LAST, input_order, with_priority
from corpuskit.duplicate_settings import DuplicateSettings, parse_keep
from corpuskit.errors import ConfigError, DataError
from corpuskit.terminal import table
from corpuskit.tuning.again import Changes, changed_recipe
from corpuskit.tuning.finished import open_finished
from tests.corpus import document

TEXT = document("en", 0)


def order(values: list[Any], keep: str = "newest:x", dtype: Any = None) -> list[int]:
    """Return rows by priority; those without a value are left out."""
    column = pl.DataFrame({"x": pl.Series(values, dtype=dtype, strict=dtype is None)})
    rows = pl.Series([f"row {row}" for row in range(len(values))])
    found = input_order(column, parse_keep(keep), rows, "a.jsonl").values.to_list()
    assert all(type(value) is int for value in found)
    return [row for row in sorted(range(len(values)), key=found.__getitem__) if found[row] != LAST]


@given(st.lists(st.none() | st.floats(allow_nan=True), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_numbers_are_ordered_from_the_largest(values: list[float | None]) -> None:
    known = [row for row, value in enumerate(values) if value is not None and value == value]
    expected = sorted(known, key=lambda row: -values[row])  # type: ignore[operator]
    assert order(values, dtype=pl.Float64) == expected


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ([3, None, 10, -1], [2, 0, 3]),
        (["3", "", "10", " -1.5 ", None], [2, 0, 3]),
        ([date(2020, 1, 2), date(2021, 1, 1), None], [1, 0]),
        ([datetime(2020, 1, 1, 5), datetime(2020, 1, 1, 6)], [1, 0]),
        (["2020-02", "2020-01-31", "2020-01-31T23:59:59Z", "2020-01-31 12:00"], [0, 2, 3, 1]),
        (["2020-01-01T05:00:00+05:00", "2020-01-01T01:00:00Z", "2019-12-31T20:00:00.5-0500"],
         [2, 1, 0]),
        (["1969-12-31", "1970-01-01", "0001-01-01"], [1, 0, 2]),
        ([None, None], []),
    ],
)  # fmt: skip
def test_the_newest_comes_first(values: list[Any], rows: list[int]) -> None:
    assert order(values) == rows


def test_a_list_of_values_is_the_order_and_others_come_last() -> None:
    values = ["web", "books", None, "news", " wiki"]
    assert order(values, "priority:x=wiki,books,web") == [4, 1, 0]
    assert order([3, 1, 2], "priority:x=1,2") == [1, 2]
    assert order([True, False], "priority:x=false,true") == [1, 0]


@pytest.mark.parametrize(
    ("values", "keep", "message"),
    [
        (["2020-01-01", "soon"], "newest:x", "but row 1 has 'soon'; mend it"),
        (["2020-13-01"], "newest:x", "but row 0 has '2020-13-01'"),
        ([True], "newest:x", "'x' of a.jsonl is Boolean; name one of dates, times, numbers"),
        ([[1]], "newest:x", r"is List\(Int64\); name one"),
        ([1.5], "priority:x=1.5", "is Float64; name one of text, integers or truths"),
    ],
)
def test_a_column_without_order_is_refused(values: list[Any], keep: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        order(values, keep)


def test_priorities_of_scores() -> None:
    scores = pl.DataFrame({"char_count": [5, 7], "digit_ratio": [0.5, 0.25]})
    for keep, best in (
        ("longest", 1), ("shortest", 0), ("first", 0), ("best:digit_ratio", 0),
        ("best:char_count", 1),
    ):  # fmt: skip
        chosen = DuplicateSettings(keep=keep)
        found = with_priority(scores.lazy(), chosen).collect()
        assert found.columns == ["char_count", "digit_ratio", "priority"]
        assert found.schema["priority"] == pl.Int64
        assert found["priority"].arg_min() == best


ROWS: list[dict[str, Any]] = [
    {"id": "old", "text": TEXT, "date": "2019-05-01", "source": "web"},
    {"id": "new", "text": TEXT + " Yes.", "date": "2021-05-01", "source": "news"},
    {"id": "none", "text": TEXT + " It is so, and more.", "source": "books"},
]


def written(folder: Path, files: dict[str, list[dict[str, Any]]]) -> list[Path]:
    """Write files of JSON lines."""
    folder.mkdir(exist_ok=True)
    for name, rows in files.items():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / name).write_text(lines, "utf-8")
    return [folder / name for name in files]


def kept(inputs: list[Path], out: Path, **options: Any) -> list[str]:
    """Remove duplicates and return the ids that are left."""
    run = corpuskit.clean(inputs, out, recipe="dedup", **options)
    return run.kept().collect()["id"].to_list()


@pytest.mark.parametrize(
    ("keep", "stays"),
    [
        ("longest", "none"),
        ("shortest", "old"),
        ("newest:date", "new"),
        ("priority:source=news,books", "new"),
        ("best:char_count", "none"),
        ("first", "old"),
    ],
)
def test_a_run_keeps_the_copy_that_is_asked_for(tmp_path: Path, keep: str, stays: str) -> None:
    inputs = written(tmp_path / "in", {"a.jsonl": ROWS})
    assert kept(inputs, tmp_path / "run", keep=keep) == [stays]
    found = corpuskit.open_run(tmp_path / "run").summary["duplicates"]
    assert found["keep"] == keep
    assert found.get("without_keep_value") == ({"n": 1, "p": 1}.get(keep[0]))
    assert found["plan"]["bands"] == found["bands"] == 16
    assert found["recall_wanted"] == 0.95


def test_the_first_is_the_same_however_files_are_named(tmp_path: Path) -> None:
    inputs = written(tmp_path / "in", {"b.jsonl": ROWS[:1], "a.jsonl": ROWS[1:]})
    assert kept(inputs, tmp_path / "run", keep="first") == ["new"]
    assert kept(inputs[::-1], tmp_path / "back", keep="first") == ["new"]


@pytest.mark.parametrize(
    ("keep", "error", "message"),
    [
        ("newest:dat", DataError, "needs the column 'dat', which a.jsonl does not have; did you"),
        ("newest:source", DataError, "a.jsonl:byte 0 has 'web'"),
        ("best:wordcount", ConfigError, "unknown feature; did you mean 'word_count'"),
    ],
)
def test_a_run_that_cannot_choose_is_refused(
    tmp_path: Path, keep: str, error: type[Exception], message: str
) -> None:
    inputs = written(tmp_path / "in", {"a.jsonl": ROWS})
    with pytest.raises(error, match=message):
        kept(inputs, tmp_path / "run", keep=keep)


def test_a_column_that_no_line_has_is_refused_before_the_next_file_is_read(tmp_path: Path) -> None:
    inputs = written(tmp_path / "in", {"a.jsonl": ROWS[:1], "b.jsonl": ROWS[1:]})
    with pytest.raises(DataError, match=r"'shelf', which a\.jsonl does not have"):
        kept(inputs, tmp_path / "run", keep="priority:shelf=top", workers=1)
    assert not list((tmp_path / "run" / "scores").glob("*"))


def test_a_listed_value_that_no_document_has_is_told(tmp_path: Path) -> None:
    inputs = written(tmp_path / "in", {"a.jsonl": ROWS})
    assert kept(inputs, tmp_path / "run", keep="priority:source=bokks,news,web") == ["new"]
    summary = corpuskit.open_run(tmp_path / "run").summary
    assert summary["duplicates"]["absent_keep_values"] == ["bokks"]
    shown = " ".join(table(summary, tmp_path / "run").split())
    assert "warning: no document has bokks, which keep priority:source=bokks,news,web" in shown
    assert "1 document has no value for keep" in shown
    assert "no document has bokks" in (tmp_path / "run" / "report.html").read_text("utf-8")


def test_numbers_and_times_in_one_column_are_refused(tmp_path: Path) -> None:
    other = [{"id": "number", "text": TEXT, "date": 2020}]
    inputs = written(tmp_path / "in", {"a.jsonl": ROWS, "b.jsonl": other})
    with pytest.raises(DataError, match="'date' has numbers in some documents and times in others"):
        kept(inputs, tmp_path / "run", keep="newest:date")


def test_a_feature_that_says_what_stays_is_measured(tmp_path: Path) -> None:
    inputs = written(tmp_path / "in", {"a.jsonl": ROWS})
    kept(inputs, tmp_path / "run", keep="best:word_count.dclm")
    run = open_finished(tmp_path / "run")
    assert "dclm" in run.recipe.features
    with pytest.raises(ConfigError, match=r"was made with keep best.* so its scores do not"):
        changed_recipe(run, own(tmp_path, "keep: newest:date"), redo=True)
    found = changed_recipe(run, own(tmp_path, "keep: best:char_count"), redo=True)
    assert found.duplicates is not None
    assert (found.duplicates.keep, found.duplicates.bands) == ("best:char_count", 16)
    with pytest.raises(ConfigError, match="unknown feature"):
        changed_recipe(run, own(tmp_path, "keep: best:digit_ratio.zyda"), redo=True)


def own(folder: Path, setting: str) -> Changes:
    """Ask for a recipe with one setting of duplicates."""
    (folder / "mine.yaml").write_text(f"name: mine\nduplicates:\n  {setting}\n")
    return Changes(recipe=str(folder / "mine.yaml"))


def test_a_frame_chooses_by_its_columns() -> None:
    frame = pl.DataFrame({"text": ["a b", "a  b", "c"], "n": [1, 2, 3], "s": ["x", "y", "y"]})
    for keep, best in (("newest:n", 1), ("best:n", 1), ("priority:s=x", 0), ("first", 0)):
        assert corpuskit.dedup(frame, keep=keep)["representative"].to_list() == [best, best, 2]
    with pytest.raises(DataError, match="needs the column 'm', which the frame does not have"):
        corpuskit.dedup(frame, keep="newest:m")
    near = pl.DataFrame({"text": [TEXT, TEXT + " Yes."]})
    assert corpuskit.dedup(near)["kind"].to_list() == ["near", "representative"]
    assert corpuskit.dedup(near, exact_only=True)["kind"].to_list() == ["unique", "unique"]
    assert corpuskit.dedup(near, similarity=1.0)["kind"].to_list() == ["unique", "unique"]
