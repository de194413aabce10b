"""The host of a document's address, where the user has a column of addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from corpuskit.coverage.parts import Part, Tables, Texts

# Names of columns that hold an address, in order of preference, compared in lower case.
ADDRESS_COLUMNS = ("url", "uri", "source_url", "page_url", "link", "warc-target-uri", "target_uri")
TOP_DOMAINS = 50
COUNTS = {"host": pl.String, "documents": pl.UInt32, "bytes": pl.UInt64}
# Scheme, user information, then the host (a name, or an IPv6 address in brackets) up to a port,
# path, query or fragment. 253 characters are the most that DNS allows.
_HOST = (
    r"^\s*(?:[A-Za-z][A-Za-z0-9+.\-]*:)?//(?:[^/?#@\\]*@)?"
    r"(\[[0-9A-Fa-f:.]{2,45}\]|[^\[/?#:@\\\s\p{Cc}]{1,253})(?:[/?#:\\\s]|$)"
)


def host_column(columns: pl.DataFrame) -> pl.Series | None:
    """Return the host of every row, null where there is none, or None without such a column.

    Hosts are lower-case, without port, user information and a leading ``www.``.

    Examples
    --------
    >>> frame = pl.DataFrame({"url": ["https://me@www.Example.org:80/a?b", "mailto:x", None]})
    >>> host_column(frame).to_list()
    ['example.org', None, None]
    """
    by_name = {name.lower(): name for name in columns.columns}
    for name in ADDRESS_COLUMNS:
        if name in by_name and columns.schema[by_name[name]] == pl.String:
            host = pl.col(by_name[name]).str.extract(_HOST).str.to_lowercase()
            host = host.str.strip_prefix("www.").str.strip_chars_end(".")
            empty_is_none = pl.when(host.str.len_bytes() > 0).then(host)
            return columns.select(empty_is_none.alias("host")).to_series()
    return None


def count(texts: Texts) -> Tables:
    """Count documents and bytes per host; no rows without a column of addresses."""
    hosts = host_column(texts.columns)
    if hosts is None:
        return merge([])
    rows = pl.DataFrame({"host": hosts, "bytes": texts.scores["byte_count"]}).drop_nulls("host")
    return {"hosts": merge_hosts([rows.select("host", pl.lit(1).alias("documents"), "bytes")])}


def merge(tables: Sequence[Tables]) -> Tables:
    """Return the hosts of all batches together."""
    return {"hosts": merge_hosts([one["hosts"] for one in tables])}


def describe(tables: Tables) -> dict[str, Any]:
    """Give `domains`, the largest of them; None where no batch had a column of addresses."""
    hosts = tables["hosts"]
    if not hosts.height:
        return {"domains": None}
    top = hosts.rename({"host": "domain"}).head(TOP_DOMAINS)
    return {"domains": {"distinct": hosts.height, "top": top.to_dicts()}}


def merge_hosts(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Add up counts per host; most documents first, then by name."""
    typed = [table.select(pl.col(name).cast(kind) for name, kind in COUNTS.items())
             for table in tables]  # fmt: skip
    rows = pl.concat([pl.DataFrame(schema=COUNTS), *typed])
    sums = rows.group_by("host").agg(pl.col("documents").sum(), pl.col("bytes").sum())
    ordered = sums.sort(["documents", "host"], descending=[True, False])
    return ordered.select(pl.col(name).cast(kind) for name, kind in COUNTS.items())


HOSTS = Part("hosts", count, merge, describe)
