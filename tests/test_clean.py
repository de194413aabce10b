"""Whole runs: nothing is lost, everything is explained, and the bytes do not depend on luck."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

import corpuskit
from corpuskit import ConfigError, Run, RunError, shards
from corpuskit import run as run_module
from corpuskit.pipeline import score_split, sort_split
from tests.corpus import DOCUMENTS, LANGUAGES, digests, rows, write_jsonl


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of tests/corpus.py as one file of JSON lines."""
    return write_jsonl(tmp_path_factory.mktemp("in") / "corpus.jsonl", rows())


@pytest.fixture(scope="module")
def done(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run over that corpus."""
    return corpuskit.clean(source, tmp_path_factory.mktemp("out") / "run")


def why(run: Run, user_id: str) -> list[str]:
    """List the rules that a dropped document failed."""
    found = run.dropped().filter(pl.col("id") == user_id).collect()
    assert found.height == 1, f"{user_id} is not among the dropped"
    return [reason["rule"] for reason in found["reasons"].item()]


def test_every_document_is_kept_or_dropped_and_none_twice(done: Run) -> None:
    kept = done.kept().collect()["doc_id"].to_list()
    dropped = done.dropped().collect()["doc_id"].to_list()
    scores = done.scores().collect()["doc_id"].to_list()
    assert sorted(kept + dropped) == sorted(scores)
    assert len(set(scores)) == len(scores) == len(rows())
    assert done.summary["documents"] == {
        "in": len(rows()),
        "kept": len(kept),
        "dropped": len(dropped),
        "skipped": 0,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_good_documents_of_every_script_are_kept_without_flags(done: Run, language: str) -> None:
    kept = set(done.kept().collect()["id"])
    assert {f"{language}-{part}" for part in range(DOCUMENTS)} <= kept | {"en-0"}


def test_faulty_documents_are_dropped_for_the_right_reason(done: Run) -> None:
    assert why(done, "exact") == ["duplicates.near_duplicate"]  # a copy of a near duplicate
    assert why(done, "en-0") == ["duplicates.near_duplicate"]
    assert any("too_few" in rule or "empty" in rule for rule in why(done, "short"))
    assert any("empty" in rule or "too_few" in rule for rule in why(done, "empty"))
    assert any("gram" in rule or "duplicate" in rule for rule in why(done, "repeated"))
    assert why(done, "digits")


def test_of_near_duplicates_the_longest_stays_and_is_named(done: Run) -> None:
    dropped = done.dropped().filter(pl.col("id") == "en-0").collect()
    assert dropped["representative"].item() == "near"
    assert "near" in set(done.kept().collect()["id"])
    members = done.duplicates().filter(pl.col("user_id") == "en-0").collect()
    assert members["jaccard"].item() >= 0.75


def test_every_reason_is_a_value_outside_its_bound(done: Run) -> None:
    scores = done.scores().collect().to_dicts()
    by_id = {row["doc_id"]: row for row in scores}
    rules = done.summary["rules"]
    for row in done.dropped().collect().to_dicts():
        assert row["reasons"]
        for reason in row["reasons"]:
            assert reason["bound"] == str(rules[reason["rule"]]["bounds"][reason["side"]]).lower()
            value = by_id[row["doc_id"]].get(reason["feature"])
            if value is not None and reason["side"] in ("min", "above"):
                assert float(reason["value"]) == value <= float(reason["bound"])
            if value is not None and reason["side"] in ("max", "below"):
                assert float(reason["value"]) == value >= float(reason["bound"])


def test_the_funnel_adds_up_to_the_dropped(done: Run) -> None:
    rules = done.summary["rules"].values()
    assert sum(rule["first"] for rule in rules) == done.summary["documents"]["dropped"]


def test_the_manifest_has_the_digest_of_every_output(done: Run) -> None:
    manifest = json.loads((done.path / "manifest.json").read_text("utf-8"))
    folders = ("kept", "dropped", "scores", "raw_sample")
    files = [path for folder in folders for path in (done.path / folder).iterdir()]
    assert set(manifest["outputs"]) == {str(path.relative_to(done.path)) for path in files}
    for path in files:
        facts = manifest["outputs"][str(path.relative_to(done.path))]
        assert facts["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert facts["documents"] == pl.read_parquet(path).height


def test_the_users_columns_travel_through_untouched(done: Run) -> None:
    given = pl.DataFrame(rows()).sort("id")
    both = pl.concat([done.kept().collect(), done.dropped().collect()], how="diagonal")
    found = both.sort("id").select(given.columns)
    assert found.equals(given)


def test_the_raw_sample_is_marked_train_or_holdout(done: Run) -> None:
    sample = pl.read_parquet(done.path / "raw_sample" / "*.parquet")
    assert set(sample["part"]) <= {"train", "holdout"}
    assert sample.height == len(rows())
    assert sample.group_by("source").agg(pl.col("part").n_unique())["part"].max() == 1


@pytest.mark.parametrize("workers", [1, 3])
def test_the_bytes_do_not_depend_on_the_workers(source: Path, tmp_path: Path, workers: int) -> None:
    one, many = tmp_path / "one", tmp_path / "many"
    run_small(source, one, workers=1)
    run_small(source, many, workers=workers)
    assert digests(one) == digests(many)


def run_small(source: Path, out: Path, workers: int = 1, shard_bytes: int = 20_000) -> None:
    """Run with small splits and shards, so that there are several of each."""
    options = run_module.Options(
        inputs=(str(source),),
        out=out,
        split_bytes=8_000,
        shard_bytes=shard_bytes,
        workers=workers,
    )
    run_module.execute(options, run_module.Progress(quiet=True))


class Killed(Exception):
    """Stands for a process that is gone."""


@pytest.mark.parametrize(("stage", "after"), [("score", 2), ("sort", 1), ("sort", 4)])
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(
    source: Path, tmp_path: Path, stage: str, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_small(source, tmp_path / "whole")
    module, name, real = {
        "score": (run_module, "score_split", score_split),
        "sort": (shards, "sort_split", sort_split),
    }[stage]
    calls = 0

    def killed(*args: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls > after:
            raise Killed
        return real(*args, **options)  # type: ignore[operator]

    with monkeypatch.context() as patch:
        patch.setattr(module, name, killed)
        with pytest.raises(Killed):
            run_small(source, tmp_path / "killed")
    assert not (tmp_path / "killed" / "manifest.json").exists()
    run_small(source, tmp_path / "killed")
    assert digests(tmp_path / "killed") == digests(tmp_path / "whole")


def test_a_finished_run_is_not_run_again(source: Path, tmp_path: Path) -> None:
    run_small(source, tmp_path / "run")
    before = (tmp_path / "run" / "manifest.json").stat().st_mtime_ns
    run_small(source, tmp_path / "run")
    assert (tmp_path / "run" / "manifest.json").stat().st_mtime_ns == before


def test_another_plan_in_an_old_folder_is_refused_with_both_fingerprints(
    source: Path, tmp_path: Path
) -> None:
    first = corpuskit.clean(source, tmp_path / "run").summary["plan"]
    with pytest.raises(RunError, match=rf"plan {first}, this is plan [0-9a-f]+ .*--overwrite"):
        corpuskit.clean(source, tmp_path / "run", languages=["zh"])
    second = corpuskit.clean(source, tmp_path / "run", languages=["zh"], overwrite=True)
    assert second.summary["plan"] != first
    assert set(second.kept().collect()["id"].str.head(2)) == {"zh"}


def test_a_strangers_folder_is_never_written_or_deleted(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("precious")
    for overwrite in (False, True):
        with pytest.raises(RunError, match="not a corpuskit run"):
            corpuskit.clean(source, out, overwrite=overwrite)
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]


def test_out_inside_the_input_is_refused(source: Path) -> None:
    with pytest.raises(ConfigError, match="lies inside the input"):
        corpuskit.clean(source.parent, source.parent / "out")


def test_a_glob_that_reaches_into_the_output_is_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.jsonl").write_bytes(source.read_bytes())
    with pytest.raises(ConfigError, match="holds the input"):
        corpuskit.clean(f"{tmp_path}/**/*.jsonl", tmp_path / "out")


def test_files_of_different_columns_become_one_schema(tmp_path: Path) -> None:
    first, second = rows()[:2]
    pl.DataFrame([{"id": "a", "text": first["text"], "n": 1}]).write_parquet(tmp_path / "1.parquet")
    pl.DataFrame([{"id": 2, "text": second["text"], "m": 0.5}]).write_parquet(
        tmp_path / "2.parquet"
    )
    kept = corpuskit.clean(tmp_path / "*.parquet", tmp_path / "run").kept().collect().sort("id")
    assert kept.select("id", "n", "m").rows() == [("2", None, 0.5), ("a", 1, None)]


@pytest.mark.parametrize("format", ["jsonl", "jsonl.gz", "jsonl.zst"])
def test_kept_shards_come_in_the_format_asked_for(
    source: Path, tmp_path: Path, done: Run, format: str
) -> None:
    run = corpuskit.clean(source, tmp_path / "run", format=format)
    names = [path.name for path in (tmp_path / "run" / "kept").iterdir()]
    assert names == [f"part-00000.{format}"]
    again = corpuskit.clean(tmp_path / "run" / "kept", tmp_path / "again", duplicates=False)
    texts = set(done.kept().collect()["text"])
    assert set(again.scores().collect()["user_id"]) == set(done.kept().collect()["id"])
    assert set(again.kept().collect()["text"]) == texts
    assert run.summary["documents"] == done.summary["documents"]
    assert set(run.kept().collect()["text"]) == texts


def test_dedup_alone_drops_nothing_but_duplicates(source: Path, tmp_path: Path) -> None:
    run = corpuskit.clean(source, tmp_path / "run", recipe="dedup")
    assert set(run.summary["rules"]) == {
        "duplicates.exact_duplicate",
        "duplicates.near_duplicate",
    }
    assert set(run.dropped().collect()["id"]) == {"en-0", "exact"}


def test_only_the_asked_languages_stay_and_an_unknown_one_is_refused(
    source: Path, tmp_path: Path
) -> None:
    run = corpuskit.clean(source, tmp_path / "run", languages=["cmn", "eng"])
    assert set(run.kept().collect()["id"].str.head(2)) <= {"zh", "en", "ne"}
    with pytest.raises(ConfigError, match=r"zhh.*did you mean 'zh'"):
        corpuskit.clean(source, tmp_path / "other", languages=["zhh"])


def test_own_columns_of_our_names_are_renamed_and_not_lost(tmp_path: Path) -> None:
    found = [{**row, "doc_id": f"mine {row['id']}", "reasons": 1} for row in rows()[:4]]
    source = write_jsonl(tmp_path / "in.jsonl", found)
    kept = corpuskit.clean(source, tmp_path / "run", id_column="id").kept().collect()
    assert set(kept["input_doc_id"]) == {f"mine {row['id']}" for row in found}
    assert kept["doc_id"].dtype == pl.UInt64


def test_repeated_and_missing_ids_are_counted_and_harmless(tmp_path: Path) -> None:
    found = rows()[:6]
    found[1]["id"] = found[0]["id"]
    found[2]["id"] = None
    run = corpuskit.clean(write_jsonl(tmp_path / "in.jsonl", found), tmp_path / "run")
    assert run.summary["warnings"] == {"duplicate_user_ids": 1, "missing_user_ids": 1}
    assert run.scores().collect()["doc_id"].n_unique() == 6


def test_an_empty_file_is_a_run_of_zero_documents(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("")
    run = corpuskit.clean(tmp_path / "in.jsonl", tmp_path / "run")
    assert run.summary["documents"] == {"in": 0, "kept": 0, "dropped": 0, "skipped": 0}
    assert run.kept().collect().height == 0
    assert run.report.path.exists()


def test_broken_records_are_skipped_counted_and_shown(tmp_path: Path) -> None:
    lines = [json.dumps(row).encode() for row in rows()[:3]]
    lines += [b'{"text": "cut', b'{"text": null}', b'{"text": "\xff"}', b"[1]", b""]
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    summary = corpuskit.clean(tmp_path / "in.jsonl", tmp_path / "run").summary
    assert summary["documents"]["in"] == 7
    assert summary["documents"]["skipped"] == 4
    assert sum(summary["skipped"].values()) == 4
    assert {"broken_json", "null_text", "not_utf8"} <= set(summary["skipped"])
    assert len(summary["bad_records"]) == 4
