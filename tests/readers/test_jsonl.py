"""JSON Lines: nothing readable is lost, nothing unreadable is silent."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpuskit import readers
from corpuskit.errors import DataError
from corpuskit.readers import contract
from tests.readers.reading import read_all
from tests.reference_records import json_record, lines

GOOD = b'{"text":"good","n":1}'

REFUSED = {
    b'{"text":"a"} xx': "broken_json",
    b'{"text":"a"}{"text":"b"}': "broken_json",
    b'{"text":"a"}]': "broken_json",
    b'{"text":"a",}': "broken_json",
    b'{"text":"a"': "broken_json",
    b'{"text":"a': "broken_json",
    b"{'text':'a'}": "broken_json",
    b'{"text":"tab\tinside"}': "broken_json",
    b'{"text":"nul\x00inside"}': "broken_json",
    b'{"text":"a","n":01}': "broken_json",
    b'{"text":"\\ud800"}': "broken_json",
    b'{"text":"a\\ud83dx"}': "broken_json",
    b'{"text":"\\ude00\\ud83d"}': "broken_json",
    b'{"text":"a","other":"\\uDBFF"}': "broken_json",
    b'{"text":"a\\q"}': "broken_json",
    b'{"text":"a","deep":' + b"[" * 200 + b"]" * 200 + b"}": "broken_json",
    b'{"text":"a","deep":' + b"[" * 50_000 + b"]" * 50_000 + b"}": "broken_json",
    b"garbage": "broken_json",
    b'{"text":"a\xff"}': "not_utf8",
    b'{"text":"a","n":"\xed\xa0\x80"}': "not_utf8",
    b'{"text":"\xc0\x80"}': "not_utf8",
    b'{"text":null}': "null_text",
    b'{"text":5}': "text_not_string",
    b'{"text":1.5}': "text_not_string",
    b'{"text":true}': "text_not_string",
    b'{"text":["a"]}': "text_not_string",
    b'{"text":{"a":"b"}}': "text_not_string",
    b'{"text":5,"text":"second"}': "text_not_string",
    b'{"n":1}': "no_text_field",
    b"{}": "no_text_field",
    b'{"n":{"text":"nested"}}': "no_text_field",
    b'{"Text":"other case"}': "no_text_field",
    b"[1,2]": "not_an_object",
    b'["text","a"]': "not_an_object",
    b"5": "not_an_object",
    b'"text"': "not_an_object",
    b"null": "not_an_object",
}

ACCEPTED = {
    b'{"text":"a","n":NaN}': "a",
    b'{"text":"a","n":-Infinity}': "a",
    b'{"text":"a","n":1e999}': "a",
    b'{"text":"a","n":%s}' % (b"9" * 400): "a",
    b'{"text":"a","n":123456789012345678901234567890}': "a",
    b'{"text":"first","text":"second"}': "first",
    b'{"text":"a","n":1,"n":"x"}': "a",
    b'{"text":"a","s":{"b":1,"b":2}}': "a",
    b'{"te\\u0078t":"a"}': "a",
    b'  {"text" : "a"}\t\r': "a",
    b'{"text":"\\ud83d\\ude00"}': "😀",
    b'{"text":"\\\\ud800"}': "\\ud800",
    b'{"text":"\\uD7FF\\uE000"}': "\ud7ff\ue000",
    b'{"text":"nul\\u0000"}': "nul\0",
    b'{"text":""}': "",
    b'{"text":"a","n":[1,"x",null,{"y":[]}]}': "a",
    b'{"text":"a","n":{"z":1}}': "a",
    b'{"text":"a","n":[]}': "a",
    b'{"text":"a","n":"x"}': "a",
    b'{"text":"a","n":true}': "a",
    b'{"text":"a","new":{}}': "a",
    b'{"n":{"text":1},"text":"a"}': "a",
    b'{"n":["text",5],"text":"a"}': "a",
    b'{"n":"text","text":"a"}': "a",
}


def write(folder: Path, data: bytes, name: str = "x.jsonl") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("line", REFUSED, ids=lambda line: repr(line[:40]))
def test_a_bad_line_is_counted_by_its_reason_and_its_neighbours_are_kept(
    tmp_path: Path, line: bytes
) -> None:
    path = write(tmp_path, GOOD + b"\n" + line + b"\n" + GOOD + b"\n")
    result = read_all([path])
    assert result.texts == ["good", "good"]
    assert dict(result.skipped) == {REFUSED[line]: 1}
    assert result.bad[0].where == "x.jsonl:byte 22"
    assert len(result.bad[0].excerpt) <= 200


@pytest.mark.parametrize("line", ACCEPTED, ids=lambda line: repr(line[:40]))
def test_an_odd_but_readable_line_is_a_document(tmp_path: Path, line: bytes) -> None:
    path = write(tmp_path, GOOD + b"\n" + line + b"\n" + GOOD + b"\n")
    result = read_all([path])
    assert result.texts == ["good", ACCEPTED[line], "good"]
    assert not result.skipped


@pytest.mark.parametrize("line", ACCEPTED, ids=lambda line: repr(line[:40]))
def test_a_bad_line_beside_it_does_not_change_a_document(tmp_path: Path, line: bytes) -> None:
    path = write(tmp_path, b"\n".join([line, b"garbage", b'{"text":"\\udfff"}', b""]))
    assert read_all([path], text_column="text").texts == [ACCEPTED[line]]


def test_all_bad_lines_together_are_each_counted(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD + b"\n" + b"\n".join(REFUSED))
    result = read_all([path])
    assert sum(result.skipped.values()) == len(REFUSED)
    assert result.texts == ["good"]


def test_stopping_at_bad_input_names_source_place_and_reason(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD + b"\noops\n")
    with pytest.raises(DataError, match=r"x\.jsonl:byte 22: broken_json.*--on-bad-input skip"):
        read_all([path], on_bad_input="stop")


def test_blank_lines_are_not_records(tmp_path: Path) -> None:
    path = write(tmp_path, b"\n\n  \t\r\n" + GOOD + b"\r\n\n" + GOOD)
    result = read_all([path])
    assert [position for _, position, _ in result.documents] == [7, 31]
    assert not result.skipped


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf" + GOOD + b"\n" + GOOD + b"\n")
    assert [position for _, position, _ in read_all([path]).documents] == [3, 25]


def test_an_empty_file_has_no_documents(tmp_path: Path) -> None:
    assert read_all([write(tmp_path, b"")]).splits == []
    assert read_all([write(tmp_path, b"\n\n")]).documents == []


def test_a_line_over_the_limit_is_refused_wherever_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contract, "MAX_RECORD_BYTES", 1000)
    long = json.dumps({"text": "x" * 5000}).encode()
    fits = json.dumps({"text": "y" * 500}).encode()
    for order in ([long, fits, GOOD], [fits, long, GOOD], [GOOD, fits, long]):
        path = write(tmp_path, b"\n".join(order))
        for split_bytes in (10, 600, 1 << 20):
            result = read_all([path], split_bytes, text_column="text")
            assert dict(result.skipped) == {"record_too_long": 1}
            assert len(result.texts) == 2


def test_other_columns_travel_with_their_types(tmp_path: Path) -> None:
    record = {"id": 7, "tags": ["a"], "text": "t", "meta": {"d": "2020-01-01T00:00:00", "x": 0.5}}
    (batch,) = read_all([write(tmp_path, json.dumps(record).encode())]).batches
    assert batch.columns.row(0, named=True) == {k: v for k, v in record.items() if k != "text"}
    assert batch.user_id.to_list() == ["7"]
    assert (batch.text_name, batch.id_name, batch.text_index) == ("text", "id", 2)


def test_numbers_of_two_kinds_become_fractions_and_other_mixtures_text(tmp_path: Path) -> None:
    rows = [{"text": "a", "n": 1, "m": 1, "k": [1]}, {"text": "b", "n": 0.5, "m": "x", "k": 2}]
    (batch,) = read_all([write(tmp_path, "\n".join(map(json.dumps, rows)).encode())]).batches
    assert batch.columns.to_dict(as_series=False) == {
        "n": [1.0, 0.5],
        "m": ["1", "x"],
        "k": ["[1]", "2"],
    }


def test_a_missing_text_column_lists_those_there_are(tmp_path: Path) -> None:
    path = write(tmp_path, b'{"a":"x","b":"y"}\n')
    with pytest.raises(DataError, match=r"columns are a, b: name it with --text-column"):
        read_all([path])
    with pytest.raises(DataError, match=r"'c' is not there; the columns are a, b"):
        read_all([path], text_column="c")
    assert read_all([path], text_column="b").texts == ["y"]
    with pytest.raises(DataError, match=r"no column 'key' for the id; the columns are a, b"):
        read_all([path], text_column="b", id_column="key")


def test_a_file_of_garbage_is_counted_line_by_line(tmp_path: Path) -> None:
    path = write(tmp_path, bytes(range(256)) * 20)
    result = read_all([path])
    assert not result.documents
    assert sum(result.skipped.values()) == 21


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
RECORD = st.fixed_dictionaries(
    {}, optional={"text": st.text(max_size=20) | JSON, "n": JSON, "id": JSON, "é": JSON}
)


@st.composite
def json_line(draw: st.DrawFn) -> bytes:
    line = json.dumps(draw(RECORD), ensure_ascii=draw(st.booleans())).encode()
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(line)))
        line = line[:at] + draw(st.binary(max_size=3)).replace(b"\n", b"") + line[at:]
    return line


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(json_line() | st.just(b" "), max_size=8), st.integers(1, 200), st.booleans())
def test_every_cut_gives_the_documents_that_a_strict_parser_gives(
    tmp_path_factory: pytest.TempPathFactory, given: list[bytes], split_bytes: int, ends: bool
) -> None:
    data = GOOD + b"\n" + b"\n".join(given) + (b"\n" if ends else b"")
    path = write(tmp_path_factory.mktemp("jsonl"), data)
    result = read_all([path], split_bytes)
    expected = [(at, json_record(line)) for at, line in lines(data)]
    assert [(at, text) for _, at, text in result.documents] == [
        (at, record["text"]) for at, record in expected if record is not None
    ]
    assert sum(result.skipped.values()) == sum(record is None for _, record in expected)
    assert [split.start for split in result.splits[1:]] == [s.stop for s in result.splits[:-1]]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(st.sampled_from("abc"), JSON, max_size=3), min_size=1, max_size=6))
def test_columns_of_any_shape_reach_one_schema(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, object]]
) -> None:
    data = "\n".join(json.dumps({"text": str(i), **r}) for i, r in enumerate(records))
    path = write(tmp_path_factory.mktemp("jsonl"), data.encode())
    batches = read_all([path], 10, text_column="text").batches
    schema = readers.unify_schemas([batch.columns.schema for batch in batches])
    frames = [readers.conform(batch.columns, schema) for batch in batches]
    assert all(dict(frame.schema) == schema for frame in frames)
    together = pl.concat(frames) if schema else pl.DataFrame(height=len(records))
    for name in together.columns:
        nulls = [record.get(name) is None for record in records]
        assert together[name].is_null().to_list() == nulls
