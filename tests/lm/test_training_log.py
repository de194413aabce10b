from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.errors import DataError
from corpuskit.lm import training_log
from corpuskit.lm.training_log import Log, judge_log, read_log
from corpuskit.lm.verdict import Check
from tests.lm.made_curves import Floats

NEW = (
    "Epoch:[{epoch}/2]({step}/39712), loss: {loss:.4f}, logits_loss: {loss:.4f}, "
    "aux_loss: 0.0000, lr: {rate:.8f}, epoch_time: 73.0min"
)
OLD = "Epoch:[{epoch}/2]({step}/39712) loss:{loss:.3f} lr:{rate:.12f} epoch_Time:73.0min:"


def lines(losses: Floats, rate: float = 5e-4, form: str = NEW, epochs: int = 2) -> list[str]:
    """Print losses as minimind does: one of every hundred steps, with a cosine from the rate."""
    per_epoch = -(-len(losses) // epochs)
    return [
        form.format(epoch=at // per_epoch + 1, step=(at % per_epoch + 1) * 100, loss=loss,
                    rate=rate * (0.1 + 0.45 * (1 + np.cos(np.pi * (at + 1) / len(losses)))))
        for at, loss in enumerate(losses)
    ]  # fmt: skip


def logged(tmp_path: Path, text: list[str] | str, encoding: str = "utf-8") -> Log:
    path = tmp_path / "train.log"
    path.write_text(text if isinstance(text, str) else "\n".join(text) + "\n", encoding)
    return read_log(path)


def healthy(count: int = 400, noise: float = 0.15, seed: int = 0) -> Floats:
    """Make what a healthy run of minimind logs: 6.4 at step 100, then down to 1.9."""
    at = (np.arange(count) + 1) * 100.0
    loss = 1.9 + 6.86 * (1 + at / 300) ** -0.75
    loss -= 0.11 * (1 - np.cos(np.pi * at / at[-1]))
    return loss + np.random.default_rng(seed).normal(0.0, noise, count)


def judged(tmp_path: Path, losses: Floats, rate: float = 5e-4) -> tuple[Check, Check]:
    return judge_log(logged(tmp_path, lines(losses, rate)))


@pytest.mark.parametrize("form", [NEW, OLD])
def test_both_formats_are_read(tmp_path: Path, form: str) -> None:
    log = logged(tmp_path, lines(np.array([5.125, 4.5, 4.25, 4.0]), form=form))
    assert log.losses.tolist() == [5.125, 4.5, 4.25, 4.0]
    assert log.epochs.tolist() == [1, 1, 2, 2]
    assert log.steps.tolist() == [100, 200, 100, 200]
    assert log.steps_per_epoch.tolist() == [39712] * 4
    assert log.rates[-1] == pytest.approx(5e-5)
    assert (log.restarts, log.unreadable_lines, log.other_lines) == (0, 0, 0)


def test_the_lines_of_the_manual_are_read(tmp_path: Path) -> None:
    log = logged(tmp_path, [
        "Epoch:[1/2](100/39712), loss: 5.1234, lr: 0.00049999, epoch_time: 12.0min",
        "Epoch:[2/2](100/44160) loss:5.123 lr:0.000549999999 epoch_Time:73.0min:",
    ])  # fmt: skip
    assert log.losses.tolist() == [5.1234, 5.123]
    assert log.rates.tolist() == [0.00049999, 0.000549999999]


def test_other_lines_and_text_before_a_line_are_borne_and_broken_lines_are_counted(
    tmp_path: Path,
) -> None:
    good = lines(np.array([5.0, 4.0]))
    log = logged(tmp_path, [
        "Model Params: 25.83M", "", "Epoch [1/2]: resumed at step 0",
        f"[2025-01-02 03:04:05] {good[0]}",
        f"  3%|▎         | 100/39712 {good[1]}",
        "Epoch:[1/2](300/397",
        "Epoch:[1/2](400/39712), loss: 5.1.2, lr: 0.0005, x",
        "Epoch:[1/2](500/39712), loss: five, lr: 0.0005, x",
        "Epoch:[1/2](600/39712) lr:0.0005 loss:5.0",
    ])  # fmt: skip
    assert log.losses.tolist() == [5.0, 4.0]
    assert (log.unreadable_lines, log.other_lines) == (4, 2)


def test_carriage_returns_of_a_progress_bar_end_lines(tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_bytes("\r".join(lines(np.array([5.0, 4.0, 3.0]))).encode())
    assert read_log(path).losses.tolist() == [5.0, 4.0, 3.0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_file_as_powershell_writes_it_is_read(tmp_path: Path, encoding: str) -> None:
    log = logged(tmp_path, lines(np.array([5.0, 4.0])), encoding)
    assert log.losses.tolist() == [5.0, 4.0]


def test_bytes_that_are_no_text_are_borne(tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_bytes(b"\xff\x00\xfe junk\n" + lines(np.array([5.0]))[0].encode() + b"\n\xc3\x28")
    assert read_log(path).losses.tolist() == [5.0]


def test_a_file_that_is_one_endless_line_is_read_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_log, "_LONGEST_LINE", 1000)
    line = lines(np.array([5.0]))[0]
    log = logged(tmp_path, line + "\n" + "x" * 10_500 + "\n" + line.replace("(100/", "(200/"))
    assert log.losses.tolist() == [5.0, 5.0]
    assert log.other_lines == 11


def test_nan_and_infinity_are_losses(tmp_path: Path) -> None:
    log = logged(tmp_path, lines(np.array([5.0, np.nan, np.inf, 4.0])))
    assert np.isnan(log.losses[1])
    assert np.isposinf(log.losses[2])


def test_a_resumed_run_replaces_what_its_checkpoint_did_not_hold(tmp_path: Path) -> None:
    first = lines(np.array([5.0, 4.5, 4.0, 9.0, 9.5]), epochs=1)
    resumed = lines(np.array([0.0, 0.0, 3.9, 3.8]), epochs=1)[2:]
    log = logged(tmp_path, first + resumed)
    assert log.losses.tolist() == [5.0, 4.5, 3.9, 3.8]
    assert (log.restarts, log.superseded) == (1, 3)


def test_a_run_that_was_started_anew_replaces_the_one_before(tmp_path: Path) -> None:
    log = logged(tmp_path, lines(np.full(50, np.nan), 0.1) + lines(healthy(60)))
    assert len(log.losses) == 60
    assert (log.restarts, log.superseded) == (1, 50)
    assert [check.status for check in judge_log(log)] == ["ok", "ok"]


def test_a_line_printed_twice_is_no_restart(tmp_path: Path) -> None:
    log = logged(tmp_path, [line for line in lines(healthy(30)) for _ in range(2)])
    assert (len(log.losses), log.restarts) == (30, 0)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 30)), min_size=1, max_size=40))
def test_steps_always_rise_and_the_last_word_on_each_stays(
    tmp_path_factory: pytest.TempPathFactory, keys: list[tuple[int, int]]
) -> None:
    text = [OLD.format(epoch=e, step=s, loss=at, rate=1e-4) for at, (e, s) in enumerate(keys)]
    log = logged(tmp_path_factory.mktemp("log"), text)
    expected: dict[tuple[int, int], float] = {}
    for at, key in enumerate(keys):
        expected = {old: value for old, value in expected.items() if old < key} | {key: float(at)}
    found = zip(log.epochs.tolist(), log.steps.tolist(), strict=True)
    assert dict(zip(found, log.losses.tolist(), strict=True)) == expected
    assert len(keys) == len(log.losses) + log.superseded


@pytest.mark.parametrize("make", ["missing", "folder", "empty", "other"])
def test_what_is_no_log_is_a_data_error_that_names_the_file(tmp_path: Path, make: str) -> None:
    path = tmp_path / "train.log"
    if make == "folder":
        path.mkdir()
    if make in ("empty", "other"):
        path.write_text("step 100 loss 5.0\n" * (make == "other"), "utf-8")
    with pytest.raises(DataError) as raised:
        read_log(path)
    assert str(path) in str(raised.value)
    if make in ("empty", "other"):
        assert all(form in str(raised.value) for form in training_log.FORMATS)


@pytest.mark.parametrize("count", [30, 100, 400, 1000])
def test_a_healthy_log_is_jumpy_and_not_flagged(tmp_path: Path, count: int) -> None:
    for seed in range(8):
        rate, curve = judged(tmp_path, healthy(count, seed=seed))
        assert (rate.status, rate.state, curve.status) == ("ok", "OK", "ok"), seed


def exploding(count: int) -> Floats:
    at = np.arange(count)
    noise = np.random.default_rng(1).normal(0.0, 0.3, count)
    return 7.6 + 12.0 * (1 - np.exp(-at / (count / 8))) + noise


@pytest.mark.parametrize("count", [8, 40, 400])
def test_an_explosion_without_nan_is_told(tmp_path: Path, count: int) -> None:
    rate, curve = judged(tmp_path, exploding(count), 0.1)
    assert (rate.status, rate.state) == ("fail", "DIVERGED")
    assert "on fp16 cards this shows as NaN" in rate.advice
    assert curve.status == ("fail" if count >= 20 else "inconclusive")


def test_an_explosion_before_the_first_line_is_told_from_what_guessing_costs(
    tmp_path: Path,
) -> None:
    losses = 15.0 + np.random.default_rng(2).normal(0.0, 0.3, 200)
    assert judged(tmp_path, losses)[0].state == "DIVERGED"
    # With a vocabulary of 10 million, guessing costs 16.1: a plateau.
    log = logged(tmp_path, lines(losses))
    assert judge_log(log, vocabulary=10_000_000)[0].state == "OK"


@pytest.mark.parametrize("last", [3, 40])
def test_a_run_that_was_stopped_as_it_exploded_diverged(tmp_path: Path, last: int) -> None:
    losses = healthy()
    losses[-last:] += 8.0
    rate, curve = judged(tmp_path, losses)
    assert (rate.state, curve.status) == ("DIVERGED", "fail")


def test_one_nan_is_enough_and_is_named(tmp_path: Path) -> None:
    losses = healthy(10)
    losses[7] = np.nan
    rate, curve = judged(tmp_path, losses)
    assert (rate.status, rate.state, curve.status) == ("fail", "DIVERGED", "fail")
    assert "NaN or infinite at epoch 2, step 300" in rate.advice


def test_a_plateau_at_a_usual_rate_accuses_the_curve_and_not_the_rate(tmp_path: Path) -> None:
    losses = 7.0 + np.random.default_rng(4).normal(0.0, 0.15, 400)
    rate, curve = judged(tmp_path, losses)
    assert (rate.status, rate.state, curve.status) == ("inconclusive", "OK", "fail")
    assert "look at the data" in rate.advice
    rate, _ = judged(tmp_path, losses, 1e-2)
    assert (rate.status, rate.state) == ("fail", "TOO_HIGH")
    rate, _ = judged(tmp_path, losses, 1e-6)
    assert (rate.status, rate.state) == ("fail", "TOO_LOW")


@pytest.mark.parametrize("length", [1, 4])
def test_a_spike_that_recovers_is_a_warning_of_the_curve_alone(tmp_path: Path, length: int) -> None:
    losses = healthy()
    losses[250 : 250 + length] += 4.0
    rate, curve = judged(tmp_path, losses)
    assert (rate.status, rate.state, curve.status) == ("ok", "OK", "warn")
    assert {"epoch": 2, "step": 5100}.items() <= curve.details["spikes"][0].items()
    assert "epoch 2, step 5," in curve.advice


@pytest.mark.parametrize(
    ("rate", "status", "state"),
    [
        (9e-6, "fail", "TOO_LOW"),
        (1.01e-5, "ok", "OK"),
        (1e-3, "ok", "OK"),
        (1.09e-3, "ok", "OK"),  # 1e-3 of the older version, which starts a tenth higher
        (1.12e-3, "warn", "TOO_HIGH"),
        (3e-3, "warn", "TOO_HIGH"),
    ],
)
def test_the_logged_rate_is_held_against_the_window_of_the_target(
    tmp_path: Path, rate: float, status: str, state: str
) -> None:
    check = judged(tmp_path, healthy(), rate)[0]
    assert (check.status, check.state) == (status, state)


def test_a_log_that_begins_in_the_middle_of_training_is_not_blamed_for_being_flat(
    tmp_path: Path,
) -> None:
    losses = 1.9 + np.random.default_rng(6).normal(0.0, 0.15, 200)
    late = [line.replace("Epoch:[1/2]", "Epoch:[2/2]") for line in lines(losses, epochs=1)]
    rate, curve = judge_log(logged(tmp_path, late))
    assert (rate.status, curve.status) == ("ok", "inconclusive")
    assert "begins at epoch 2" in curve.advice


@pytest.mark.parametrize(("count", "status"), [(19, "inconclusive"), (20, "ok")])
def test_twenty_lines_are_needed(tmp_path: Path, count: int, status: str) -> None:
    rate, curve = judged(tmp_path, healthy(count, noise=0.05))
    assert (rate.status, curve.status) == (status, status)


def test_both_checks_are_json_and_tell_what_was_read(tmp_path: Path) -> None:
    log = logged(tmp_path, [*lines(healthy(50)), "Epoch:[2/2](9", "bye"])
    for check in judge_log(log):
        details = json.loads(json.dumps(check.plain(), allow_nan=False))["details"]
        assert (details["points"], details["unreadable_lines"], details["other_lines"]) == (
            50,
            1,
            1,
        )
    assert [check.id for check in judge_log(log)] == ["learning_rate", "curve"]
