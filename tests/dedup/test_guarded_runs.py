"""Whole runs with a blast: the guards speak, and say the same whatever the workers and splits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import corpuskit
from corpuskit import api, run
from corpuskit.terminal import table
from tests.corpus import digests, document, write_jsonl

COPIES = 24
PAGE = document("en", 0)
HOSTILE = "\x1b[31m</div><script>alert(1)</script>\u202e "


def corpus() -> list[dict[str, Any]]:
    """Make 24 pages of one host that differ in a line, ten of its own, and others' pages."""
    found = [
        {"id": f"{HOSTILE}{n}", "text": f"{PAGE}\nPage {n} {HOSTILE}", "url": "http://a.org/x"}
        for n in range(COPIES)
    ]
    own = (("zh", 10), ("ja", 10), ("th", 10))
    for language, count in own:
        host = "a.org" if language == "zh" else f"{language}.org"
        for n in range(count):
            text = f"{n} " * 9 + document(language, n % 5)[n::2]
            found.append({"id": f"{language}-{n}", "text": text, "url": f"https://{host}/{n}"})
    return found


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("in")
    rows = corpus()
    return [
        write_jsonl(folder / "a.jsonl", rows[:COPIES]),
        write_jsonl(folder / "b.jsonl", rows[COPIES:]),
    ]


@pytest.fixture(scope="module")
def done(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> corpuskit.Run:
    return corpuskit.clean(files, tmp_path_factory.mktemp("out") / "run", recipe="dedup")


def test_cluster_file_and_host_are_warned_of(done: corpuskit.Run) -> None:
    guards = done.summary["duplicates"]["guards"]
    assert guards["found"] == {"cluster": 1, "source": 1, "host": 1}
    cluster, source, host = guards["warnings"]
    assert (cluster["documents"], cluster["compared"]) == (COPIES, len(corpus()))
    assert (source["name"], source["documents"], source["compared"]) == (
        "a.jsonl", COPIES - 1, COPIES,
    )  # fmt: skip
    assert (host["name"], host["documents"], host["compared"]) == ("a.org", COPIES - 1, 34)
    for warning in guards["warnings"]:
        assert len(warning["members"]) == 2
        assert warning["representative"]["text"].startswith(PAGE[:200])


def test_the_largest_cluster_is_there_with_its_difference(done: corpuskit.Run) -> None:
    duplicates = done.summary["duplicates"]
    (largest,) = duplicates["largest"]
    assert (largest["size"], largest["near"]) == (COPIES, COPIES - 1)
    assert all(member["difference"]["changes"] for member in largest["members"])
    assert [row["clusters"] for row in duplicates["sizes"]] == [0, 0, 0, 0, 0, 1]
    assert (duplicates["keep"], duplicates["searched"]) == ("longest", ["exact", "near"])


def test_the_pages_show_hostile_text_escaped(done: corpuskit.Run) -> None:
    html = done.report.path.read_text("utf-8")
    assert "side by side" in html
    assert "<script>alert" not in html
    assert not {"\x1b", "\u202e"} & set(html)
    shown = table(done.summary, done.path)
    assert shown.count("WARNING: ") == 3
    assert all(line.isprintable() for line in shown.split("\n"))


def test_workers_splits_and_the_order_of_files_change_nothing(
    done: corpuskit.Run, files: list[Path], tmp_path: Path
) -> None:
    corpuskit.clean(files[::-1], tmp_path / "turned", recipe="dedup", workers=2)
    assert digests(tmp_path / "turned") == digests(done.path)
    options = run.Options(
        inputs=tuple(map(str, files)), out=tmp_path / "small", recipe="dedup", workers=2,
        read=api.read_options(), split_bytes=20_000,
    )  # fmt: skip
    small = run.execute(options, api.Progress(quiet=True))["duplicates"]
    whole = done.summary["duplicates"]
    assert json.dumps(small, sort_keys=True) == json.dumps(whole, sort_keys=True)


def test_a_run_without_a_search_has_no_evidence(files: list[Path], tmp_path: Path) -> None:
    made = corpuskit.clean(files[1], tmp_path / "run", recipe="dedup", duplicates=False)
    assert made.summary["duplicates"] == {"exact": 0, "near": 0, "clusters": 0}
    assert "Duplicates were not looked for" in made.report.path.read_text("utf-8")
