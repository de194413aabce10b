"""What the arms are trained on and measured on: apart, in proportion, unread where it says so."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from corpuskit.lm import experiment, parts
from corpuskit.lm.sample import Sample
from corpuskit.lm.settings import Preset, Target

pytest.importorskip("tokenizers")

PRESET = Preset("tiny", (1e-3,), 2, 70_000, 70_000, 3, 60_000)


def documents(count: int, language: str, words: int, seed: int) -> pl.DataFrame:
    draw = random.Random(f"{language} {seed}")
    letters = "abcdefghijklm" if language == "en" else "nopqrstuvwxyz"
    vocabulary = ["".join(draw.choices(letters, k=draw.randint(2, 9))) for _ in range(3000)]
    first = 10_000 * seed + (5000 if language == "en" else 0)
    return pl.DataFrame(
        {
            "doc_id": pl.Series(range(first, first + count), dtype=pl.UInt64),
            "user_id": [f"{language}{number}" for number in range(count)],
            "text": [" ".join(draw.choices(vocabulary, k=words)) for _ in range(count)],
            "domain": pl.Series([None] * count, dtype=pl.String),
            "part": ["holdout" if number % 10 == 0 else "train" for number in range(count)],
            "draw": [draw.random() for _ in range(count)],
            "language": [language] * count,
            "copy": [False] * count,
            "clean": [number % 7 > 0 for number in range(count)],
        }
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> experiment.Prepared:
    """Long English documents, many short ones in another language; a fifth was cleaned away."""
    kept = pl.concat([documents(100, "en", 2000, 1), documents(600, "xx", 90, 1)])
    junk = pl.concat([documents(40, "en", 1500, 2), documents(150, "xx", 90, 2)])
    raw = pl.concat([kept, junk]).drop("copy", "clean")
    sizes = {"in": parts.size(raw), "kept": parts.size(kept)}
    sample = Sample(kept, raw, None, 1.0, {"bytes": sizes}, {})
    streams, held_out = experiment.texts(sample, PRESET, seed=0)
    folder = tmp_path_factory.mktemp("prepared")
    return experiment.prepare(sample, streams, held_out, PRESET, folder)


def test_every_set_on_disk_is_the_one_that_is_described(prepared: experiment.Prepared) -> None:
    for name, frame in prepared.documents.items():
        encoded = prepared.encoded(name)
        assert len(encoded.starts) - 1 == frame.height, name
        assert len(encoded.tokens) == prepared.tokens[name], name


def test_no_arm_is_trained_on_what_it_is_measured_on(prepared: experiment.Prepared) -> None:
    assert prepared.compared == ("kept", "raw")
    for arm in experiment.arms(prepared, PRESET, Target(), seed=0):
        stream = Path(arm.train).name
        assert stream in ("kept", "raw", "recleaned")
        trained = set(prepared.documents[stream]["user_id"])
        for name in arm.held_out:
            assert Path(arm.held_out[name]) == prepared.path(name)
            if name not in ("read", "unread"):
                assert trained.isdisjoint(prepared.documents[name]["user_id"]), (stream, name)


def test_kept_and_raw_are_trained_for_equally_long(prepared: experiment.Prepared) -> None:
    arms = {arm.name: arm for arm in experiment.arms(prepared, PRESET, Target(), seed=0)}
    assert arms["compare-kept-1"].tokens == arms["compare-raw-1"].tokens == 70_000
    assert "compare-kept-0" not in arms, "the main run is this one"
    assert arms["scaling-1"].tokens == 70_000


def test_each_language_keeps_its_share_of_the_bytes(prepared: experiment.Prepared) -> None:
    def share(frame: pl.DataFrame) -> float:
        english = frame.filter(pl.col("language") == "en")["bytes"].sum()
        return float(english) / float(frame["bytes"].sum())

    # 90 English training documents of 2,000 words, 540 others of 90: 79 % of the bytes.
    for name in ("kept", "cleaned", "part"):
        assert share(prepared.documents[name]) == pytest.approx(0.79, abs=0.04), name
    encoded = prepared.encoded("kept")
    half = np.searchsorted(encoded.starts, 35_000)
    assert share(prepared.documents["kept"].head(int(half))) == pytest.approx(0.79, abs=0.06)


def test_unread_documents_lie_behind_the_end_of_the_main_run(
    prepared: experiment.Prepared,
) -> None:
    encoded, order = prepared.encoded("kept"), prepared.documents["kept"]["user_id"].to_list()
    end = int(np.searchsorted(encoded.starts, 70_000, side="right")) - 1
    read, unread = (prepared.documents[name]["user_id"] for name in ("read", "unread"))
    assert len(unread) > 10
    assert {order.index(name) for name in read} <= set(range(end))
    assert min(order.index(name) for name in unread) > end


def test_a_short_stream_keeps_a_tenth_unread(prepared: experiment.Prepared) -> None:
    assert [experiment.usable(tokens) for tokens in (0, 9, 100, 65_536)] == [0, 9, 90, 58_983]
    long = Preset("long", (1e-3,), 2, 10**9, 10**9, 3, 60_000)
    tokens = prepared.tokens["kept"]
    assert experiment.main_tokens(prepared, long) == tokens - tokens // 10


def test_part_is_a_third_of_the_volume_and_clean_are_documents_of_it(
    prepared: experiment.Prepared,
) -> None:
    sets = {name: prepared.documents[name] for name in ("cleaned", "part", "clean")}
    assert sets["part"]["bytes"].sum() == pytest.approx(sets["cleaned"]["bytes"].sum() / 3, rel=0.1)
    english = {name: frame.filter(pl.col("language") == "en") for name, frame in sets.items()}
    assert english["part"]["doc_id"].equals(english["cleaned"]["doc_id"]), "cut, not left out"
    assert 0 < sets["clean"].height < sets["part"].height
    there = sets["part"].filter(pl.col("doc_id").is_in(sets["clean"]["doc_id"].implode()))
    assert there.equals(sets["clean"])
