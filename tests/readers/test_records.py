"""The kernels that find records agree with their twins."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.kernels import records
from tests import reference_records as twin

KEY = np.frombuffer(b"text", np.uint8)
FRAGMENTS = st.sampled_from(
    ('{"text":"', '"}', "\\ud83d", "\\ude00", "\\u00e9", '\\"', "\\\\", "\n", "\r\n", " ", "é😀")
) | st.sampled_from(('"text"', ":", ",", "{", "}", "[", "]", "5", "null", '"', "x" * 30, '"n":1,'))


def buffer(data: bytes) -> np.ndarray:
    return np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8)


@settings(max_examples=150, deadline=None)
@given(st.lists(FRAGMENTS, max_size=20).map("".join))
def test_json_lines_are_found_and_a_line_that_is_not_odd_is_no_trap(text: str) -> None:
    data = text.encode()
    starts, stops, odd = records.json_lines(buffer(data), KEY)
    found = [(int(a), data[a:b]) for a, b in zip(starts, stops, strict=True)]
    assert found == twin.lines(data)
    for (_, line), is_odd in zip(found, odd, strict=True):
        try:
            json.loads(line)
        except ValueError:
            continue  # what is not JSON at all is refused by any parser
        assert is_odd or twin.json_record(line) is not None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | st.lists(FRAGMENTS).map(lambda parts: "".join(parts).encode()))
def test_text_lines_are_those_of_the_twin_and_gather_copies_them(data: bytes) -> None:
    starts, stops = records.text_lines(buffer(data))
    expected = twin.text_lines(data)
    assert starts.tolist() == [at for at, _ in expected]
    offsets, out = records.gather(buffer(data), starts, stops, 1)
    assert out.tobytes() == b"".join(line + b"\n" for _, line in expected)
    assert np.diff(offsets).tolist() == [len(line) + 1 for _, line in expected]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='a,"\n', max_size=40), st.integers(0, 40))
def test_csv_records_end_in_the_same_place_however_the_stream_is_blocked(
    text: str, cut: int
) -> None:
    data = text.encode()
    _, whole, _ = records.csv_cut(buffer(data), records.AT_FIELD, ord(","))
    _, first, state = records.csv_cut(buffer(data[:cut]), records.AT_FIELD, ord(","))
    _, second, _ = records.csv_cut(buffer(data[cut:]), state, ord(","))
    assert whole == (min(cut, len(data)) + second if second else first)


def test_an_ordinary_line_is_not_odd() -> None:
    line = b'{"id":{"text":1},"a":["text",{"text":2}],"text" : "x\\ud83d\\ude00","z":"\\u00e9"}'
    assert records.json_lines(buffer(line), KEY)[2].tolist() == [False]
