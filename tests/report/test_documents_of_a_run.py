"""What a whole run stores for its report agrees with its shards and scores, however it was cut."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from corpuskit import Run, run
from corpuskit.report_documents import NEAREST
from corpuskit.sampling import draw_number
from tests.corpus import rows, write_jsonl


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of tests/corpus.py as one file of JSON lines."""
    return write_jsonl(tmp_path_factory.mktemp("in") / "corpus.jsonl", rows())


def execute(source: Path, out: Path, split_bytes: int, workers: int) -> Run:
    options = run.Options((str(source),), out, split_bytes=split_bytes, shard_bytes=2 * split_bytes,
                          workers=workers)  # fmt: skip
    run.execute(options, run.Progress(quiet=True))
    return Run(out)


@pytest.fixture(scope="module")
def done(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run of several splits and shards."""
    return execute(source, tmp_path_factory.mktemp("out") / "run", 10_000, 1)


def stored(found: Run) -> dict[str, Any]:
    """Read report_documents.json."""
    shown: dict[str, Any] = json.loads((found.path / "report_documents.json").read_text("utf-8"))
    return shown


def test_splits_shards_and_workers_do_not_change_a_byte(
    done: Run, source: Path, tmp_path: Path
) -> None:
    assert len(list((done.path / "scores").iterdir())) > 3
    whole = execute(source, tmp_path / "whole", 10_000_000, 1)
    many = execute(source, tmp_path / "many", 5_000, 3)
    for other in (whole, many):
        assert (other.path / "report_documents.json").read_bytes() == (
            done.path / "report_documents.json"
        ).read_bytes()


def test_every_document_is_stored_once_as_the_shards_have_it(done: Run) -> None:
    shown = stored(done)
    documents = shown["documents"]
    ids = [one["doc"] for one in documents]
    assert ids == sorted(ids, key=int)
    assert len(set(ids)) == len(ids) == len(rows())  # so few that all are in the sample
    texts = pl.concat([done.kept().collect(), done.dropped().collect()], how="diagonal")
    by_id = {str(row["doc_id"]): row for row in texts.to_dicts()}
    kept = {str(doc) for doc in done.kept().collect()["doc_id"]}
    for one in documents:
        row = by_id[one["doc"]]
        assert (one["id"], one["text"], one["chars"]) == (
            row["id"], row["text"][:600], len(row["text"]),
        )  # fmt: skip
        assert one["kept"] == (one["doc"] in kept)
        assert one["representative"] == row["representative"]
        assert one["source"] == row["url"].split("/")[2].removeprefix("www.")


def test_the_reasons_are_those_of_the_ledger(done: Run) -> None:
    ledger = {
        str(row["doc_id"]): [(why["rule"], why["side"]) for why in row["reasons"]]
        for row in done.dropped().collect().to_dicts()
    }
    flags = {name for name, rule in done.summary["rules"].items() if rule["severity"] == "flag"}
    for one in stored(done)["documents"]:
        told = [(why[0], why[2]) for why in one["reasons"] if why[0] not in flags]
        assert told == ledger.get(one["doc"], [])
        assert one["kept"] == (not told)


def test_examples_of_a_rule_are_as_many_as_fail_it_and_in_the_order_of_the_draw(done: Run) -> None:
    rules = done.summary["rules"]
    for name, lists in stored(done)["rules"].items():
        assert len(lists["examples"]) == min(20, rules[name]["fails"])
        drawn = draw_number(pl.Series([int(doc) for doc in lists["examples"]], dtype=pl.UInt64))
        assert drawn.is_sorted()


def test_the_nearest_are_those_that_sorting_all_scores_gives(done: Run) -> None:
    scores = done.scores().collect()
    rule = done.summary["rules"]["base.too_many_digits"]
    bound, feature = rule["bounds"]["max"], pl.col(rule["feature"])
    (guard,) = rule["when"]
    looked_at = scores.filter(~pl.col(guard["feature"]).is_in(guard["not_in"]))
    lists = stored(done)["rules"]["base.too_many_digits"]
    for kind, mask in (("just_kept", feature <= bound), ("just_dropped", feature > bound)):
        order = looked_at.filter(mask).sort((feature - bound).abs(), "doc_id").head(NEAREST)
        assert order.height
        expected = list(zip(order["doc_id"].cast(pl.String), order[rule["feature"]], strict=True))
        assert [(one["doc"], one["value"]) for one in lists[kind]] == expected


def test_the_summary_holds_no_texts_of_examples(done: Run) -> None:
    assert "examples" not in done.summary
