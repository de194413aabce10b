"""The sample of cleaned texts in whole runs: the same whatever the splits, and what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import corpuskit
from corpuskit import ConfigError, Run, sampling
from corpuskit import run as run_module
from corpuskit.coverage import load_tokenizer, read_sample
from corpuskit.coverage import sample as sample_module
from tests.corpus import rows, write_jsonl
from tests.coverage.test_tokenizer import byte_level


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_jsonl(tmp_path_factory.mktemp("in") / "corpus.jsonl", rows())


@pytest.fixture(scope="module")
def done(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return corpuskit.clean(source, tmp_path_factory.mktemp("out") / "run")


def tokens(text: pl.Series) -> int:
    return int(load_tokenizer().count(text, 1)[:, 0].sum())


def told(summary: dict[str, Any]) -> dict[str, Any]:
    """Choose what the sample says."""
    sides = {
        side: {name: summary["coverage"][side][name] for name in ("tokens", "compression")}
        for side in ("in", "kept")
    }
    return {**sides, "topics": summary["topics"], "reason": summary.get("topics_reason")}


def test_tokens_of_a_small_corpus_are_counted_whole(done: Run) -> None:
    kept, dropped = done.kept().collect()["text"], done.dropped().collect()["text"]
    found = done.summary["coverage"]
    assert found["kept"]["tokens"]["total"] == pytest.approx(tokens(kept), abs=5)
    assert found["in"]["tokens"]["total"] == pytest.approx(tokens(kept) + tokens(dropped), abs=5)
    for side in ("in", "kept"):
        (low, high), total = (found[side]["tokens"][n] for n in ("low", "high")), 0
        total = found[side]["tokens"]["total"]
        assert low == total == high
        assert found[side]["tokens"]["sampled_bytes"] == found[side]["bytes"]
        assert found[side]["compression"]["documents"] > 1


def test_summaries_have_no_nan(done: Run) -> None:
    json.dumps(told(done.summary), allow_nan=False)


def test_workers_and_splits_and_shards_change_nothing(
    source: Path, done: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run_module.Options
    monkeypatch.setattr(run_module, "Options", lambda **given: made(**given, split_bytes=8_000))
    other = corpuskit.clean(source, tmp_path / "run", workers=3, shard_size="64KiB")
    assert told(other.summary) == told(done.summary)


def test_a_share_of_a_large_corpus_is_drawn_and_long_documents_are_cut(
    source: Path, done: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "TEXT_SAMPLE_CHARS", 1000)
    monkeypatch.setattr(sampling, "TEXT_SAMPLE_BYTES", 40_000)
    run = corpuskit.clean(source, tmp_path / "run")
    found, whole = run.summary["coverage"]["in"]["tokens"], done.summary["coverage"]["in"]["tokens"]
    assert 10_000 < found["sampled_bytes"] < 70_000
    assert found["sampled_documents"] < whole["sampled_documents"]
    assert found["low"] < found["total"] < found["high"]
    assert found["low"] < whole["total"] < found["high"]


def test_the_share_is_that_of_the_cut_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "TEXT_SAMPLE_CHARS", 100)
    monkeypatch.setattr(sampling, "TEXT_SAMPLE_BYTES", 300)
    scores = pl.DataFrame({"byte_count": [3000, 300, 0], "char_count": [1000, 300, 0]}).lazy()
    assert sampling.text_share(scores) == 300 / (300 + 100)
    monkeypatch.setattr(sampling, "TEXT_SAMPLE_DOCUMENTS", 1)
    assert sampling.text_share(scores) == 1 / 3
    assert sampling.text_share(scores.head(0)) == 1.0


def test_tokens_are_counted_in_a_part_of_a_large_sample(
    source: Path, done: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_module, "TOKEN_BYTES", 50_000)
    found = corpuskit.clean(source, tmp_path / "run").summary["coverage"]["in"]["tokens"]
    whole = done.summary["coverage"]["in"]["tokens"]
    assert 50_000 <= found["sampled_bytes"] < whole["sampled_bytes"]
    assert found["low"] < whole["total"] < found["high"]


def test_a_corpus_without_documents_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "empty.jsonl").write_text("broken\n")
    summary = corpuskit.clean(tmp_path / "in", tmp_path / "out", text_column=None).summary
    assert summary["topics"] is None
    for side in ("in", "kept"):
        assert summary["coverage"][side]["tokens"]["total"] == 0
        assert summary["coverage"][side]["compression"]["reason"] == "no_text"


def test_one_document_has_tokens_and_no_topics(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "one.jsonl", [{"text": "One document, and only one. " * 30}])
    summary = corpuskit.clean(source, tmp_path / "out", recipe="dedup", coverage=True).summary
    found = summary["coverage"]["kept"]["tokens"]
    assert found["total"] == found["low"] == found["high"]
    assert found["total"] == tokens(pl.Series(["One document, and only one. " * 30]))
    assert summary["topics_reason"] == "too_few_documents"


def test_another_tokenizer_is_another_plan_and_counts_otherwise(
    source: Path, done: Run, tmp_path: Path
) -> None:
    path = byte_level(tmp_path)
    run = corpuskit.clean(source, tmp_path / "run", tokenizer=path)
    found = run.summary["coverage"]["kept"]["tokens"]
    assert found["tokenizer"] == str(path)
    assert found["total"] > done.summary["coverage"]["kept"]["tokens"]["total"]
    assert run.summary["plan"] != done.summary["plan"]
    assert f"--tokenizer {path}" in run.summary["repeat"]


def test_a_recipe_may_name_its_tokenizer(source: Path, tmp_path: Path) -> None:
    byte_level(tmp_path)
    recipe = tmp_path / "mine.yaml"
    recipe.write_text("name: mine\ncoverage:\n  tokenizer: tokenizer.json\n")
    found = corpuskit.clean(source, tmp_path / "run", recipe=str(recipe)).summary
    assert found["coverage"]["in"]["tokens"]["tokenizer"] == str(tmp_path / "tokenizer.json")


def test_without_coverage_nothing_is_sampled_and_a_tokenizer_is_refused(
    source: Path, tmp_path: Path
) -> None:
    summary = corpuskit.clean(source, tmp_path / "run", recipe="dedup").summary
    assert "topics" not in summary
    assert "tokens" not in summary["coverage"]["in"]
    assert {"tokens", "compression", "topics"} <= set(summary["not_measured"])
    with pytest.raises(ConfigError, match="measures no coverage"):
        corpuskit.clean(source, tmp_path / "other", recipe="dedup", tokenizer="o200k_base")


def test_samples_are_read_in_the_order_of_doc_id(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"doc_id": [5, 1, 9], "language": "en", "script": "Latin", "whole_bytes": 2, "keep": True,
         "text": ["ab", "cd", "ef"]}
    )  # fmt: skip
    for number, rows_of in enumerate((frame[:1], frame[1:])):
        rows_of.write_parquet(tmp_path / f"{number}.parquet")
    paths = [tmp_path / "0.parquet", tmp_path / "1.parquet"]
    assert read_sample(paths)["doc_id"].to_list() == [1, 5, 9]
    assert read_sample(reversed(paths)).equals(read_sample(paths))
    assert read_sample([]).height == 0
