"""The registered domain of a host: one label more than its public suffix.

The suffixes are those of the ICANN part of Mozilla's Public Suffix List (publicsuffix.org), which
the package `publicsuffixlist` holds: `a.blogspot.com` and `b.blogspot.com` belong to one registered
domain; hosts tell them apart. The list's algorithm, over a column at once: of the rules that match
an exception wins, then the one with most labels; a suffix that is not listed is the last label.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Final, NamedTuple

import polars as pl

BEGIN, END = "// ===BEGIN ICANN DOMAINS===", "// ===END ICANN DOMAINS==="
AT_A_TIME: Final = 1_000_000  # hosts, so that their endings take 100 MB or so
_ALONE = r"^\[.*\]$|(?:^|\.)[0-9]+$"  # addresses of IPv6 and of IPv4; no suffix is a number


class Suffixes(NamedTuple):
    """Rules by kind, without ``*.`` and ``!``; `labels` is the most that one of them has."""

    plain: pl.Series
    wild: pl.Series
    exceptions: pl.Series
    labels: int


def list_name() -> str:
    """Name the list that is used, with its version.

    Examples
    --------
    >>> list_name().split()[0]
    'publicsuffixlist'
    """
    return f"publicsuffixlist {version('publicsuffixlist')}"


@cache
def suffixes() -> Suffixes:
    """Read the rules of the ICANN part, once per process; those outside ASCII in punycode too."""
    text = (files("publicsuffixlist") / "public_suffix_list.dat").read_text("utf-8")
    lines = text[text.index(BEGIN) : text.index(END)].splitlines()
    rules = [line.split()[0].lower() for line in lines if line.strip() and line[:2] != "//"]
    rules += [_punycode(rule) for rule in rules if not rule.isascii()]
    return Suffixes(
        pl.Series([rule for rule in rules if rule[0] not in "*!"]),
        pl.Series([rule[2:] for rule in rules if rule[0] == "*"]),
        pl.Series([rule[1:] for rule in rules if rule[0] == "!"]),
        max(rule.count(".") + 1 for rule in rules),
    )


def _punycode(rule: str) -> str:
    sign = "!" if rule[0] == "!" else ""
    return sign + rule.removeprefix("!").encode("idna").decode("ascii")


def registered_domains(hosts: pl.Series) -> pl.Series:
    """Return the registered domain of each host, String, as long as `hosts`.

    Parameters
    ----------
    hosts : lower-case, without nulls, each but once (look-ups are not remembered).

    Returns
    -------
    An IP address, what ends in a number, a public suffix, and what has an empty label stay as they
    are.

    Examples
    --------
    >>> registered_domains(pl.Series(["a.b.co.uk", "co.uk", "10.0.0.1", "x.y.unlisted"])).to_list()
    ['b.co.uk', 'co.uk', '10.0.0.1', 'y.unlisted']
    """
    parts = [_look_up(hosts.slice(start, AT_A_TIME)) for start in range(0, len(hosts), AT_A_TIME)]
    return pl.concat(parts) if parts else pl.Series(dtype=pl.String)


def _look_up(hosts: pl.Series) -> pl.Series:
    endings, dots = (
        _endings(hosts, suffixes().labels + 2),
        hosts.str.count_matches(".", literal=True),
    )
    public = _public_labels(endings)
    itself = hosts.str.contains(_ALONE) | hosts.str.contains(r"^\.|\.\.|\.$") | (dots < public)
    domain = hosts
    for size, ending in enumerate(endings[1:], 2):
        domain = ending.zip_with(~itself & (public + 1 == size), domain)
    return domain


def _endings(hosts: pl.Series, most: int) -> list[pl.Series]:
    """Return the last label of each host, the last two, …; null where it has fewer."""
    labels = hosts.str.split(".")
    endings = [labels.list.get(-1)]
    for size in range(2, most + 1):
        endings.append(labels.list.get(-size, null_on_oob=True) + "." + endings[-1])
    return endings


def _public_labels(endings: list[pl.Series]) -> pl.Series:
    """Count the labels of each host's public suffix, UInt32."""
    rules = suffixes()
    depth, excepted = (pl.repeat(value, len(endings[0]), dtype=pl.UInt32, eager=True)
                       for value in (1, 0))  # fmt: skip
    for size in range(1, rules.labels + 1):
        ending, longer = endings[size - 1], endings[size].is_not_null()
        depth = _set(depth, size, ending.is_in(rules.plain.implode()))
        depth = _set(depth, size + 1, ending.is_in(rules.wild.implode()) & longer)
        excepted = _set(excepted, size - 1, ending.is_in(rules.exceptions.implode()))
    public: pl.Series = depth.zip_with(excepted == 0, excepted)
    return public


def _set(values: pl.Series, value: int, where: pl.Series) -> pl.Series:
    new: pl.Series = pl.Series([value], dtype=pl.UInt32).zip_with(where.fill_null(False), values)
    return new
