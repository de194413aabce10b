from __future__ import annotations

import json

import numpy as np
import pytest

from corpuskit.lm.checks.curve import check_curve, shape_of
from tests.lm.made_curves import Floats, exploding, healthy


@pytest.mark.parametrize("steps", [150, 400, 1500])
@pytest.mark.parametrize("noise", [0.0, 0.02, 0.1, 0.2])
def test_a_healthy_run_is_ok_whatever_its_length_and_noise(steps: int, noise: float) -> None:
    for seed in range(10):
        check = check_curve(healthy(steps, noise, seed=seed))
        assert check.status == "ok", (seed, check.details)
        assert check.details["spikes"] == []


def test_the_fast_fall_and_the_kinks_of_the_schedule_are_no_spikes() -> None:
    steep = np.concatenate((np.linspace(7.6, 4.0, 20), np.linspace(4.0, 3.5, 300),
                            np.linspace(3.5, 2.9, 80)))  # fmt: skip
    assert len(shape_of(steep).spikes) == 0


@pytest.mark.parametrize("at", [0, 3, 30, 500, 997, 999])
@pytest.mark.parametrize("size", [2.0, -1.5])
def test_two_spikes_anywhere_but_at_the_very_ends_are_found(at: int, size: float) -> None:
    losses = healthy(1000, 0.1)
    losses[at] += size
    losses[700] += 2.0
    found = set(shape_of(losses).spikes.tolist())
    assert found == ({at, 700} if 0 < at < 999 else {700})


def test_one_spike_in_a_short_run_is_allowed_and_two_are_not() -> None:
    losses = healthy(400, 0.1)
    losses[200] += 2.0
    assert check_curve(losses).status == "ok"
    assert len(check_curve(losses).details["spikes"]) == 1
    losses[300] += 2.0
    assert check_curve(losses).status == "warn"


@pytest.mark.parametrize(("spikes", "status"), [(3, "ok"), (4, "warn")])
def test_the_share_of_spikes_is_held_against_a_fifth_of_a_percent(spikes: int, status: str) -> None:
    losses = healthy(1500, 0.1)  # 0.2 % of 1,500 are 3
    losses[np.linspace(100, 1400, spikes).astype(int)] += 3.0
    check = check_curve(losses)
    assert (check.status, check.details["spike_count"]) == (status, spikes)


def test_noise_grows_and_a_spike_is_told_from_the_noise_around_it() -> None:
    rng = np.random.default_rng(1)
    losses = healthy(1200, 0.0) + rng.normal(0.0, np.linspace(0.02, 0.2, 1200))
    losses[[250, 1100]] += 0.5
    assert shape_of(losses).spikes.tolist() == [250]


def test_each_spike_names_up_to_five_documents_and_ten_spikes_are_named() -> None:
    losses = healthy(1500, 0.1)
    places = np.linspace(50, 1400, 14).astype(int)
    losses[places] += np.linspace(2.0, 28.0, 14)
    asked: list[int] = []

    def documents(step: int) -> list[str]:
        asked.append(step)
        return [f"doc-{step}-{n}" for n in range(9)]

    details = check_curve(losses, documents, first_step=1).details
    assert [row["step"] for row in details["spikes"]] == (places[4:] + 1).tolist() == asked
    assert details["spike_count"] == 14
    first = details["spikes"][0]
    assert first["documents"] == [f"doc-{first['step']}-{n}" for n in range(5)]
    assert json.loads(json.dumps(details, allow_nan=False)) == details


def test_documents_may_be_given_as_a_mapping() -> None:
    losses = healthy(1500, 0.1)
    losses[[400, 800]] += 3.0
    ids = np.array([3, 2**63 + 1], dtype=np.uint64)
    spikes = check_curve(losses, {400: list(ids)}).details["spikes"]
    assert [row["documents"] for row in spikes] == [[3, 2**63 + 1], []]


def stepped(rise: float) -> Floats:
    """Make a run that falls to 4.0, stays, and rises by a share at two thirds."""
    losses = np.concatenate((np.linspace(7.6, 4.0, 500), np.full(100, 4.0), np.full(300, 4.0)))
    losses[600:] *= 1.0 + rise
    return losses


@pytest.mark.parametrize(("rise", "lost"), [(0.049, False), (0.051, True)])
def test_a_drawdown_is_lost_above_five_percent(rise: float, lost: bool) -> None:
    check = check_curve(stepped(rise))
    assert ("never came back" in check.advice) == lost
    assert check.details["drawdown"] == pytest.approx(rise, abs=1e-9)


def test_a_drawdown_that_recovers_is_none() -> None:
    losses = healthy(1000, 0.05)
    losses[400:440] += 1.0
    check = check_curve(losses)
    assert check.details["drawdown"] == 0.0
    assert check.status != "fail"


def test_a_run_stopped_as_it_exploded_is_lost_and_one_last_spike_is_not() -> None:
    losses = healthy(400, 0.1)
    losses[-1] += 6.0
    assert check_curve(losses).status == "ok"
    losses[-3:] += 6.0
    assert check_curve(losses).status == "fail"


def test_an_explosion_without_nan_and_a_nan_both_fail() -> None:
    check = check_curve(exploding(steps=300))
    assert (check.status, check.amount) == ("fail", "a loss curve that falls")
    losses = healthy(300)
    losses[120] = np.nan
    check = check_curve(losses, first_step=1)
    assert check.status == "fail"
    assert "step 121" in check.advice
    assert check.details["nonfinite_step"] == 121


def test_a_flat_loss_fails_because_it_does_not_fall() -> None:
    flat = 6.7 + np.random.default_rng(0).normal(0.0, 0.05, 500)
    check = check_curve(flat)
    assert (check.status, check.threshold) == ("fail", -0.9)
    assert check.value is not None
    assert check.value > -0.9


@pytest.mark.parametrize(("steps", "status"), [(99, "inconclusive"), (100, "ok")])
def test_a_hundred_steps_are_needed(steps: int, status: str) -> None:
    assert check_curve(healthy(steps, 0.05)).status == status
