"""Runs that are none, half-finished, damaged, empty or very small: each is told in words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import corpuskit
from corpuskit import Report, RunError, run, shards
from corpuskit.layout import Layout
from corpuskit.pipeline import score_split, sort_split
from corpuskit.report.folder import lost, unfinished
from tests.corpus import document, rows, write_jsonl
from tests.report.test_render import Page

SMALL = {"split_bytes": 8_000, "shard_bytes": 20_000}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of tests/corpus.py as one file of JSON lines."""
    return write_jsonl(tmp_path_factory.mktemp("in") / "corpus.jsonl", rows())


@pytest.fixture(scope="module")
def done(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run."""
    return corpuskit.clean(source, tmp_path_factory.mktemp("out") / "run").path


class Killed(Exception):
    """Stands for a process that is gone."""


def half(source: Path, out: Path, patch: pytest.MonkeyPatch, stage: str, after: int) -> str:
    """Leave a run that was killed after so many splits of a stage; return what is said of it."""
    module, name, real = {
        "score": (run, "score_split", score_split),
        "sort": (shards, "sort_split", sort_split),
    }[stage]
    calls = 0

    def killed(*args: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls > after:
            raise Killed
        return real(*args, **options)  # type: ignore[operator]

    options = run.Options(inputs=(str(source),), out=out, **SMALL)  # type: ignore[arg-type]
    with patch.context() as patched:
        patched.setattr(module, name, killed)
        with pytest.raises(Killed):
            run.execute(options, run.Progress(quiet=True))
    with pytest.raises(RunError) as error:
        Report(out).html()
    return str(error.value)


def test_a_run_killed_while_measuring_says_how_much_is_measured(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = half(source, tmp_path / "half", monkeypatch, "score", 2)
    receipts = [json.loads(path.read_text("utf-8"))
                for path in (tmp_path / "half/.work/score").glob("*.json")]  # fmt: skip
    part = sum(receipt["read_bytes"] for receipt in receipts) / source.stat().st_size
    documents = sum(receipt["documents"] for receipt in receipts)
    assert f"not finished: {part:.1%} of the input is measured ({documents} documents)" in told
    assert "duplicates are not searched, 0 documents are written" in told
    assert told.endswith(f"give again: corpuskit clean {source} --out {tmp_path / 'half'} "
                         "--shard-size 20000")  # fmt: skip


def test_a_run_killed_while_writing_counts_what_is_written(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = half(source, tmp_path / "half", monkeypatch, "sort", 4)
    shards_done = [json.loads(path.read_text("utf-8"))
                   for path in (tmp_path / "half/.work/write").glob("*.json")]  # fmt: skip
    written = sum(receipt["documents"]["in"] for receipt in shards_done)
    assert 0 < written < len(rows())
    assert f"100% of the input is measured ({len(rows())} documents)" in told
    assert f"duplicates are searched, {written} documents are written" in told


def test_a_half_finished_run_has_no_page_and_opens_with_the_same_words(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "half"
    told = half(source, out, monkeypatch, "score", 1)
    with pytest.raises(RunError) as error:
        corpuskit.open_run(out)
    assert str(error.value) == told
    assert not (out / "report.html").exists()
    assert "not finished" in corpuskit.Run(out)._repr_html_()
    assert repr(corpuskit.Run(out)) == f"<Run {out}: no finished run>"


def test_a_half_finished_run_with_a_damaged_receipt_names_it(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half(source, tmp_path / "half", monkeypatch, "score", 1)
    (receipt,) = (tmp_path / "half/.work/score").glob("*.json")
    receipt.write_text("{")
    with pytest.raises(RunError, match=f"{receipt.name}: damaged"):
        unfinished(Layout(tmp_path / "half"))


def empty(folder: Path) -> Path:
    """Make an empty folder."""
    (folder / "empty").mkdir()
    return folder / "empty"


def file(folder: Path) -> Path:
    """Make a file where a folder should be."""
    (folder / "file").write_text("x")
    return folder / "file"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder / "nowhere", "no such folder; name the folder of a run"),
        (empty, "no run of corpuskit"),
        (file, "is a file; name the folder of a run"),
    ],
)
def test_what_is_no_run_is_told_apart(
    tmp_path: Path, make: Callable[[Path], Path], words: str
) -> None:
    with pytest.raises(RunError, match=words):
        Report(make(tmp_path)).numbers()


@pytest.mark.parametrize("name", ["summary.json", "report_documents.json"])
@pytest.mark.parametrize("text", ["{", "[]", "\udcff"])
def test_a_damaged_file_of_a_run_is_named(done: Path, tmp_path: Path, name: str, text: str) -> None:
    shutil.copytree(done, tmp_path / "run")
    (tmp_path / "run" / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(RunError, match=f"{name}: damaged"):
        Report(tmp_path / "run").html()


@pytest.mark.parametrize("part", ["documents", "rules", "coverage", "seconds"])
def test_a_summary_without_a_part_is_one_sentence_in_every_form(
    done: Path, tmp_path: Path, part: str
) -> None:
    shutil.copytree(done, tmp_path / "run")
    found = json.loads((done / "summary.json").read_text("utf-8"))
    del found[part]
    (tmp_path / "run/summary.json").write_text(json.dumps(found), "utf-8")
    for make in (Report(tmp_path / "run").html, Report(tmp_path / "run").markdown):
        with pytest.raises(RunError, match="not as this version writes it"):
            make()


def test_a_run_without_scores_is_reported_and_says_what_needs_a_new_run(
    done: Path, tmp_path: Path
) -> None:
    shutil.copytree(done, tmp_path / "run")
    whole = Report(tmp_path / "run").html()
    assert lost(Layout(tmp_path / "run")) == []
    shutil.rmtree(tmp_path / "run" / "scores")
    assert Report(tmp_path / "run").html() == whole
    (told,) = Report(tmp_path / "run").lost()
    assert "scores: not whole, so sweep, decide, explain" in told
    assert "need a new run: corpuskit clean" in told


def test_a_run_whose_shards_were_moved_away_says_so(done: Path, tmp_path: Path) -> None:
    shutil.copytree(done, tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "kept")
    (tmp_path / "run" / "duplicates.parquet").unlink()
    told = Report(tmp_path / "run").lost()
    assert [sentence.partition(":")[0].rpartition("/")[2] for sentence in told] == [
        "duplicates.parquet", "kept",
    ]  # fmt: skip


GOOD = {"id": "one", "text": document("en", 1)}
CORPORA = {
    "zero kept": [{"id": n, "text": "Too short."} for n in range(3)],
    "one document": [GOOD],
    "one language, no url": [{"id": n, "text": document("en", n)} for n in range(5)],
    "no documents": [],
}


@pytest.mark.parametrize("name", CORPORA)
def test_small_corpora_are_reported_in_every_form(name: str, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", CORPORA[name])
    made = corpuskit.clean(source, tmp_path / "run")
    report = made.report
    for lang in ("en", "zh"):
        for text in (Page(report.html(lang), lang).text, report.markdown(lang)):
            assert "NaN" not in text
            assert "None of None" not in text
    numbers = report.numbers()
    assert numbers["summary"] == made.summary
    assert numbers["verdict"] is None
    assert f"{made.summary['documents']['kept']} of {len(CORPORA[name])} documents" in repr(made)
    documents = json.loads((made.path / "report_documents.json").read_text("utf-8"))
    assert len(documents["documents"]) == len(documents["sample"]) == len(CORPORA[name])
