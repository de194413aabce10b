"""The figures of a whole run against an independent count of what it read and kept."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars as pl
import pytest
from publicsuffixlist import PublicSuffixList

import corpuskit
from corpuskit import Run
from corpuskit.progress import Progress
from corpuskit.run import Options, execute
from tests.corpus import SAMPLE_DATA, rows, write_jsonl


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of tests/corpus.py, with a date, and the Chinese poems, without one."""
    folder = tmp_path_factory.mktemp("in")
    write_jsonl(folder / "a.jsonl", [{**row, "source": row["id"][:2]} for row in rows()])
    poems = pl.read_ndjson(SAMPLE_DATA / "chinese-classics.jsonl.gz").head(100)
    poems.with_columns(pl.col("url").cast(pl.String)).write_ndjson(folder / "b.jsonl")
    return folder


@pytest.fixture(scope="module")
def done(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return corpuskit.clean(folder, tmp_path_factory.mktemp("out") / "run")


def read(folder: Path) -> pl.DataFrame:
    columns = ("id", "text", "url", "year", "source")
    frames = [pl.read_ndjson(path) for path in sorted(folder.glob("*.jsonl"))]
    return pl.concat(frames, how="diagonal").select(columns)


def sides(folder: Path, done: Run) -> dict[str, pl.DataFrame]:
    return {"in": read(folder), "kept": done.kept().collect()}


def effective(counts: list[int]) -> float:
    whole = sum(counts)
    return math.exp(-sum(count / whole * math.log(count / whole) for count in counts))


@pytest.mark.parametrize("side", ["in", "kept"])
def test_a_run_counts_what_an_independent_count_does(folder: Path, done: Run, side: str) -> None:
    found: dict[str, Any] = done.summary["coverage"][side]
    frame = sides(folder, done)[side]
    addresses = [urlsplit(url) for url in frame["url"].drop_nulls()]
    hosts = Counter(str(address.hostname) for address in addresses)
    suffixes = PublicSuffixList(only_icann=True)
    domains = Counter[str]()
    for host, count in hosts.items():
        domains[suffixes.privatesuffix(host) or host] += count
    assert found["breadth"]["hosts"]["effective"] == pytest.approx(
        effective([*hosts.values()]), abs=1e-4
    )
    assert found["registered_domains"]["distinct"] == len(domains)
    top = {row["name"]: row["documents"] for row in found["registered_domains"]["top"]}
    assert top == dict(domains)
    depths = Counter(sum(map(bool, address.path.split("/"))) for address in addresses)
    assert found["url_depth"]["documents"] == [depths[depth] for depth in range(11)]
    years = frame["year"].drop_nulls().value_counts().sort("year").rows()
    assert found["years"]["documents"] == {str(year): count for year, count in years}
    assert found["years"]["undated"] == frame["year"].null_count()
    sources = dict(frame["source"].value_counts().rows())
    assert {row["name"]: row["documents"] for row in found["sources"]["top"]} == sources
    assert found["breadth"]["sources"]["top_1"] == pytest.approx(
        max(sources.values()) / frame.height, abs=1e-6
    )


def test_poems_of_the_tang_are_traditional_and_the_declaration_is_simplified(done: Run) -> None:
    han = done.summary["coverage"]["in"]["han"]
    scores = done.scores().filter(pl.col("script") == "Han").collect()
    assert sum(kind["documents"] for kind in han.values()) == scores.height
    assert sum(kind["bytes"] for kind in han.values()) == scores["byte_count"].sum()
    assert han["Hant"]["documents"] >= 90
    assert han["Hans"]["documents"] >= 5


def test_languages_are_as_varied_as_the_scores_say(done: Run) -> None:
    counts = done.scores().collect()["language"].value_counts()["count"].to_list()
    found = done.summary["coverage"]["in"]["breadth"]["languages"]
    assert found["effective"] == pytest.approx(effective(counts), abs=1e-4)
    assert found["distinct"] == len(counts)


def test_small_splits_and_shards_change_no_figure(folder: Path, done: Run, tmp_path: Path) -> None:
    options = Options((str(folder),), tmp_path / "run", split_bytes=4_000, shard_bytes=9_000)
    found = execute(options, Progress(quiet=True))
    assert len([*(tmp_path / "run" / "scores").iterdir()]) > 10
    assert found["coverage"] == done.summary["coverage"]
