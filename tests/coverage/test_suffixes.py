from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from corpuskit.coverage import suffixes
from corpuskit.coverage.suffixes import registered_domains

TWIN = PublicSuffixList(only_icann=True)
LABELS = st.sampled_from(
    ["a", "www", "ck", "jp", "kobe", "city", "uk", "co", "com", "github", "io", "公司", "cn"]
)


def domain(host: str) -> str:
    return str(registered_domains(pl.Series([host])).item())


# By hand from the rules com, co.uk, *.ck, !www.ck, jp, kobe.jp's *.kobe.jp and !city.kobe.jp,
# github.io (private, so not a suffix here), cn, 公司.cn; no rule has "unlisted".
@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("a.b.example.com", "example.com"),
        ("example.com", "example.com"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("co.uk", "co.uk"),
        ("a.b.c.ck", "b.c.ck"),
        ("b.ck", "b.ck"),
        ("a.www.ck", "www.ck"),
        ("x.y.kobe.jp", "x.y.kobe.jp"),
        ("w.x.y.kobe.jp", "x.y.kobe.jp"),
        ("x.city.kobe.jp", "city.kobe.jp"),
        ("me.github.io", "github.io"),
        ("a.b.公司.cn", "b.公司.cn"),
        ("a.b.xn--55qx5d.cn", "b.xn--55qx5d.cn"),
        ("a.b.unlisted", "b.unlisted"),
        ("localhost", "localhost"),
        ("192.168.0.1", "192.168.0.1"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("www.10.0.0.1", "www.10.0.0.1"),
        ("2130706433", "2130706433"),
        ("a..b.com", "a..b.com"),
        (".com", ".com"),
    ],
)
def test_the_registered_domain_of_a_host(host: str, expected: str) -> None:
    assert domain(host) == expected


@settings(deadline=None)
@given(st.lists(LABELS, min_size=1, max_size=6).map(".".join))
def test_it_is_what_the_package_says_one_host_at_a_time(host: str) -> None:
    assert domain(host) == (TWIN.privatesuffix(host) or host)


def test_every_rule_of_the_list_is_followed_as_the_package_follows_it() -> None:
    rules = suffixes.suffixes()
    ends = [*rules.plain, *rules.wild, *rules.exceptions]
    hosts = [head + end for end in ends for head in ("", "a.", "a.b.", "q.a.b.")]
    found = registered_domains(pl.Series(hosts)).to_list()
    assert found == [TWIN.privatesuffix(host) or host for host in hosts]


def test_many_hosts_are_looked_up_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = pl.Series([f"h{number}.d{number % 3}.com" for number in range(10)])
    whole = registered_domains(hosts)
    monkeypatch.setattr(suffixes, "AT_A_TIME", 3)
    assert registered_domains(hosts).equals(whole)


def test_no_hosts_have_no_domains() -> None:
    assert registered_domains(pl.Series(dtype=pl.String)).to_list() == []
