from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.coverage.hosts import HOSTS, host_column
from corpuskit.coverage.parts import Tables, Texts
from corpuskit.features import Measured


def host(address: str | None) -> str | None:
    found = host_column(pl.DataFrame({"url": [address]}, schema={"url": pl.String}))
    assert found is not None
    return found.item()


def counted(columns: pl.DataFrame, *sizes: int) -> Tables:
    scores = pl.DataFrame({"byte_count": sizes}, schema={"byte_count": pl.UInt32})
    return HOSTS.count(Texts(Measured(pl.Series(dtype=pl.String)), columns, scores, "made.jsonl"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org", "example.org"),
        ("HTTP://WWW.Example.ORG/A?b#c", "example.org"),
        ("http://example.org:8080/", "example.org"),
        ("http://user:p%40ss@example.org/", "example.org"),
        ("//cdn.example.org/x", "cdn.example.org"),
        ("  https://example.org./x", "example.org"),
        ("http://例え.jp/テスト", "例え.jp"),
        ("http://[2001:DB8::1]:80/", "[2001:db8::1]"),
        ("http://example.org?x=http://other.org", "example.org"),
        ("https://example.org\\@evil.org/", "example.org"),
        ("mailto:me@example.org", None),
        ("/only/a/path", None),
        ("example", None),
        ("http://", None),
        ("http:///path", None),
        ("http://a\0b/", None),
        ("http://" + "a" * 300 + "/", None),
        ("", None),
        (None, None),
    ],
)
def test_the_host_of_an_address(address: str | None, expected: str | None) -> None:
    assert host(address) == expected


@given(st.text(max_size=60))
def test_any_text_is_tolerated_as_an_address(address: str) -> None:
    found = host("http://" + address)
    assert found is None or (found and not set(found) & set("/?#\\\0"))


def test_the_first_known_column_is_used_whatever_its_case() -> None:
    frame = pl.DataFrame({"link": ["http://b.org"], "WARC-Target-URI": ["http://c.org"], "n": [1]})
    assert host_column(frame).to_list() == ["b.org"]
    assert host_column(frame.drop("link")).to_list() == ["c.org"]


def test_without_a_column_of_addresses_nothing_is_counted() -> None:
    frame = pl.DataFrame({"url": [1], "other": ["http://a.org"]})
    assert host_column(frame) is None
    assert counted(frame, 1)["hosts"].height == 0
    assert HOSTS.describe(HOSTS.merge([counted(frame, 1)])) == {"domains": None}


def test_hosts_merge_in_any_order_and_are_sorted_by_documents_then_name() -> None:
    first = counted(pl.DataFrame({"url": ["http://b.org/1", "http://a.org", "x"]}), 1, 2, 4)
    second = counted(pl.DataFrame({"url": ["http://www.b.org/2"]}), 8)
    merged = HOSTS.merge([first, second])
    assert merged["hosts"].rows() == [("b.org", 2, 9), ("a.org", 1, 2)]
    assert merged["hosts"].equals(HOSTS.merge([second, first])["hosts"])
    assert HOSTS.describe(merged)["domains"] == {
        "distinct": 2,
        "top": [
            {"domain": "b.org", "documents": 2, "bytes": 9},
            {"domain": "a.org", "documents": 1, "bytes": 2},
        ],
    }
