from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from corpuskit.errors import ConfigError  # noqa: E402
from corpuskit.lm import model as proxy  # noqa: E402
from corpuskit.lm.shape import ModelShape, minimind_shape  # noqa: E402
from tests.lm.made_streams import TINY  # noqa: E402


def stirred(shape: ModelShape = TINY, seed: int = 0) -> proxy.Model:
    """A model whose zero matrices are no longer zero."""
    made = proxy.build(shape, seed)
    generator = torch.Generator().manual_seed(99)
    with torch.no_grad():
        for weight in made.weights.values():
            weight.add_(0.2 * torch.randn(weight.shape, generator=generator))
    return made


def tokens(rows: int = 3, length: int = 8, vocabulary: int = 32, seed: int = 0) -> Any:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(vocabulary, (rows, length), generator=generator)


def slow_hidden(weights: dict[str, Any], shape: ModelShape, ids: list[int]) -> Any:
    """One row, one position after the other, in float64, rotations as complex numbers."""
    weights = {name: weight.detach().double().numpy() for name, weight in weights.items()}
    width, half = shape.head_width, shape.head_width // 2

    def norm(x: Any) -> Any:
        return x / np.sqrt((x * x).mean() + np.finfo(np.float32).eps)

    def rotated(x: Any, position: int) -> Any:
        turns = [position * 10_000.0 ** (-2 * pair / width) for pair in range(half)]
        turned = (x[:half] + 1j * x[half:]) * np.exp(1j * np.array(turns))
        return np.concatenate((turned.real, turned.imag))

    stream = [norm(weights["embedding"][token]) for token in ids]
    for layer in range(shape.layers):
        asked: list[Any] = []
        for position, x in enumerate(stream):
            q, k, v = np.split(weights[f"{layer}.attention_in"] @ norm(x), 3)
            heads = []
            for head in range(shape.heads):
                own = slice(head * width, (head + 1) * width)
                pair = (norm(q[own]), norm(k[own])) if shape.qk_norm else (q[own], k[own])
                heads.append((rotated(pair[0], position), rotated(pair[1], position), v[own]))
            asked.append(heads)
        for position, x in enumerate(stream):
            read = []
            for head in range(shape.heads):
                seen = [each[head] for each in asked[: position + 1]]
                scores = np.array([asked[position][head][0] @ key for _, key, _ in seen])
                shares = np.exp(scores / math.sqrt(width))
                shares /= shares.sum()
                read.append(sum(share * v for share, (_, _, v) in zip(shares, seen, strict=True)))
            x = x + weights[f"{layer}.attention_out"] @ np.concatenate(read)
            inner = np.maximum(weights[f"{layer}.feed_in"] @ norm(x), 0.0) ** 2
            stream[position] = x + weights[f"{layer}.feed_out"] @ inner
    return np.array([norm(x) for x in stream])


@pytest.mark.parametrize("qk_norm", [True, False])
def test_the_states_are_those_of_a_plain_loop_in_float64(qk_norm: bool) -> None:
    made = stirred(replace(TINY, qk_norm=qk_norm))
    ids = tokens(rows=2)
    found = proxy.states(made, ids).detach().numpy()
    for row in range(2):
        slow = slow_hidden(made.weights, made.shape, ids[row].tolist())
        np.testing.assert_allclose(found[row], slow, atol=2e-5)


@pytest.mark.parametrize("vocabulary", [32, 2048])
def test_the_first_loss_is_the_logarithm_of_the_vocabulary(vocabulary: int) -> None:
    made = proxy.build(replace(TINY, vocabulary=vocabulary), seed=0)
    loss, _ = proxy.loss_and_gradients(made, tokens(), tokens(seed=1))
    assert float(loss) == pytest.approx(math.log(vocabulary), rel=1e-6)


@pytest.mark.parametrize("tied", [False, True])
def test_the_hand_written_gradients_are_those_of_autograd(
    tied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proxy, "HEAD_ROWS", 7)  # several blocks, the last one short
    made = stirred(replace(TINY, tied=tied))
    inputs, targets = tokens(), tokens(seed=1)
    loss, gradients = proxy.loss_and_gradients(made, inputs, targets)
    head = made.weights["embedding" if tied else "head"]
    logits = proxy.states(made, inputs) @ head.t()
    plain = torch.nn.functional.cross_entropy(logits.view(-1, 32), targets.view(-1))
    slow = torch.autograd.grad(plain, list(made.weights.values()))
    assert float(loss) == pytest.approx(plain.item(), rel=1e-6)
    assert len(gradients) == len(slow)
    for mine, theirs in zip(gradients, slow, strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-6, rtol=1e-4)


def test_token_losses_are_those_whose_mean_is_the_training_loss() -> None:
    made = stirred()
    losses = proxy.token_losses(made, tokens(), tokens(seed=1))
    loss, _ = proxy.loss_and_gradients(made, tokens(), tokens(seed=1))
    assert losses.shape == (3, 8)
    assert float(losses.mean()) == pytest.approx(float(loss), rel=1e-5)


def test_no_position_sees_what_follows_it() -> None:
    made = stirred()
    first = tokens()
    second = first.clone()
    second[:, 5:] = (second[:, 5:] + 1) % 32
    before, after = proxy.states(made, first), proxy.states(made, second)
    torch.testing.assert_close(before[:, :5], after[:, :5], atol=1e-6, rtol=0)
    assert (before[:, 5:] - after[:, 5:]).abs().max() > 0.01


def test_rotated_products_depend_on_the_distance_alone() -> None:
    shape = ModelShape(context=20)
    query, key = torch.randn(2, 1, 1, 1, shape.head_width)
    cosines, sines = proxy.rotation(shape)

    def at(values: Any, position: int) -> Any:
        return proxy.rotate(values, (cosines[position, None], sines[position, None])).flatten()

    products = [float(at(query, place) @ at(key, place - 3)) for place in (3, 7, 19)]
    assert products == pytest.approx([products[0]] * 3, abs=1e-4)
    assert float(at(query, 7) @ at(key, 5)) != pytest.approx(products[0], abs=1e-3)


@pytest.mark.parametrize("shape", [TINY, ModelShape(), ModelShape(tied=True)])
def test_as_many_numbers_are_trained_as_the_shape_says(shape: ModelShape) -> None:
    weights = proxy.initial_weights(shape, 0)
    assert sum(weight.numel() for weight in weights.values()) == shape.parameters


def test_the_shape_for_a_gpu_has_minimind_s_size_within_a_quarter() -> None:
    # 26M with a tied embedding of 3.3M; ours has a head of its own.
    assert minimind_shape().parameters == 512 * (2 * 6400 + 12 * 8 * 512) == 31_719_424


def test_a_seed_gives_the_same_weights_and_another_seed_others() -> None:
    first, again, other = (proxy.initial_weights(TINY, seed) for seed in (4, 4, 5))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["embedding"], other["embedding"])


def test_the_path_of_a_gpu_in_bfloat16_gives_nearly_the_same_gradients() -> None:
    made = stirred()
    narrow = replace(made, dtype=torch.bfloat16)
    (loss, gradients), (wide, expected) = (
        proxy.loss_and_gradients(each, tokens(), tokens(seed=1)) for each in (narrow, made)
    )
    assert float(loss) == pytest.approx(float(wide), rel=0.01)
    for mine, theirs in zip(gradients, expected, strict=True):
        assert mine.dtype == torch.float32
        assert torch.nn.functional.cosine_similarity(mine.flatten(), theirs.flatten(), 0) > 0.99


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # inside torch.compile itself
def test_the_compiled_body_gives_the_same_gradients() -> None:
    made = stirred()
    compiled = replace(made, body=torch.compile(proxy.hidden))
    for mine, theirs in zip(
        proxy.loss_and_gradients(compiled, tokens(), tokens(seed=1))[1],
        proxy.loss_and_gradients(made, tokens(), tokens(seed=1))[1],
        strict=True,
    ):
        torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-3)


@pytest.mark.parametrize(
    "sizes", [{"heads": 5}, {"width": 9, "heads": 3}, {"layers": 0}, {"vocabulary": 65_537}]
)
def test_sizes_that_cannot_be_built_are_refused(sizes: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="model: "):
        ModelShape(**sizes)  # type: ignore[arg-type]
