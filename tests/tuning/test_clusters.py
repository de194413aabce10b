"""`corpuskit clusters`: what it shows of a run, what it writes, and how it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import corpuskit
from corpuskit.cli import app
from corpuskit.errors import ConfigError, CorpuskitError, DataError, RunError
from corpuskit.terminal import width
from corpuskit.tuning.clusters import list_clusters
from corpuskit.tuning.finished import FinishedRun
from tests.corpus import rows, write_jsonl
from tests.tuning.made import TEXTS, made_run, without_duplicates, write_run

HOSTILE = "\x1b[31mred\x07 \u202e<script> " + "中" * 300


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of the made run, with hostile text in a member."""
    texts = {**TEXTS, "b": f"This is the text of {HOSTILE} b."}
    return str(write_run(tmp_path_factory.mktemp("clusters") / "run", texts=texts))


def call(*words: object) -> str:
    done = CliRunner().invoke(app, ["clusters", *map(str, words)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*words: object) -> CorpuskitError:
    with pytest.raises(CorpuskitError) as error:
        CliRunner().invoke(app, ["clusters", *map(str, words)], catch_exceptions=False)
    return error.value


def test_the_largest_are_shown_with_nearest_and_furthest(run: str) -> None:
    page = call(run)
    assert page.startswith("1 cluster of 3 documents in all\n")
    for part in (
        "cluster 1: 3 documents (1 exact, 1 near); Jaccard to the representative 0.900 at least",
        "0.950 on average", "from: toy.jsonl (3)", "stands for them: a, 44 characters",
        "nearest, exact, Jaccard 1: c", "furthest, near, Jaccard 0.900: b",
        "text of [-a-]{+c+}. It",
    ):  # fmt: skip
        assert part in " ".join(page.split()), part


def test_hostile_text_is_escaped_and_no_line_is_wider_than_80(run: str) -> None:
    page = call(run)
    assert "\\x1b[31mred\\x07" in page
    assert "\\u202e" in page
    assert all(line.isprintable() for line in page.split("\n"))
    assert max(width(line) for line in page.split("\n")) <= 80


def test_a_document_leads_to_its_cluster(run: str) -> None:
    assert "cluster 1: 3 documents" in call(run, "--id", "b")
    assert "cluster 1: 3 documents" in call(run, "--id", "3")
    assert call(run, "--id", "b", "--id", "c").count("stands for them") == 1
    assert "d: in no cluster; nothing repeats it" in call(run, "--id", "d")


def test_a_kind_is_asked_for(run: str) -> None:
    assert call(run, "--kind", "near").startswith("1 cluster with 1 near duplicates in all")
    assert isinstance(refused(run, "--kind", "fuzzy"), ConfigError)


def test_the_json_has_texts_numbers_and_differences(run: str) -> None:
    found = json.loads(call(run, "--json"))
    (cluster,) = found["clusters"]
    assert (cluster["size"], cluster["exact"], cluster["near"]) == (3, 1, 1)
    assert cluster["sources"] == {"toy.jsonl": 3}
    assert [one["id"] for one in cluster["documents"]] == ["a", "c", "b"]
    assert cluster["documents"][0]["difference"] is None
    assert HOSTILE in cluster["documents"][2]["text"]
    assert json.loads(call(run, "--id", "d", "--json"))["alone"] == ["d"]


def test_the_clusters_are_written_as_parquet(run: str, tmp_path: Path) -> None:
    place = tmp_path / "new" / "clusters.parquet"
    assert "3 documents" in call(run, "--out", place)
    found = pl.read_parquet(place)
    assert found.schema == {
        "doc_id": pl.UInt64, "id": pl.String, "cluster": pl.UInt64,
        "representative": pl.UInt64, "jaccard": pl.Float64, "cluster_size": pl.UInt32,
        "kind": pl.String, "in_index": pl.Boolean,
    }  # fmt: skip
    assert found.rows() == [
        (1, "a", 1, 1, 1.0, 3, "representative", False), (2, "b", 1, 1, 0.9, 3, "near", False),
        (3, "c", 1, 1, 1.0, 3, "exact", False),
    ]  # fmt: skip
    assert "is there already" in str(refused(run, "--out", place))
    assert json.loads(call(run, "--out", place, "--overwrite", "--json"))["documents"] == 3


def test_what_belongs_to_the_run_is_never_written_over(run: str, tmp_path: Path) -> None:
    for place in (f"{run}/duplicates.parquet", f"{run}/kept/mine.parquet"):
        error = refused(run, "--out", place, "--overwrite")
        assert isinstance(error, ConfigError)
        assert "belongs to the run" in str(error)
    assert isinstance(refused(run, "--out", tmp_path / "clusters.csv"), ConfigError)
    assert isinstance(refused(run, "--out", tmp_path / "a.parquet", "--id", "a"), ConfigError)


def test_an_unknown_id_names_the_nearest(run: str) -> None:
    error = refused(run, "--id", "zebra")
    assert isinstance(error, DataError)
    assert error.exit_code == 3
    assert "no document has the id 'zebra'" in str(error)


def test_a_run_that_did_not_look_for_duplicates_is_refused(tmp_path: Path) -> None:
    made = made_run(tmp_path / "run", recipe=without_duplicates())
    with pytest.raises(RunError, match="duplicates were not looked for") as error:
        list_clusters(made)
    assert error.value.exit_code == 5


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path)
    assert isinstance(error, RunError)
    assert "no finished run" in str(error)


def test_a_run_without_repeats_says_so_and_a_url_gives_hosts(tmp_path: Path) -> None:
    unique = write_jsonl(tmp_path / "in.jsonl", rows()[:6])
    corpuskit.clean(unique, tmp_path / "unique", recipe="dedup")
    assert call(tmp_path / "unique") == "no cluster: no document repeats another one\n"
    twice = [{**row, "id": f"{row['id']}-{n}"} for n in range(2) for row in rows()[:3]]
    source = write_jsonl(tmp_path / "twice.jsonl", twice)
    for format in ("parquet", "jsonl.zst"):
        corpuskit.clean(source, tmp_path / format, recipe="dedup", format=format)
        page = call(tmp_path / format, "-n", "1")
        assert "3 clusters of 6 documents in all; 1 shown" in page
        assert "hosts: en" in page
        assert "the texts are the same" in page


def test_a_listing_asks_the_same_run_the_same(toy: FinishedRun) -> None:
    assert list_clusters(toy) == list_clusters(toy)
    assert list_clusters(toy, kind="exact").documents == 1
