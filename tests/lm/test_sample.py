"""The pretraining step reads a deterministic sample of what was kept, and of what there was."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import corpuskit
from corpuskit.errors import DataError, RunError
from corpuskit.lm.sample import every, read_sample
from tests import corpus


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    (folder / "in.jsonl").write_text("\n".join(map(json.dumps, corpus.rows())), "utf-8")
    corpuskit.clean(folder / "in.jsonl", folder / "out")
    return folder / "out"


def test_all_of_a_small_run_is_in_the_sample(run: Path) -> None:
    sample = read_sample(run)
    kept = corpuskit.open_run(run).kept().collect()
    assert sample.share == 1.0
    assert sample.kept["doc_id"].sort().to_list() == kept["doc_id"].sort().to_list()
    assert sample.raw.height > sample.kept.height
    assert sample.reference is None


def test_a_document_has_the_users_id_its_domain_and_language(run: Path) -> None:
    row = read_sample(run).kept.filter(pl.col("user_id") == "th-1").row(0, named=True)
    assert row["domain"] == "th1.example.org"
    assert row["language"] == "th"


def test_all_documents_of_a_host_are_on_one_side(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpuskit.lm.sample.LARGEST_HOST", 1.0)
    sample = read_sample(run)
    rows = pl.concat([sample.kept.select("domain", "part"), sample.raw.select("domain", "part")])
    sides = rows.drop_nulls("domain").group_by("domain").agg(pl.col("part").n_unique())
    assert sample.unit == "source"
    assert sides["part"].max() == 1
    assert set(rows["part"]) == {"train", "holdout"}


def test_documents_are_held_out_where_one_host_has_a_tenth_of_the_text(run: Path) -> None:
    sample = read_sample(run)
    assert sample.unit == "document"
    share = (sample.kept["part"] == "holdout").mean()
    assert isinstance(share, float)
    assert 0.1 < share < 0.5


def test_the_sample_is_the_same_when_it_is_read_again(run: Path) -> None:
    first, second = read_sample(run), read_sample(run)
    assert first.kept.equals(second.kept)
    assert first.raw.equals(second.raw)


def test_copies_are_marked_where_the_run_kept_them(tmp_path: Path) -> None:
    text = corpus.document("en", 1)
    rows = [{"id": str(number), "text": text} for number in range(3)]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    corpuskit.clean(tmp_path / "in.jsonl", tmp_path / "out", duplicates=False)
    kept = read_sample(tmp_path / "out").kept
    assert sorted(kept["copy"]) == [False, True, True]
    assert not kept.filter("copy")["clean"].any()


def test_a_reference_is_read_and_all_of_it_is_held_out(run: Path, tmp_path: Path) -> None:
    (tmp_path / "reference.jsonl").write_text('{"text": "Ein Satz, der gut klingt."}\n', "utf-8")
    reference = read_sample(run, tmp_path / "reference.jsonl").reference
    assert reference is not None
    assert reference["part"].to_list() == ["holdout"]


def test_an_empty_reference_is_refused(run: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text('{"text": ""}\n', "utf-8")
    with pytest.raises(DataError, match="no text in the reference"):
        read_sample(run, tmp_path / "empty.jsonl")


def test_a_run_that_kept_nothing_says_so(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "x"}\n', "utf-8")
    corpuskit.clean(tmp_path / "in.jsonl", tmp_path / "out")
    with pytest.raises(DataError, match="kept none of 1 documents"):
        read_sample(tmp_path / "out")


def test_a_folder_that_is_no_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no finished run"):
        read_sample(tmp_path)


def test_a_run_without_a_raw_sample_says_so(tmp_path: Path) -> None:
    rows = [{"id": "1", "text": corpus.document("en", 1)}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    corpuskit.clean(tmp_path / "in.jsonl", tmp_path / "out")
    for part in (tmp_path / "out" / "raw_sample").iterdir():
        part.unlink()
    with pytest.raises(RunError, match="no raw sample"):
        read_sample(tmp_path / "out")


def test_a_run_of_an_older_version_says_so(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "x"}\n', "utf-8")
    corpuskit.clean(tmp_path / "in.jsonl", tmp_path / "out")
    summary = tmp_path / "out" / "summary.json"
    old = json.loads(summary.read_text("utf-8"))
    del old["text_column"]
    summary.write_text(json.dumps(old), "utf-8")
    with pytest.raises(RunError, match="older version"):
        read_sample(tmp_path / "out")


@pytest.mark.parametrize("format", ["jsonl", "jsonl.zst"])
def test_kept_shards_of_other_formats_are_read(tmp_path: Path, format: str) -> None:
    rows = corpus.rows()[:10]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    made = corpuskit.clean(tmp_path / "in.jsonl", tmp_path / "out", format=format)
    assert read_sample(tmp_path / "out").kept.height == made.summary["documents"]["kept"]


def test_shards_are_taken_at_even_distances() -> None:
    assert every(list(range(10)), 0.3) == [0, 3, 6]
    assert every([7], 0.001) == [7]
