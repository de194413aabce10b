from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.coverage.hosts import HOSTS, host_column, path_depths
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
    assert HOSTS.describe(HOSTS.merge([counted(frame, 1)])) == {
        "domains": None,
        "registered_domains": None,
        "url_depth": None,
        "breadth": {"hosts": None, "domains": None},
    }


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


def test_registered_domains_gather_their_hosts() -> None:
    addresses = ["http://a.b.co.uk/1", "http://c.b.co.uk/2", "http://me.github.io", "http://x.org"]
    found = HOSTS.describe(counted(pl.DataFrame({"url": addresses}), 1, 2, 4, 8))
    assert found["domains"]["distinct"] == 4
    assert found["registered_domains"]["distinct"] == 3
    assert found["registered_domains"]["top"][0] == {"name": "b.co.uk", "documents": 2, "bytes": 3}
    assert found["registered_domains"]["public_suffixes"].startswith("publicsuffixlist ")
    assert found["breadth"]["hosts"]["effective"] == 4
    assert found["breadth"]["domains"]["top_1"] == 0.5


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://a.org", 0),
        ("http://a.org/", 0),
        ("http://a.org?q=/x/y", 0),
        ("http://a.org/#/x/y", 0),
        ("http://a.org/x", 1),
        (" http://me@a.org:80//x//y/ ", 2),
        ("http://a.org\\x\\y", 2),
        ("//a.org/x y/z", 2),
        ("http://a.org/" + "x/" * 9, 9),
        ("http://a.org/" + "x/" * 10, 10),
        ("http://a.org/" + "x/" * 5_000, 10),
    ],
)
def test_a_path_is_as_deep_as_it_has_parts_that_are_not_empty(address: str, expected: int) -> None:
    assert path_depths(pl.Series([address])).item() == expected


def test_depths_are_counted_of_documents_with_a_host() -> None:
    frame = pl.DataFrame({"url": ["http://a.org/x", "http://a.org/y", "/no/host", None]})
    one, other = counted(frame, 1, 1, 1, 1), counted(pl.DataFrame({"url": ["http://a.org"]}), 1)
    found = HOSTS.describe(HOSTS.merge([one, other]))["url_depth"]["documents"]
    assert found == [1, 2, *[0] * 9]
