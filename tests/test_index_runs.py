"""Runs that save an index, and runs against one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

import corpuskit
from corpuskit import ConfigError, DataError, RunError
from corpuskit.cli import app
from corpuskit.terminal import table
from corpuskit.tuning.again import Changes, changed_recipe
from corpuskit.tuning.explain import explain
from corpuskit.tuning.finished import open_finished
from corpuskit.tuning.write import write_again
from tests.corpus import digests, document, write_jsonl
from tests.report.test_render import Page

OLD = [{"id": f"{language}-{part}", "text": document(language, part)}
       for language in ("en", "zh", "th") for part in range(2)]  # fmt: skip
OLD[0]["text"] += "  "  # longer than its copy, so that it stands
TWICE = {"id": "twice", "text": document("en", 0)}
NEW = [
    {"id": "copy", "text": document("en", 0).replace("\n", "\n\n")},
    {"id": "near", "text": document("zh", 1) + "还有一句话。"},
    {"id": "fresh", "text": document("en", 4)},
    {"id": "again", "text": document("en", 4) + " More."},
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Old and new documents, the run over the old ones, and its index."""
    folder = tmp_path_factory.mktemp("index")
    for name, found in (("old", [*OLD, TWICE]), ("new", NEW)):
        (folder / name).mkdir()
        write_jsonl(folder / name / "data.jsonl", found)
    dedup(folder / "old", folder / "run", save_index=folder / "index")
    return folder


def call(*words: str) -> str:
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def dedup(source: Path, out: Path, **options: Any) -> corpuskit.Run:
    return corpuskit.clean(source, out, recipe="dedup", **options)


def test_an_index_holds_what_the_run_kept(made: Path) -> None:
    index = pl.read_parquet(made / "index" / "part-*.parquet")
    kept = pl.read_parquet(made / "run" / "kept" / "*.parquet")
    assert index["doc_id"].to_list() == kept["doc_id"].to_list()
    assert index["user_id"].to_list() == kept["id"].to_list()
    assert index.height == len(OLD)


def test_only_new_documents_go_and_the_old_one_is_named(made: Path, tmp_path: Path) -> None:
    run = dedup(made / "new", tmp_path / "run", against=[made / "index"])
    dropped = {row["id"]: row for row in run.dropped().collect().iter_rows(named=True)}
    assert {name: row["representative"] for name, row in dropped.items()} == {
        "copy": "en-0", "near": "zh-1", "fresh": "again",
    }  # fmt: skip
    assert [reason["rule"] for reason in dropped["copy"]["reasons"]] == [
        "duplicates.exact_duplicate"
    ]
    found = run.duplicates().collect()
    members = {row["user_id"]: row for row in found.iter_rows(named=True)}
    assert {name for name, row in members.items() if row["in_index"]} == {"copy", "near"}
    assert members["near"]["representative_user_id"] == "zh-1"
    assert 0.75 <= members["near"]["jaccard"] < 1
    old = pl.read_parquet(made / "index" / "part-*.parquet").filter(user_id="zh-1")
    assert members["near"]["representative"] == old["doc_id"].item()
    assert run.summary["duplicates"]["index_matches"] == 2
    assert run.summary["duplicates"]["index_documents"] == len(OLD)
    assert run.summary["documents"] == {"in": 4, "kept": 1, "dropped": 3, "skipped": 0}


def test_a_run_against_an_index_can_be_explained_but_not_decided_again(
    made: Path, tmp_path: Path
) -> None:
    dedup(made / "new", tmp_path / "run", against=made / "index")
    run = open_finished(tmp_path / "run")
    (found,) = explain(run, ["near"])
    assert found.cluster is not None
    assert (found.cluster.representative.id, found.cluster.difference) == ("zh-1", None)
    recipe = changed_recipe(run, Changes(), redo=True)
    again = rf"another --out: corpuskit clean .*--against {made / 'index'}"
    with pytest.raises(ConfigError, match=again):
        write_again(run, recipe, tmp_path / "again")


def test_clusters_of_an_index_are_listed_told_and_explained(made: Path, tmp_path: Path) -> None:
    run = dedup(made / "new", tmp_path / "run", against=made / "index")
    found = run.summary["duplicates"]
    assert found["indexes"] == [{"index": str(made / "index"), "documents": len(OLD)}]
    old = [one["representative"] for one in found["largest"] if one["representative"]["in_index"]]
    assert {(one["id"], one["text"]) for one in old} == {("en-0", None), ("zh-1", None)}
    report = Page(run.report.html(), "en").text
    assert "A document of an index, which holds no texts." in report
    assert f"1 index of {len(OLD)} documents took part; 2 documents" in report
    shown = table(run.summary, run.path)
    assert "2 of them repeat a document of an index" in shown
    for words in ([], ["--id", "copy", "--id", "near"]):
        page = call("clusters", str(run.path), *words)
        assert "stands for them: zh-1, a document of an index" in page
        assert NEW[1]["text"][:10] in page
    page = call("explain", str(run.path), "near")
    assert "stands for it: a document of an index, zh-1 (near, Jaccard" in page


def test_a_document_that_is_called_as_the_old_one_is_its_copy(made: Path, tmp_path: Path) -> None:
    run = dedup(made / "old", tmp_path / "run", against=made / "index")
    largest = run.summary["duplicates"]["largest"][0]
    assert (largest["size"], largest["exact"]) == (3, 2)
    page = call("clusters", str(run.path), "--id", "en-0")
    assert "stands for them: en-0, a document of an index" in page
    assert "exact, Jaccard 1: en-0" in page
    assert "exact, Jaccard 1: twice" in call("explain", str(run.path), "en-0").replace(".000", "")


def test_the_same_files_against_their_own_index_are_all_dropped(made: Path, tmp_path: Path) -> None:
    run = dedup(made / "old", tmp_path / "run", against=made / "index")
    assert run.summary["documents"]["kept"] == 0
    names = run.duplicates().select("user_id", "representative_user_id", "kind").collect()
    assert set(names["kind"]) == {"exact"}
    assert names.filter(pl.col("user_id") != pl.col("representative_user_id"))[
        "user_id"
    ].to_list() == ["twice"]


def test_indexes_of_two_runs_are_as_good_as_one_of_both(made: Path, tmp_path: Path) -> None:
    dedup(made / "new", tmp_path / "n", against=made / "index", save_index=tmp_path / "second")
    third = write_jsonl(tmp_path / "third.jsonl", [OLD[1], NEW[3], {"id": "x", "text": "New."}])
    words = ["index", "merge", str(made / "index"), str(tmp_path / "second")]
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "both"), "--json"])
    assert json.loads(done.stdout)["documents"] == len(OLD) + 1
    two = dedup(third, tmp_path / "two", against=[made / "index", tmp_path / "second"])
    one = dedup(third, tmp_path / "one", against=tmp_path / "both")
    for run in (one, two):
        dropped = run.dropped().select("id", "representative").collect()
        assert dict(dropped.iter_rows()) == {"en-1": "en-1", "again": "again"}


def test_neither_the_index_nor_the_run_depends_on_the_workers(made: Path, tmp_path: Path) -> None:
    for workers in (1, 3):
        options = {"against": made / "index", "save_index": tmp_path / f"i{workers}"}
        dedup(made / "new", tmp_path / str(workers), workers=workers, **options)
    assert digests(tmp_path / "1") == digests(tmp_path / "3")
    files = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
             for name in ("i1", "i3")]  # fmt: skip
    assert files[0] == files[1]


def test_a_finished_run_is_left_alone_with_its_index(made: Path, tmp_path: Path) -> None:
    again = dedup(made / "old", made / "run", save_index=made / "index")
    assert again.summary["documents"]["kept"] == len(OLD)
    with pytest.raises(RunError, match="is complete without it"):
        dedup(made / "old", made / "run", save_index=tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_what_is_wrong_with_an_index_is_said_before_anything_is_written(
    made: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    damaged = shutil.copytree(made / "index", tmp_path / "damaged")
    (part,) = damaged.glob("part-*")
    part.write_bytes(part.read_bytes()[:-1])
    other = "duplicates.near_duplicate.below=0.9"
    with pytest.raises(ConfigError, match=r"similarity is 0\.75 there and 0\.9 in this run"):
        dedup(made / "new", out, against=made / "index", settings=[other])
    with pytest.raises(DataError, match="the index is damaged"):
        dedup(made / "new", out, against=damaged)
    with pytest.raises(DataError, match="no such index"):
        dedup(made / "new", out, against=tmp_path / "none")
    with pytest.raises(ConfigError, match="does not look for duplicates"):
        dedup(made / "new", out, against=made / "index", duplicates=False)
    for folder in (out / "i", made / "new" / "i", made / "index", made):
        with pytest.raises(ConfigError, match="or holds it"):
            dedup(made / "new", out, against=made / "index", save_index=folder)
    with pytest.raises(ConfigError, match="holds an index already"):
        dedup(made / "new", out, save_index=made / "index")
    with pytest.raises(ConfigError, match="has no marks"):
        dedup(made / "new", out, save_index=tmp_path / "i", duplicates=False)
    assert not out.exists()
    assert not (tmp_path / "i").exists()


def test_the_command_line_says_what_is_in_an_index(made: Path) -> None:
    done = CliRunner().invoke(app, ["index", "info", str(made / "index")])
    assert f"{len(OLD)} documents" in done.stdout
    assert "bands 16, rows 6" in done.stdout
    for words in (["info"], ["merge", str(made)], ["look", str(made)]):
        assert CliRunner().invoke(app, ["index", *words]).exit_code != 0
