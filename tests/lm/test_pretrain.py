"""The whole step on a small run: verdict, curves, figures and report; and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import corpuskit
from corpuskit.errors import ConfigError, MissingExtraError, RunError
from corpuskit.lm import experiment, pretrain, saved
from corpuskit.lm.settings import PRESETS, Preset, Target
from corpuskit.lm.verdict import CHECKS

TINY = Preset("tiny", (1e-3, 1e-1), 12, 16_384, 16_384, 3, 60_000)
SAMPLE_DATA = Path(__file__).parent.parent.parent / "sample_data"
SMALL = {"target_params": "100K", "batch_size": 8, "accumulation": 1, "max_seq_len": 128}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the handbook, which has pages of one host."""
    out = tmp_path_factory.mktemp("pretrain") / "run"
    corpuskit.clean(SAMPLE_DATA / "public-domain.csv", out, duplicates=False)
    return out


@pytest.fixture(scope="module")
def verdict(run: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The verdict of a training of seconds; its model is saved beside the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PRESETS, "tiny", TINY)
        patch.setattr(experiment, "LEAST_TOKENS", 8192)
        return corpuskit.pretrain(
            run, preset="tiny", learning_rate="0.1", workers=2,
            save_model=run.parent / "model", **SMALL,
        )  # fmt: skip


@pytest.mark.slow
def test_a_verdict_holds_all_checks_with_their_numbers(verdict: dict[str, Any], run: Path) -> None:
    assert [check["id"] for check in verdict["checks"]] == list(CHECKS)
    for check in verdict["checks"]:
        assert check["status"] in ("ok", "warn", "fail", "inconclusive")
        assert check["source"]
        assert check["advice"].endswith((".", "?"))
    assert verdict["verdict"] in ("INSUFFICIENT", "INCONCLUSIVE")
    assert verdict["target"]["params"] == 100_000
    assert verdict["waiting"] is None
    assert json.loads((run / "pretrain" / "verdict.json").read_text("utf-8")) == verdict


@pytest.mark.slow
def test_curves_figures_and_report_are_written(verdict: dict[str, Any], run: Path) -> None:
    curves = json.loads((run / "pretrain" / "curves.json").read_text("utf-8"))
    assert len(curves["main"]["loss"]) == 16
    assert [row["rate"] for row in curves["sweep"]] == [1e-3, 1e-1]
    assert (run / "pretrain" / "loss_curve.png").read_bytes()[:4] == b"\x89PNG"
    page = (run / "report.html").read_text("utf-8")
    assert verdict["verdict"] in page
    assert not (run / "pretrain" / ".work").exists()


@pytest.mark.slow
def test_the_same_seed_gives_the_same_verdict_and_trains_nothing_again(
    verdict: dict[str, Any], run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (run / "pretrain" / "verdict.json").read_bytes()
    times = {path: path.stat().st_mtime_ns for path in run.glob("pretrain/arms/*/RESULT.json")}
    monkeypatch.setitem(PRESETS, "tiny", TINY)
    monkeypatch.setattr(experiment, "LEAST_TOKENS", 8192)
    corpuskit.pretrain(run, preset="tiny", learning_rate=0.1, workers=1, **SMALL)
    assert (run / "pretrain" / "verdict.json").read_bytes() == before
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert len(times) == 6  # four fractions and two rates: nothing was dropped, nothing compared


@pytest.mark.slow
def test_a_saved_proxy_writes_the_same_text_for_a_seed(verdict: dict[str, Any], run: Path) -> None:
    folder = run.parent / "model"
    first = saved.generate(folder, "The", tokens=20, seed=1)
    assert first.startswith("The")
    assert first == saved.generate(folder, "The", tokens=20, seed=1)
    assert saved.generate(folder, "A", tokens=20, temperature=0.0).startswith("A")


def test_a_folder_without_a_proxy_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no saved proxy"):
        saved.generate(tmp_path, "x")


def test_without_torch_the_other_checks_are_made_and_the_rest_waits(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pretrain, "trainable", lambda: False)
    found = corpuskit.pretrain(run)
    by_id = {check["id"]: check for check in found["checks"]}
    assert found["verdict"] == "INSUFFICIENT"
    assert found["binding"]["check"] in ("quantity", "coverage")
    assert by_id["quantity"]["value"] < 1
    assert by_id["steps"]["status"] == "fail"
    assert by_id["coverage"]["status"] in ("ok", "warn", "fail", "inconclusive")
    for name in ("learning_rate", "curve", "held_out", "data_scaling", "clean_vs_raw"):
        assert by_id[name]["status"] == "inconclusive"
        assert 'pip install "corpuskit[lm]"' in by_id[name]["advice"]
    assert found["waiting"] == 'pip install "corpuskit[lm]"'


def test_too_few_tokens_train_nothing_and_say_so(run: Path) -> None:
    small = run.parent / "small"
    frame = pl.read_csv(SAMPLE_DATA / "public-domain.csv").filter(
        pl.col("text").str.len_chars() > 4000
    )
    frame.head(3).write_parquet(run.parent / "small.parquet")
    corpuskit.clean(run.parent / "small.parquet", small)
    found = corpuskit.pretrain(small)
    words = {check["id"]: check["advice"] for check in found["checks"]}
    assert found["verdict"] == "INSUFFICIENT"
    assert "too few to train even the proxy" in words["curve"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target_params": "26"}, "--target-params: '26'"),
        ({"target_params": "26X"}, "--target-params: '26X'"),
        ({"learning_rate": 0}, "--learning-rate: 0"),
        ({"learning_rate": float("nan")}, "--learning-rate: nan"),
        ({"learning_rate": "fast"}, "--learning-rate: 'fast'"),
        ({"preset": "slow"}, "--preset: 'slow'"),
        ({"device": "tpu"}, "--device: 'tpu'"),
        ({"languages": ["english"]}, "english"),
        ({"save_model": SAMPLE_DATA}, "is not empty"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(
    run: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        corpuskit.pretrain(run, **options)


def test_a_model_inside_the_run_is_refused(run: Path) -> None:
    with pytest.raises(ConfigError, match="inside the run"):
        corpuskit.pretrain(run, save_model=run / "kept" / "model")


def test_a_model_without_torch_is_refused(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pretrain, "trainable", lambda: False)
    with pytest.raises(MissingExtraError, match="corpuskit"):
        corpuskit.pretrain(run, save_model=run.parent / "other")


def test_an_insufficient_verdict_says_what_is_missing() -> None:
    from tests.lm.test_verdict import check

    bound = check("quantity", "fail")
    assert pretrain.sentence("INSUFFICIENT", bound, [bound], Target()) == (
        "Not sufficient for 26M parameters and 1 epoch: Do this."
    )
    assert "held out" in pretrain.sentence(
        "INCONCLUSIVE", None, [check("held_out", "inconclusive")], Target()
    )
