"""The search says what it needs before it starts, stays inside it, and cleans up."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpuskit
from corpuskit import summary
from corpuskit.dedup import Limits, find_duplicates, fingerprint, limits, shingle_sets
from corpuskit.dedup.limits import BYTES_PER_DOCUMENT, LEAST_ROOM_BYTES, megabytes
from corpuskit.dedup.store import ShingleStore
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import ConfigError, RunError
from corpuskit.features import Measured
from corpuskit.kernels.jaccard import least_common
from tests.corpus import digests, rows, write_jsonl
from tests.dedup.made_text import edited, english, words

SETTINGS = DuplicateSettings()
ENOUGH = 1 << 30


def scores_of(texts: list[str]) -> pl.LazyFrame:
    marks = fingerprint(Measured(pl.Series(texts)), SETTINGS)
    ids = pl.Series("doc_id", range(len(texts)), dtype=pl.UInt64)
    return pl.DataFrame({"doc_id": ids, "priority": [0] * len(texts), **marks}).lazy()


def copies(count: int) -> list[str]:
    body = words(1, 200)
    texts = [" ".join(edited(body, seed, seed % 3)) for seed in range(count)]
    return [*texts, *(english(seed, 40) for seed in range(count))]


def test_the_room_is_what_documents_leave_and_one_byte_less_is_refused() -> None:
    needed = 10_000_000 * BYTES_PER_DOCUMENT + LEAST_ROOM_BYTES
    assert Limits(needed).room_bytes(10_000_000) == LEAST_ROOM_BYTES
    with pytest.raises(RunError, match=r"--memory 314MB.* 10,000,000 documents needs 314MB"):
        Limits(needed - 1).room_bytes(10_000_000)
    with pytest.raises(RunError, match="split the corpus"):
        Limits(1 << 62).room_bytes(1 << 32)


def test_too_little_disk_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # (40 + 8 * 16 + 0.25 * (8 * 100 + 32 * 8)) * 40 documents = 17,280 bytes
    usage = SimpleNamespace(free=17_279)
    monkeypatch.setattr(limits.shutil, "disk_usage", lambda _: usage)
    texts = copies(20)
    with pytest.raises(RunError, match=r"search: the search for .* 40 documents needs about 1MB"):
        find_duplicates(
            scores_of(texts), SETTINGS, fetch_from(texts, tmp_path), tmp_path / "work",
            limits=Limits(ENOUGH, mean_shingles=100),
        )  # fmt: skip
    assert list((tmp_path / "work").iterdir()) == []
    usage.free += 1
    Limits(ENOUGH, mean_shingles=100).check_disk(40, 16, tmp_path)
    with pytest.raises(RunError, match="comparing 1,000 candidates for duplicates needs about 1MB"):
        Limits(ENOUGH, mean_shingles=100).check_store(1000, tmp_path)


def fetch_from(texts: list[str], folder: Path):  # type: ignore[no-untyped-def]
    def fetch(wanted: pl.Series) -> ShingleStore:
        store = ShingleStore(folder / "store")
        chosen = Measured(pl.Series([texts[row] for row in wanted]))
        store.append(wanted, *shingle_sets(chosen, SETTINGS))
        return store

    return fetch


@pytest.mark.parametrize("room", [1, 5000, 200_000])
def test_the_result_does_not_depend_on_the_room(
    room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = copies(120)
    fetch = fetch_from(texts, tmp_path)
    expected = find_duplicates(scores_of(texts), SETTINGS, fetch, tmp_path / "work")
    assert expected.stats["exact"] + expected.stats["near"] == 119
    assert expected.stats["unverified_documents"] == 0
    monkeypatch.setattr(Limits, "room_bytes", lambda *_: room)
    found = find_duplicates(scores_of(texts), SETTINGS, fetch, tmp_path / "work")
    assert found.frame.equals(expected.frame)
    assert found.stats == expected.stats


def test_whatever_happens_and_whatever_a_killed_search_left_is_deleted(tmp_path: Path) -> None:
    texts, work = copies(20), tmp_path / "work"
    (work / "search").mkdir(parents=True)
    (work / "search" / "pairs-0-00000.u64").write_bytes(b"left over")
    seen = []

    def fails(_: pl.Series) -> ShingleStore:
        seen.extend(path.name for path in (work / "search").iterdir())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_duplicates(scores_of(texts), SETTINGS, fails, work)
    assert "doc_ids.u64" in seen
    assert "pairs-0-00000.u64" not in seen
    assert list(work.iterdir()) == []


def test_a_bucket_of_a_hundred_thousand_near_equal_documents_takes_linear_time(
    tmp_path: Path,
) -> None:
    # Made marks: all bands are equal, all digests differ, and all sets are one set.
    count = 100_000
    ids = pl.Series("doc_id", range(count), dtype=pl.UInt64)
    bands = np.broadcast_to(np.arange(1, 4, dtype=np.uint64), (count, 3))
    frame = pl.DataFrame(
        {
            "doc_id": ids,
            "priority": pl.zeros(count, pl.Int64, eager=True),
            "text_hash": ids.cast(pl.String).str.pad_start(16, "0").cast(pl.Binary),
            "bands": pl.Series(bands, dtype=pl.Array(pl.UInt64, 3)),
        }
    )

    def fetch(wanted: pl.Series) -> ShingleStore:
        store = ShingleStore(tmp_path / "store")
        offsets = np.arange(0, 2 * len(wanted) + 1, 2)
        store.append(wanted, offsets, np.tile(np.array([5, 9], np.uint64), len(wanted)))
        return store

    begun = time.perf_counter()
    found = find_duplicates(
        frame.lazy(), DuplicateSettings(bands=3, rows=6), fetch, tmp_path / "work",
        limits=Limits(LEAST_ROOM_BYTES + count * BYTES_PER_DOCUMENT),
    )  # fmt: skip
    assert time.perf_counter() - begun < 20
    assert found.stats["near"] == count - 1
    assert found.stats["candidate_pairs"] == 8 * (count - 1) - 8 * 7 // 2
    assert found.frame["representative"].unique().to_list() == [0]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 400), st.integers(0, 400), st.floats(0.001, 1))
def test_the_least_common_members_are_those_of_a_search(
    first: int, second: int, threshold: float
) -> None:
    most = min(first, second)
    enough = [c for c in range(1, most + 1) if c / (first + second - c) >= threshold]
    found = least_common(first, second, threshold)
    assert found == enough[0] if enough else found > most


def test_half_of_the_memory_minds_the_limit_of_a_container(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CGROUP_LIMIT", tmp_path / "memory.max")
    whole = limits.half_of_memory()
    (tmp_path / "memory.max").write_text("max\n")
    assert limits.half_of_memory() == whole
    (tmp_path / "memory.max").write_text("1000000000\n")
    assert limits.half_of_memory() == 500_000_000


@pytest.mark.parametrize(("count", "shown"), [(1, "1MB"), (10**6, "1MB"), (10**6 + 1, "2MB")])
def test_megabytes_are_rounded_up(count: int, shown: str) -> None:
    assert megabytes(count) == shown


KILLED_IN_THE_SEARCH = """
import os, signal, sys
import corpuskit
from corpuskit import summary
from corpuskit.dedup import near

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

near._candidates = killed
corpuskit.clean(sys.argv[1], sys.argv[2], memory="300MB")
"""


def test_a_run_killed_in_the_search_starts_it_over_and_ends_with_the_same_bytes(
    tmp_path: Path,
) -> None:
    source = write_jsonl(tmp_path / "corpus.jsonl", rows())
    corpuskit.clean(source, tmp_path / "whole")
    command = [sys.executable, "-c", KILLED_IN_THE_SEARCH, source, tmp_path / "killed"]
    done = subprocess.run([*map(str, command)], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    left = tmp_path / "killed" / ".work" / "duplicates" / "search"
    assert (left / "doc_ids.u64").exists()
    scored = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "killed/scores").iterdir()}
    corpuskit.clean(source, tmp_path / "killed")
    assert not left.exists()
    assert digests(tmp_path / "killed") == digests(tmp_path / "whole")
    again = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "killed/scores").iterdir()}
    assert again == scored


@pytest.mark.parametrize(
    ("memory", "said"),
    [
        ("much", "'much' is not a size"),
        ("4GBs", "'4GBs' is not a size"),
        ("-4GB", "'-4GB' is under 256 MB"),
        ("nan", "'nan' is not a size"),
        ("255.9MB", "'255.9MB' is under 256 MB"),
        (255_999_999, "255999999 is under 256 MB"),
    ],
)
def test_a_memory_that_is_none_is_refused(memory: int | str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"--memory: {said}") as error:
        corpuskit.clean(tmp_path, tmp_path / "out", memory=memory)
    assert error.value.exit_code == 2


def test_the_memory_is_said_and_changes_neither_the_plan_nor_a_byte(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_jsonl(tmp_path / "corpus.jsonl", rows())
    for name, memory, said in (
        ("a", "256MB", "up to 256MB of memory (--memory)"),
        ("b", None, "of memory (half of this machine's; --memory changes it)"),
    ):
        corpuskit.clean(source, tmp_path / name, recipe="dedup", memory=memory, quiet=False)
        assert said in capsys.readouterr().err
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


@pytest.mark.parametrize("at_a_time", [1, 7, 1000])
def test_repeated_user_ids_are_counted_in_any_number_of_parts(
    at_a_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "IDS_AT_A_TIME", at_a_time)
    ids = [f"id{number % 30}" for number in range(50)]
    assert summary.repeated_ids(pl.LazyFrame({"user_id": ids}), 50) == 20
