"""Hosts and registered domains of addresses, and how deep their paths are.

Counted where the user has a column of addresses. Hosts are counted exactly and without a cap: two
million of 25 characters took 80 bytes of memory each, and up to 380 while counts were merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from corpuskit.coverage.breadth import breadth
from corpuskit.coverage.parts import Part, Tables, Texts
from corpuskit.coverage.suffixes import list_name, registered_domains
from corpuskit.coverage.tallies import TOP, add_up, largest, largest_first, sums

# Names of columns that hold an address, in order of preference, compared in lower case.
ADDRESS_COLUMNS = ("url", "uri", "source_url", "page_url", "link", "warc-target-uri", "target_uri")
DEEPEST = 10  # and deeper
COUNTS = {"host": pl.String, "documents": pl.UInt32, "bytes": pl.UInt64}
DEPTHS = {"depth": pl.UInt8, "documents": pl.UInt64}
# Scheme, user information, then the host (a name, or an IPv6 address in brackets) up to a port,
# path, query or fragment. 253 characters are the most that DNS allows.
_HOST = (
    r"^\s*(?:[A-Za-z][A-Za-z0-9+.\-]*:)?//(?:[^/?#@\\]*@)?"
    r"(\[[0-9A-Fa-f:.]{2,45}\]|[^\[/?#:@\\\s\p{Cc}]{1,253})(?:[/?#:\\\s]|$)"
)

# Scheme and host, then the path. A backslash separates as browsers have it.
_PATH = r"^\s*(?:[A-Za-z][A-Za-z0-9+.\-]*:)?//[^/?#\\]*([^?#]*)"


def address_column(columns: pl.DataFrame) -> pl.Series | None:
    """Return the column of addresses, or None where no column of text is named like one."""
    by_name = {name.lower(): name for name in columns.columns}
    for name in ADDRESS_COLUMNS:
        if name in by_name and columns.schema[by_name[name]] == pl.String:
            return columns[by_name[name]]
    return None


def host_column(columns: pl.DataFrame) -> pl.Series | None:
    """Return the host of every row, null where there is none, or None without such a column.

    Hosts are lower-case, without port, user information and a leading ``www.``.

    Examples
    --------
    >>> frame = pl.DataFrame({"url": ["https://me@www.Example.org:80/a?b", "mailto:x", None]})
    >>> host_column(frame).to_list()
    ['example.org', None, None]
    """
    address = address_column(columns)
    if address is None:
        return None
    host = pl.col("address").str.extract(_HOST).str.to_lowercase()
    host = host.str.strip_prefix("www.").str.strip_chars_end(".")
    empty_is_none = pl.when(host.str.len_bytes() > 0).then(host)
    return address.alias("address").to_frame().select(empty_is_none.alias("host")).to_series()


def path_depths(addresses: pl.Series) -> pl.Series:
    """Count the parts of each path that are not empty, UInt8; 10 stands for more as well.

    Examples
    --------
    >>> path_depths(pl.Series(["http://a.org", "//a.org//b/c.html?d=/e/f#/g"])).to_list()
    [0, 2]
    """
    parts = pl.col("address").str.strip_chars().str.extract(_PATH).str.count_matches(r"[^/\\]+")
    depth = parts.clip(0, DEEPEST).cast(pl.UInt8).alias("depth")
    return addresses.alias("address").to_frame().select(depth).to_series()


def count(texts: Texts) -> Tables:
    """Count documents and bytes per host, and paths by depth; no rows without addresses."""
    hosts, addresses = host_column(texts.columns), address_column(texts.columns)
    if hosts is None or addresses is None:
        return merge([])
    columns = {"host": hosts, "bytes": texts.scores["byte_count"], "depth": path_depths(addresses)}
    rows = pl.DataFrame(columns).drop_nulls("host").with_columns(pl.lit(1).alias("documents"))
    return {"hosts": merge_hosts([rows]), "depths": add_up([rows], DEPTHS)}


def merge(tables: Sequence[Tables]) -> Tables:
    """Return the hosts and depths of all batches together."""
    return {
        "hosts": merge_hosts([one["hosts"] for one in tables]),
        "depths": add_up([one["depths"] for one in tables], DEPTHS),
    }


def describe(tables: Tables) -> dict[str, Any]:
    """Give `domains` (hosts), `registered_domains` and `url_depth`; None without addresses.

    `domains` and `registered_domains` list the largest; `public_suffixes` names the list behind
    the second. `url_depth` has documents by the number of parts in a path, the last for ten or
    more.
    """
    hosts = tables["hosts"]
    domains = _by_domain(hosts)
    axes = {"hosts": breadth(hosts), "domains": breadth(domains)}
    if not hosts.height:
        keys = ("domains", "registered_domains", "url_depth")
        return {**dict.fromkeys(keys), "breadth": axes}
    depths = dict(tables["depths"].iter_rows())
    top = hosts.rename({"host": "domain"}).head(TOP)
    return {
        "domains": {"distinct": hosts.height, "top": top.to_dicts()},
        "registered_domains": {
            **largest(domains),
            "public_suffixes": list_name(),
        },
        "url_depth": {"documents": [depths.get(depth, 0) for depth in range(DEEPEST + 1)]},
        "breadth": axes,
    }


def _by_domain(hosts: pl.DataFrame) -> pl.DataFrame:
    """Add up hosts by their registered domain."""
    names = hosts.with_columns(registered_domains(hosts["host"]).alias("name"))
    return sums([names], {"name": pl.String, "documents": pl.UInt64, "bytes": pl.UInt64})


def merge_hosts(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Add up counts per host; most documents first, then by name."""
    return largest_first(sums(tables, COUNTS), "host")


HOSTS = Part("hosts", count, merge, describe)
