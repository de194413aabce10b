from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from corpuskit.errors import ConfigError, DataError  # noqa: E402
from corpuskit.lm import train as training  # noqa: E402
from corpuskit.lm.packing import rows_between  # noqa: E402
from corpuskit.lm.results import Trained  # noqa: E402
from corpuskit.lm.shape import Arm, ModelShape  # noqa: E402
from tests.lm.made_streams import make_arm  # noqa: E402


class Killed(Exception):
    pass


def run(arm: Arm, **options: Any) -> tuple[Any, Trained]:
    return training.train(arm, training.open_data(arm), **options)


def assert_same(first: tuple[Any, Trained], second: tuple[Any, Trained]) -> None:
    for name, weight in first[0].weights.items():
        assert torch.equal(weight, second[0].weights[name]), name
    for field in ("losses", "gradient_norms", "rates"):
        np.testing.assert_array_equal(getattr(first[1], field), getattr(second[1], field))
    for name, losses in first[1].held_out.items():
        np.testing.assert_array_equal(losses.nats, second[1].held_out[name].nats)
    assert first[1].curve == second[1].curve
    assert first[1].noise == second[1].noise


def test_one_batch_is_learnt_by_heart(tmp_path: Path) -> None:
    arm = make_arm(tmp_path, tokens=32, training={"steps": 150, "batch": 4})
    _, found = run(arm)
    assert found.losses[0] == pytest.approx(math.log(32), rel=1e-6)
    assert found.losses[-1] < 0.2  # what follows a row's first tokens may be ambiguous


def test_a_rule_in_the_stream_is_found_in_held_out_documents(tmp_path: Path) -> None:
    arm = make_arm(tmp_path, training={"steps": 100, "batch": 8})
    _, found = run(arm)
    held = found.held_out["held"]
    # 0.8 + 0.2/8 of the jumps are 1, each other one of 7 is 0.2/8; a first token may be any of 31.
    entropy = -(0.825 * math.log(0.825) + 7 * 0.025 * math.log(0.025))
    entropy += 9 * math.log(31) / held.tokens.sum()
    assert entropy < held.nats.sum() / held.tokens.sum() < 0.6 * math.log(32)


def test_micro_batches_together_are_the_batch_that_they_make(tmp_path: Path) -> None:
    whole = run(make_arm(tmp_path, training={"batch": 8, "accumulation": 1, "steps": 6}))[1]
    parts = run(make_arm(tmp_path, training={"batch": 4, "accumulation": 2, "steps": 6}))[1]
    np.testing.assert_allclose(parts.losses, whole.losses, atol=1e-5)
    np.testing.assert_allclose(parts.gradient_norms, whole.gradient_norms, atol=1e-5)
    assert parts.held_out["held"].nats == pytest.approx(whole.held_out["held"].nats, rel=1e-4)


@pytest.mark.parametrize("kind", ["muon", "adamw"])
def test_a_killed_run_ends_with_the_same_bits_as_one_that_was_not(
    tmp_path: Path, kind: str
) -> None:
    arm = make_arm(
        tmp_path, noise_batches=2, evaluate_every=15, training={"optimizer": kind, "steps": 45}
    )
    checkpoint = tmp_path / "checkpoint.pt"

    def kill(step: int, _loss: float) -> None:
        if step == 30:
            raise Killed

    with pytest.raises(Killed):
        run(arm, checkpoint=checkpoint, digest="a", watch=kill, every_seconds=0.0)
    begun: list[int] = []
    resumed = run(
        arm, checkpoint=checkpoint, digest="a", watch=lambda step, _loss: begun.append(step)
    )
    assert begun == [20, 30, 40, 45]
    assert_same(resumed, run(arm))


def test_checkpoints_change_nothing(tmp_path: Path) -> None:
    arm = make_arm(tmp_path)
    assert_same(run(arm, checkpoint=tmp_path / "a.pt", every_seconds=0.0), run(arm))
    assert (tmp_path / "a.pt").exists()


def test_the_checkpoint_of_another_arm_is_not_used(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.pt"
    run(make_arm(tmp_path, training={"seed": 9}), checkpoint=checkpoint, digest="a",
        every_seconds=0.0)  # fmt: skip
    arm = make_arm(tmp_path)
    begun: list[int] = []
    found = run(arm, checkpoint=checkpoint, digest="b", watch=lambda s, _: begun.append(s))
    assert begun[0] == 0
    assert_same(found, run(arm))


def test_seeds_differ_in_weights_and_in_order(tmp_path: Path) -> None:
    first, second = (run(make_arm(tmp_path, training={"seed": seed}))[1] for seed in (0, 1))
    assert not np.array_equal(first.losses[1:], second.losses[1:])


def test_no_more_than_the_asked_tokens_are_read(tmp_path: Path) -> None:
    arm = make_arm(tmp_path, tokens=400)
    whole = training.open_data(arm)
    tokens = np.array(whole.train.tokens)
    tokens[401:][tokens[401:] != 0] = 5
    changed = training.Data(
        training.Encoded(tokens, whole.train.starts), whole.rows, {}, whole.bytes_per_token
    )
    losses = [training.train(arm, data)[1].losses for data in (whole, changed)]
    np.testing.assert_array_equal(*losses)


@pytest.mark.parametrize("clip", [None, 0.01])
def test_gradient_norms_are_recorded_as_they_were_before_clipping(
    tmp_path: Path, clip: float | None
) -> None:
    arm = make_arm(tmp_path, training={"steps": 3, "clip": clip})
    data = training.open_data(arm)
    made = training.begin(arm, "cpu")
    rows = rows_between(data.rows, 3, 0, 4)
    _, gradients = training.gradients_of(made.model, data.train, rows, 4)
    norm = math.sqrt(sum(float((each.double() ** 2).sum()) for each in gradients))
    assert run(arm)[1].gradient_norms[0] == pytest.approx(norm, rel=1e-5)
    assert norm > 0.01


def test_rates_are_recorded(tmp_path: Path) -> None:
    found = run(make_arm(tmp_path, training={"steps": 10, "warmup": 0.2, "flat": 0.6}))[1]
    assert found.rates[:6].tolist() == [0.5, 1.0, 1.0, 1.0, 1.0, 1.0]


def test_held_out_sets_are_measured_on_the_way_where_asked(tmp_path: Path) -> None:
    found = run(make_arm(tmp_path, evaluate_every=20))[1]
    assert [point["step"] for point in found.curve] == [20, 40]
    assert found.curve[1]["held_out"]["held"] == found.held_out["held"].bits_per_byte
    assert found.curve[0]["held_out"]["held"] > found.curve[1]["held_out"]["held"]


def test_a_run_that_becomes_infinite_ends_there_and_says_where(tmp_path: Path) -> None:
    arm = make_arm(
        tmp_path,
        noise_batches=2,
        training={"optimizer": "adamw", "rate": 1e30, "constant": True, "clip": None},
    )
    found = run(arm)[1]
    assert found.nonfinite in ("loss", "gradient")
    assert found.nonfinite_step is not None
    assert len(found.losses) == found.nonfinite_step + 1 < 40
    assert np.isfinite(found.losses[:-1]).all()
    assert found.held_out == {}
    assert found.noise is None


@pytest.mark.parametrize(
    ("loss", "norm", "weight", "expected"),
    [
        ([1, math.nan, 1], [1, 1, 1], 0.0, ("loss", 1)),
        ([1, 1, 1], [1, math.inf, 1], 0.0, ("gradient", 1)),
        ([1, 1, math.nan], [1, math.nan, math.nan], 0.0, ("gradient", 1)),
        ([1, math.nan, 1], [1, math.nan, 1], 0.0, ("loss", 1)),
        ([1, 1, 1], [1, 1, 1], math.inf, ("weights", 2)),
        ([1, 1, 1], [1, 1, 1], 0.0, None),
    ],
)
def test_what_was_not_finite_first_is_named(
    tmp_path: Path,
    loss: list[float],
    norm: list[float],
    weight: float,
    expected: tuple[str, int] | None,
) -> None:
    made = training.begin(make_arm(tmp_path), "cpu")
    made.step = 3
    made.losses[:3], made.norms[:3] = torch.tensor(loss), torch.tensor(norm)
    with torch.no_grad():
        made.model.weights["head"][0, 0] = weight
    assert training.first_nonfinite(made) == expected


def test_the_noise_scale_is_exact_for_exact_norms() -> None:
    # |G_B|² = |G|² + S/B with |G|² = 3 and S = 600, at 20 tokens and at 8 · 20.
    found = training.noise_scale(3 + 600 / 20, 3 + 600 / 160, 8, 20)
    assert found.gradient_squared == pytest.approx(3)
    assert found.variance == pytest.approx(600)
    assert found.tokens == pytest.approx(200)


def test_the_noise_scale_of_a_quadratic_is_its_known_one() -> None:
    # Loss |w − x|²/2, x normal about 0 with deviation 2 in 50 dimensions: the gradient of one
    # sample is w − x, so |G|² = |w|² = 50 · 0.3² = 4.5 and S = 50 · 2² = 200.
    generator = np.random.default_rng(0)
    samples = 0.3 - generator.normal(0, 2, (4000, 16, 50))
    micro = samples.mean(axis=1)
    small, large = (micro**2).sum(axis=1).mean(), (micro.mean(axis=0) ** 2).sum()
    found = training.noise_scale(float(small), float(large), 4000, 16)
    assert found.gradient_squared == pytest.approx(4.5, rel=0.03)
    assert found.variance == pytest.approx(200, rel=0.03)
    assert found.tokens == pytest.approx(200 / 4.5, rel=0.05)


def test_a_gradient_lost_in_noise_has_no_noise_scale() -> None:
    assert training.noise_scale(1.0, 0.1, 4, 10).tokens is None


def test_noise_is_measured_on_the_rows_that_come_next_and_nothing_is_updated(
    tmp_path: Path,
) -> None:
    arm = make_arm(tmp_path, noise_batches=3, training={"steps": 5})
    model, found = run(arm)
    plain_model, _ = run(make_arm(tmp_path, training={"steps": 5}))
    assert all(torch.equal(model.weights[n], plain_model.weights[n]) for n in model.weights)
    data = training.open_data(arm)
    each = []
    for number in range(3):
        rows = rows_between(data.rows, 3, 20 + 4 * number, 4)
        _, gradients = training.gradients_of(model, data.train, rows, 4)
        each.append(torch.cat([part.flatten() for part in gradients]).double().numpy())
    small = np.mean([part @ part for part in each])
    mean = np.mean(each, axis=0)
    assert found.noise is not None
    assert found.noise.tokens_per_micro_batch == 32
    assert found.noise.variance == pytest.approx(
        (small - mean @ mean) / (1 / 32 - 1 / 96), rel=1e-4
    )


def test_one_micro_batch_cannot_measure_noise(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="two micro-batches"):
        make_arm(tmp_path, noise_batches=1)


def test_tokens_beyond_the_vocabulary_are_refused(tmp_path: Path) -> None:
    arm = make_arm(tmp_path, shape=ModelShape(vocabulary=16, width=16, heads=2, context=8))
    with pytest.raises(DataError, match="token 31 among 32 sizes of tokens"):
        training.open_data(arm)
