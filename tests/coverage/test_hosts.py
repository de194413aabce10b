from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.coverage import count_hosts, host_column, merge_hosts


def host(address: str | None) -> str | None:
    found = host_column(pl.DataFrame({"url": [address]}, schema={"url": pl.String}))
    assert found is not None
    return found.item()


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
    assert count_hosts(frame, pl.Series([1])).height == 0


def test_hosts_merge_in_any_order_and_are_sorted_by_documents_then_name() -> None:
    first = count_hosts(
        pl.DataFrame({"url": ["http://b.org/1", "http://a.org", "x"]}), pl.Series([1, 2, 4])
    )
    second = count_hosts(pl.DataFrame({"url": ["http://www.b.org/2"]}), pl.Series([8]))
    merged = merge_hosts([first, second])
    assert merged.rows() == [("b.org", 2, 9), ("a.org", 1, 2)]
    assert merged.equals(merge_hosts([second, first]))
