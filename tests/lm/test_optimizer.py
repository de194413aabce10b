from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from corpuskit.errors import ConfigError  # noqa: E402
from corpuskit.lm import optimizer  # noqa: E402
from corpuskit.lm.model import initial_weights  # noqa: E402
from corpuskit.lm.shape import Training  # noqa: E402
from tests.lm.made_streams import TINY  # noqa: E402


def gradients(weights: dict[str, Any], seed: int) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(seed)
    return {
        name: torch.randn(weight.shape, generator=generator) for name, weight in weights.items()
    }


def test_the_rate_rises_stays_and_falls_as_written() -> None:
    training = Training(20, warmup=0.05, flat=0.5, final=0.05)
    shares = [optimizer.schedule(training, step) for step in range(20)]
    assert shares[:10] == [1.0] * 10  # a warm-up of one step is its peak
    assert shares[10:] == pytest.approx([1 - 0.95 * (step + 1) / 10 for step in range(10)])
    assert shares[-1] == pytest.approx(0.05)


def test_the_warm_up_is_linear() -> None:
    training = Training(100, warmup=0.04, flat=0.5)
    assert [optimizer.schedule(training, step) for step in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]


def test_a_constant_rate_has_no_warm_up() -> None:
    training = Training(7, constant=True)
    assert {optimizer.schedule(training, step) for step in range(7)} == {1.0}


def test_a_schedule_without_a_fall_stays_at_its_peak() -> None:
    assert optimizer.schedule(Training(10, flat=1.0), 9) == 1.0


def test_shares_of_the_schedule_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"warm-up until 0\.6, flat until 0\.5"):
        Training(10, warmup=0.6, flat=0.5)


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_adamw_is_torch_s(decay: float) -> None:
    weights = initial_weights(TINY, 0)
    theirs = {name: weight.clone().requires_grad_() for name, weight in weights.items()}
    reference = torch.optim.AdamW(
        list(theirs.values()), lr=0.01, betas=(0.9, 0.95), eps=1e-8, weight_decay=decay
    )
    mine = optimizer.AdamW(weights, list(weights), 0.02, decay=decay)
    for step in range(12):
        given = gradients(weights, step)
        for name, weight in theirs.items():
            weight.grad = given[name].clone()
        reference.step()
        mine.step(given, 0.5)
    for name, weight in theirs.items():
        torch.testing.assert_close(weights[name], weight.detach(), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("size", [(6, 6), (5, 20), (20, 5)])
def test_newton_schulz_does_to_singular_values_what_its_polynomial_does(
    size: tuple[int, int],
) -> None:
    matrix = np.random.default_rng(3).normal(size=size)
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    values = values / math.sqrt((values**2).sum())
    for _ in range(5):
        values = 3.4445 * values - 4.7750 * values**3 + 2.0315 * values**5
    (found,) = optimizer.orthogonalised([torch.from_numpy(matrix).float()])
    np.testing.assert_allclose(found.numpy(), left @ np.diag(values) @ right, atol=1e-4)


def test_an_orthogonalised_matrix_has_singular_values_near_one() -> None:
    generator = torch.Generator().manual_seed(0)
    matrices = [torch.randn(96, columns, generator=generator) for columns in (384, 192)]
    for found in optimizer.orthogonalised(matrices):
        values = torch.linalg.svdvals(found)
        assert 0.65 < float(values.min()) <= float(values.max()) < 1.25


def test_matrices_of_all_sizes_come_back_in_their_places() -> None:
    generator = torch.Generator().manual_seed(0)
    sizes = [(4, 4), (12, 4), (4, 12), (4, 4), (12, 4)]
    matrices = [torch.randn(*size, generator=generator) for size in sizes]
    together = optimizer.orthogonalised(matrices)
    for each, found in zip(matrices, together, strict=True):
        torch.testing.assert_close(found, optimizer.orthogonalised([each])[0])


def plain_muon(weight: Any, momentum: Any, gradient: Any, rate: float) -> Any:
    """Muon for one matrix, as its author wrote it, in float64."""
    momentum += 0.05 * (gradient - momentum)
    update = gradient + 0.95 * (momentum - gradient)
    tall = update.shape[0] > update.shape[1]
    x = update.T if tall else update
    x = x / np.linalg.norm(x)
    for _ in range(5):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    update = x.T if tall else x
    weight -= rate * math.sqrt(max(1.0, update.shape[0] / update.shape[1])) * update


def test_muon_is_its_plain_version_and_treats_queries_keys_and_values_apart() -> None:
    weights = {name: each for name, each in initial_weights(TINY, 0).items() if name[0] in "01"}
    slow: dict[str, list[Any]] = {}
    for name, weight in weights.items():
        pieces = 3 if name.endswith("attention_in") else 1
        slow[name] = np.split(weight.double().numpy().copy(), pieces)
    momenta = {name: [np.zeros_like(piece) for piece in each] for name, each in slow.items()}
    mine = optimizer.Muon(weights, list(weights), 0.04)
    for step in range(4):
        given = gradients(weights, step)
        mine.step(given, 0.5)
        for name, pieces in slow.items():
            parts = np.split(given[name].double().numpy(), len(pieces))
            for piece, momentum, part in zip(pieces, momenta[name], parts, strict=True):
                plain_muon(piece, momentum, part, 0.02)
    for name, pieces in slow.items():
        np.testing.assert_allclose(weights[name].numpy(), np.concatenate(pieces), atol=1e-4)


def test_matrices_without_a_gradient_stay_as_they_are() -> None:
    weights = initial_weights(TINY, 0)
    before = weights["0.feed_in"].clone()
    muon = optimizer.Muon(weights, ["0.feed_in"], 0.1)
    muon.step({"0.feed_in": torch.zeros_like(before)}, 1.0)
    assert torch.equal(weights["0.feed_in"], before)


@pytest.mark.parametrize("kind", ["muon", "adamw"])
def test_an_optimiser_goes_on_from_its_saved_state(kind: Any) -> None:
    training = Training(10, optimizer=kind)
    weights = initial_weights(TINY, 0)
    first = optimizer.optimizers(weights, training)
    for each in first:
        each.step(gradients(weights, 0), 1.0)
    copies = {name: weight.clone() for name, weight in weights.items()}
    second = optimizer.optimizers(copies, training)
    for each, other in zip(first, second, strict=True):
        other.restore(each.state())
        each.step(gradients(weights, 1), 1.0)
        other.step(gradients(weights, 1), 1.0)
    assert all(torch.equal(weights[name], copies[name]) for name in weights)


@pytest.mark.parametrize("kind", ["muon", "adamw"])
def test_every_weight_has_exactly_one_optimiser(kind: Any) -> None:
    weights = initial_weights(TINY, 0)
    found = [
        name
        for each in optimizer.optimizers(weights, Training(1, optimizer=kind))
        for name in each.names
    ]
    assert sorted(found) == sorted(weights)


def test_a_given_rate_is_adamw_s_own_and_scales_muon_s() -> None:
    weights = initial_weights(TINY, 0)
    adamw = optimizer.optimizers(weights, Training(1, optimizer="adamw", rate=0.1))
    muon = optimizer.optimizers(weights, Training(1, rate=0.5))
    assert [each.rate for each in adamw] == [0.1]  # type: ignore[attr-defined]
    assert [each.rate for each in muon] == [0.01, 0.1, 0.005]  # type: ignore[attr-defined]
