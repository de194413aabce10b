"""Corpora with one fault each: what text alone can tell, three seeds; and what training tells.

docs/pretrain-quality.md has the same conditions on larger corpora, all of them with training.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import corpuskit
from corpuskit import api
from corpuskit.lm import pretrain
from corpuskit.lm.scaling import largest_params
from corpuskit.lm.settings import PRESETS, Preset
from tests.lm import conditions, real_streams

SAMPLE_DATA = Path(__file__).parent.parent.parent / "sample_data"
SEEDS = (0, 1, 2)


def good() -> list[str]:
    """Return the English speeches, books and pages that the default recipe keeps."""
    speeches = pl.read_csv(SAMPLE_DATA / "public-domain.csv").select("text")
    pages = pl.read_parquet(SAMPLE_DATA / "debian-handbook.parquet").filter(pl.col("lang") == "en")
    frame = api.dedup(pl.concat([speeches, pages.select("text")]))
    unique = frame.filter(pl.col("kind").is_in(["unique", "representative"]))
    return [str(text) for text in unique["text"]]


def judge(
    texts: list[str],
    folder: Path,
    seed: int,
    params: int,
    train: bool = False,
    languages: tuple[str, ...] = ("en",),
) -> dict[str, Any]:
    path = conditions.write(texts, folder / "in.jsonl", seed)
    corpuskit.clean(path, folder / "run", recipe="measure", duplicates=False)
    with pytest.MonkeyPatch.context() as patch:
        if not train:
            patch.setattr(pretrain, "trainable", lambda: False)
        return corpuskit.pretrain(
            folder / "run", target_params=params, batch_size=1, accumulation=1, max_seq_len=64,
            languages=languages, seed=seed, preset="quick", workers=2,
        )  # fmt: skip


@pytest.fixture(scope="module")
def params(tmp_path_factory: pytest.TempPathFactory) -> int:
    """A target for which the good text is just large enough."""
    folder = tmp_path_factory.mktemp("good")
    path = conditions.write(good(), folder / "in.jsonl", 0)
    summary = corpuskit.clean(path, folder / "run", recipe="measure", duplicates=False).summary
    return int(0.8 * largest_params(summary["coverage"]["kept"]["estimated_tokens"], 4))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_good_text_is_not_called_insufficient(params: int, tmp_path: Path, seed: int) -> None:
    verdict = judge(good(), tmp_path, seed, params)
    assert verdict["verdict"] == "INCONCLUSIVE"
    assert {check["id"]: check["status"] for check in verdict["checks"]}["quantity"] == "ok"


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["twice", "eighth"])
def test_copies_are_not_taken_for_text(params: int, tmp_path: Path, name: str, seed: int) -> None:
    texts = conditions.CHANGES[name](good(), random.Random(seed))
    verdict = judge(texts, tmp_path, seed, params)
    assert verdict["verdict"] == "INSUFFICIENT"
    assert conditions.acceptable(name, verdict)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_wrong_language_is_named(params: int, tmp_path: Path, seed: int) -> None:
    frame = pl.read_parquet(SAMPLE_DATA / "debian-handbook.parquet")
    texts = frame.filter(~pl.col("lang").is_in(["en", "zh"]))["text"].to_list()
    verdict = judge(texts, tmp_path, seed, params)
    assert verdict["verdict"] == "INSUFFICIENT"
    assert verdict["binding"]["check"] == "coverage"
    assert "en" in verdict["binding"]["amount"] or "en" in verdict["binding"]["sentence"]


@pytest.mark.slow
def test_training_tells_that_words_are_in_no_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One rate, and too few tokens to compare clean with raw: neither has a say here.
    brief = Preset("brief", (3e-3,), 101, 131_072, 1024, 3, 550_000)
    monkeypatch.setitem(PRESETS, "quick", brief)
    pages = pl.read_parquet(SAMPLE_DATA / "debian-handbook.parquet").filter(pl.col("lang") == "en")
    texts = [*real_streams.documents(), *real_streams.pieces(pages["text"])]
    shuffled = conditions.shuffled_words(texts, random.Random(0))
    verdict = judge(shuffled, tmp_path, 0, 30_000, train=True, languages=())
    assert verdict["verdict"] == "INSUFFICIENT", verdict["sentence"]
    assert verdict["binding"]["check"] == "held_out"
    assert "order" in verdict["binding"]["sentence"]


def test_a_corpus_of_which_nothing_is_left_is_an_error(tmp_path: Path) -> None:
    path = conditions.write(["x", "y"], tmp_path / "in.jsonl", 0)
    corpuskit.clean(path, tmp_path / "run")
    with pytest.raises(corpuskit.DataError, match="kept none of 2 documents"):
        corpuskit.pretrain(tmp_path / "run")
