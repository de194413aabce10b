"""Signatures as datasketch's objects: the same minima, the same estimates, the same candidates."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest
from datasketch import LeanMinHash, MinHash

import corpuskit
from corpuskit.dedup import shingle_sets
from corpuskit.dedup.index.minhashes import minhashes, shingle_input
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import ConfigError, DataError
from corpuskit.features import Measured
from tests.dedup.indexed import SMALL, save, story
from tests.dedup.test_index import change

EXAMPLE = Path(__file__).parents[2] / "examples" / "datasketch_lsh" / "fill_lsh.py"
TEXTS = {1: story(1), 2: story(1, 4), 3: story(2), 4: ""}


@pytest.mark.parametrize(("lean", "kind"), [(False, MinHash), (True, LeanMinHash)])
def test_estimates_are_the_share_of_equal_minima(tmp_path: Path, lean: bool, kind: type) -> None:
    save(tmp_path / "i", TEXTS)
    found = list(minhashes(tmp_path / "i", lean=lean))
    minima = pl.read_parquet(tmp_path / "i" / "part-*.parquet")["minima"].to_numpy()
    assert [(one.doc_id, one.user_id) for one in found] == [(n, f"old-{n}") for n in TEXTS]
    for one, mine in zip(found, minima, strict=True):
        assert type(one.minhash) is kind
        assert one.minhash.seed == SMALL.seed
        for other, theirs in zip(found, minima, strict=True):
            assert one.minhash.jaccard(other.minhash) == np.mean(mine == theirs)
    assert 0 < found[0].minhash.jaccard(found[1].minhash) < 1
    assert [one.minhash.is_empty() for one in found] == [False, False, False, True]


def test_datasketch_makes_our_minima_of_our_shingles(tmp_path: Path) -> None:
    save(tmp_path / "i", {1: story(1)})
    (found,) = minhashes(tmp_path / "i")
    _, values = shingle_sets(Measured(pl.Series([story(1)])), SMALL)
    blank = found.minhash.copy()
    blank.clear()
    blank.update_batch(values.tolist())
    assert blank.hashvalues.tolist() == found.minhash.hashvalues.tolist()


def test_other_hashes_are_refused(tmp_path: Path) -> None:
    save(tmp_path / "i", {1: story(1)})
    (found,) = minhashes(tmp_path / "i")
    with pytest.raises(TypeError, match="not bytes"):
        found.minhash.update(b"a word")


def test_what_datasketch_mixes_in_is_taken_out_before() -> None:
    def fmix(value: int) -> int:  # MurmurHash3's finaliser, from its public description
        value = (value ^ value >> 16) * 0x85EBCA6B & 0xFFFFFFFF
        value = (value ^ value >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
        return value ^ value >> 16

    for value in (0, 1, 0xFFFFFFFF, 0x80000000, *range(12345, 1 << 32, 98765431)):
        assert fmix(shingle_input(value + (9 << 32))) == value


def test_texts_of_a_frame_get_the_marks_of_an_index(tmp_path: Path) -> None:
    seeded = DuplicateSettings(bands=9, rows=3, seed=5)
    save(tmp_path / "i", TEXTS, seeded)
    frame = pl.DataFrame({"body": list(TEXTS.values())})
    old = [one.minhash for one in minhashes(tmp_path / "i", lean=True)]
    new = list(minhashes(frame, like=tmp_path / "i", lean=True, text_column="body"))
    assert [one.minhash for one in new] == old
    assert [(one.doc_id, one.user_id) for one in new] == [(n, str(n)) for n in range(4)]
    with pytest.raises(DataError, match="no column 'text'"):
        next(minhashes(frame))


def test_marks_of_another_version_are_not_imitated(tmp_path: Path) -> None:
    index = save(tmp_path / "i", TEXTS)
    change(tmp_path / "i", marks={**index.plan, "tokens": 0})
    with pytest.raises(ConfigError, match="tokens is 0 there and 1 in this version"):
        next(minhashes(tmp_path / "i"))


def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fill_lsh", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_finds_old_documents(tmp_path: Path) -> None:
    save(tmp_path / "i", TEXTS)
    new = pl.DataFrame({"text": [story(9), story(1), story(2, 1)]})
    found = example().matches(str(tmp_path / "i"), new)
    assert found.filter(row=0).is_empty()
    assert found.filter(row=1)["id"].to_list()[0] == "old-1"
    assert found.filter(row=1)["jaccard"].to_list()[0] == 1.0
    assert found.filter(row=2)["id"].to_list() == ["old-3"]
    assert corpuskit.index_info(tmp_path / "i")["documents"] == len(TEXTS)


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")
def test_the_example_finds_the_same_through_redis(tmp_path: Path) -> None:
    redis = pytest.importorskip("redis", reason="the package redis is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    save(tmp_path / "i", TEXTS)
    new = pl.DataFrame({"text": [story(9), story(1), story(2, 1)]})
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as server:
        assert server.stdout is not None
        assert any("Ready to accept connections" in line for line in server.stdout)
        place = {"host": "127.0.0.1", "port": port}
        storage = {"type": "redis", "basename": b"corpuskit", "redis": place}
        found = example().matches(str(tmp_path / "i"), new, storage)
        with redis.Redis(**place) as client:
            assert client.dbsize() > len(TEXTS)
        server.terminate()
    assert found.equals(example().matches(str(tmp_path / "i"), new))
