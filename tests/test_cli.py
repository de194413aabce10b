"""The command line as a person or a script meets it: exit codes, streams, sentences."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from tests.corpus import digests, rows, shuffled, write_jsonl


def corpuskit(*words: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "corpuskit", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of tests/corpus.py as one file of JSON lines."""
    return write_jsonl(tmp_path_factory.mktemp("in") / "corpus.jsonl", rows())


def test_clean_prints_a_table_that_adds_up_and_says_where_the_report_is(
    source: Path, tmp_path: Path
) -> None:
    done = corpuskit("clean", source, "--out", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    for word in ("in", "kept", "dropped", "skipped", "alone", "language", "report.html"):
        assert word in done.stdout
    assert "scoring" in done.stderr
    assert "scoring" not in done.stdout


def test_json_is_all_that_stands_on_stdout(source: Path, tmp_path: Path) -> None:
    done = corpuskit("clean", source, "--out", tmp_path / "run", "--json")
    assert json.loads(done.stdout) == json.loads((tmp_path / "run/summary.json").read_text("utf-8"))


def test_quiet_says_nothing(source: Path, tmp_path: Path) -> None:
    done = corpuskit("dedup", source, "--out", tmp_path / "run", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_report_is_written_again_from_the_summary(source: Path, tmp_path: Path) -> None:
    corpuskit("clean", source, "--out", tmp_path / "run", "--quiet")
    report = tmp_path / "run" / "report.html"
    before = report.read_bytes()
    report.unlink()
    done = corpuskit("report", tmp_path / "run")
    assert (done.returncode, done.stdout.strip()) == (0, str(report))
    assert report.read_bytes() == before


def bad_inputs(folder: Path) -> dict[str, tuple[list[object], int, str]]:
    """Make every kind of bad input: arguments, exit code, and a part of the sentence."""
    good = write_jsonl(folder / "good.jsonl", rows()[:3])
    (folder / "empty_folder").mkdir()
    pl.DataFrame({"number": [1], "words": [2]}).write_parquet(folder / "no_text.parquet")
    (folder / "file.pdf").write_bytes(b"%PDF")
    (folder / "broken.jsonl").write_text('{"text": "a"}\n{"text": \n')
    packed = gzip.compress(good.read_bytes())
    (folder / "cut.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    (folder / "fake.parquet").write_bytes(b"not a parquet file at all")
    (folder / "bad.yaml").write_text("name: bad\nrule_sets: [gohper]\n")
    out = folder / "out"
    stop = ["--on-bad-input", "stop"]
    return {
        "no such file": ([folder / "none.jsonl"], 3, "none.jsonl"),
        "nothing matches": ([f"{folder}/*.nothing"], 3, "no"),
        "empty folder": ([folder / "empty_folder"], 3, "empty_folder"),
        "no text column": ([folder / "no_text.parquet"], 3, "number, words"),
        "unknown suffix": ([folder / "file.pdf"], 3, ".jsonl"),
        "not a parquet file": ([folder / "fake.parquet"], 3, "fake.parquet"),
        "stop at a broken line": ([folder / "broken.jsonl", *stop], 3, "broken.jsonl"),
        "stop at a cut stream": ([folder / "cut.jsonl.gz", *stop], 3, "cut.jsonl.gz"),
        "wrong text column": ([good, "--text-column", "body"], 3, "body"),
        "unknown recipe": ([good, "--recipe", "wbe"], 2, "did you mean 'web'"),
        "bad recipe": ([good, "--recipe", folder / "bad.yaml"], 2, "bad.yaml:2:"),
        "unknown language": ([good, "--languages", "chn"], 2, "did you mean"),
        "bad format": ([good, "--format", "xml"], 2, "parquet"),
        "bad size": ([good, "--shard-size", "huge"], 2, "256MB"),
        "no such model": ([good, "--language-model", folder / "no.bin"], 2, "no.bin"),
        "out is a file": ([good, "--out", good], 2, "good.jsonl"),
        "out in input": ([folder, "--out", out], 2, "inside the input"),
    }


BAD_INPUTS = (
    "no such file", "nothing matches", "empty folder", "no text column", "unknown suffix",
    "not a parquet file", "stop at a broken line", "stop at a cut stream", "wrong text column",
    "unknown recipe", "bad recipe", "unknown language", "bad format", "bad size",
    "no such model", "out is a file", "out in input",
)  # fmt: skip


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_gets_one_sentence_and_the_documented_exit_code(
    tmp_path: Path, name: str
) -> None:
    arguments, code, part = bad_inputs(tmp_path)[name]
    if "--out" not in arguments:
        arguments = [*arguments, "--out", tmp_path.parent / f"{tmp_path.name}-out"]
    done = corpuskit("clean", *arguments, "--quiet")
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert part in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_output_folder_is_one_sentence(source: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = corpuskit("clean", source, "--out", tmp_path / "run", "--quiet")
    assert done.returncode == 5
    assert "cannot be written" in done.stderr


def test_a_full_disk_is_one_sentence(source: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    done = corpuskit("clean", source, "--out", "/dev/full/run", "--quiet")
    assert done.returncode == 5
    assert "Traceback" not in done.stderr


def test_a_run_killed_by_the_system_ends_with_the_same_bytes(tmp_path: Path) -> None:
    found = [
        {"id": f"{language}-{seed}", "text": shuffled(language, seed)}
        for seed in range(1500)
        for language in ("en", "zh")
    ]
    source = write_jsonl(tmp_path / "in.jsonl", found)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert corpuskit("clean", source, "--out", whole, "--quiet").returncode == 0
    command = [sys.executable, "-m", "corpuskit", "clean", source, "--out", killed, "--quiet"]
    with subprocess.Popen(command) as process:
        deadline = time.monotonic() + 60
        while not list(killed.glob(".work/score/*.json")) and time.monotonic() < deadline:
            if process.poll() is not None:
                break
        process.send_signal(signal.SIGKILL)
    assert corpuskit("clean", source, "--out", killed, "--quiet").returncode == 0
    assert digests(killed) == digests(whole)


def test_version_is_printed() -> None:
    assert corpuskit("--version").stdout.startswith("corpuskit ")
