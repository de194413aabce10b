"""A small decoder as functions over named tensors: states, losses and gradients of weights.

nanochat's choices: RMSNorm without weights, rotary positions, normalised queries and keys, ReLU²,
no bias anywhere, embedding and head apart, head and output projections zero at the start. So the
first loss is ln(vocabulary) exactly, and every block begins as the identity.

Two things are done for one CPU core, where 70 % of the time is matrix products at 92 of some
95 GFLOP/s and the rest is memory traffic. Queries and keys are normalised and rotated together. And
the head's gradient is written out by hand: softmax minus one-hot, in the memory of the logits,
1,024 rows at a time; logits, their logarithms and their gradients never lie in memory side by side.
Together they make a training step's gradients 20 % faster than the same model in plain autograd.

Refused: torch.compile on CPU (29 s to compile, 3 % faster); attention by hand (as fast as
`scaled_dot_product_attention`); complex rotation (3 % faster, not in bfloat16); autograd functions
for norm and ReLU² (3 % faster, forty lines longer).

On CUDA the same code runs in bfloat16 under autocast, compiled. No GPU was at hand to try that; the
compiled path was tried on a CPU.

This module imports torch at its top, and so do `optimizer`, `train` and `evaluate`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from corpuskit.lm.shape import ModelShape

Weights = dict[str, Tensor]
Rotation = tuple[Tensor, Tensor]

ROTARY_BASE: Final = 10_000.0  # Su et al. 2021, arXiv:2104.09864
TIED_DEVIATION: Final = 0.02  # GPT-2's, for an embedding that is also the head
HEAD_ROWS: Final = 1024
"""Positions whose logits are in memory at once: 8 MB at 2,048 tokens of vocabulary."""


@dataclass(frozen=True)
class Model:
    """A model on its device.

    weights : by name; the order is that of the gradients.
    rotation : cosines and signed sines of the rotary positions, each (context, 1, head width).
    body : `hidden`, compiled on CUDA.
    dtype : of the large matrix products.
    """

    shape: ModelShape
    weights: Weights
    rotation: Rotation
    body: Callable[[Weights, Rotation, Tensor, ModelShape], Tensor]
    dtype: torch.dtype

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.weights["embedding"].device


def build(shape: ModelShape, seed: int, device: str = "cpu") -> Model:
    """Make a model with fresh weights on ``cpu`` or ``cuda``."""
    weights = {
        name: tensor.to(device).requires_grad_()
        for name, tensor in initial_weights(shape, seed).items()
    }
    cuda = device == "cuda"
    body = torch.compile(hidden) if cuda else hidden
    dtype = torch.bfloat16 if cuda else torch.float32
    return Model(shape, weights, rotation(shape, device), body, dtype)


def initial_weights(shape: ModelShape, seed: int) -> Weights:
    """Draw the weights: float32, the same for a seed on every machine of one torch version.

    Matrices are uniform with standard deviation 1/√width, the embedding is normal.
    """
    generator = torch.Generator().manual_seed(seed)
    width = shape.width
    deviation = TIED_DEVIATION if shape.tied else 1.0
    bound = math.sqrt(3.0 / width)

    def uniform(rows: int) -> Tensor:
        return torch.empty(rows, width).uniform_(-bound, bound, generator=generator)

    embedding = torch.empty(shape.vocabulary, width)
    weights = {"embedding": embedding.normal_(0.0, deviation, generator=generator)}
    for layer in range(shape.layers):
        weights[f"{layer}.attention_in"] = uniform(3 * width)  # queries, keys, values
        weights[f"{layer}.attention_out"] = torch.zeros(width, width)
        weights[f"{layer}.feed_in"] = uniform(4 * width)
        weights[f"{layer}.feed_out"] = torch.zeros(width, 4 * width)
    if not shape.tied:
        weights["head"] = torch.zeros(shape.vocabulary, width)
    return weights


def rotation(shape: ModelShape, device: str = "cpu") -> Rotation:
    """Return cosines and signed sines: position p turns pair i by p · base^(−2i / head width)."""
    pairs = torch.arange(0, shape.head_width, 2, dtype=torch.float64)
    turns = ROTARY_BASE ** (-pairs / shape.head_width)
    angles = torch.outer(torch.arange(shape.context, dtype=torch.float64), turns)  # (T, D/2)
    cosines, sines = angles.cos(), angles.sin()
    return (
        torch.cat((cosines, cosines), 1)[:, None].float().to(device),  # (T, 1, D)
        torch.cat((-sines, sines), 1)[:, None].float().to(device),
    )


def rotate(values: Tensor, rotation: Rotation) -> Tensor:
    """Turn the pairs (i, i + D/2) of each head by their position: (B, T, H, D), same shape."""
    cosines, sines = rotation
    first, second = values.chunk(2, -1)
    return values * cosines + torch.cat((second, first), -1) * sines


def norm(values: Tensor) -> Tensor:
    """Divide by the root mean square over the last dimension."""
    return F.rms_norm(values, (values.size(-1),))


def hidden(weights: Weights, rotation: Rotation, tokens: Tensor, shape: ModelShape) -> Tensor:
    """Return the states that the head reads: (B, T) token ids → (B, T, C).

    `rotation` is cut to the T positions at hand.
    """
    stream = norm(F.embedding(tokens, weights["embedding"]))
    for layer in range(shape.layers):
        stream = stream + attention(weights, layer, rotation, norm(stream), shape)
        inner = F.relu(F.linear(norm(stream), weights[f"{layer}.feed_in"])).square()
        stream = stream + F.linear(inner, weights[f"{layer}.feed_out"])
    return norm(stream)


def attention(
    weights: Weights, layer: int, rotation: Rotation, values: Tensor, shape: ModelShape
) -> Tensor:
    """Let each position read those before it and itself: (B, T, C) → (B, T, C)."""
    batch, length, width = values.shape
    heads = shape.heads
    mixed = F.linear(values, weights[f"{layer}.attention_in"])  # (B, T, 3C)
    mixed = mixed.view(batch, length, 3 * heads, shape.head_width)
    asked, value = torch.split(mixed, [2 * heads, heads], 2)
    asked = rotate(norm(asked) if shape.qk_norm else asked, rotation)  # (B, T, 2H, D)
    query, key = torch.split(asked.transpose(1, 2).to(value.dtype), heads, 1)  # (B, H, T, D)
    read = F.scaled_dot_product_attention(query, key, value.transpose(1, 2), is_causal=True)
    read = read.transpose(1, 2).reshape(batch, length, width)
    return F.linear(read, weights[f"{layer}.attention_out"])


def states(model: Model, tokens: Tensor) -> Tensor:
    """Run the body of a model: (B, T) → (B, T, C)."""
    cosines, sines = model.rotation
    cut = cosines[: tokens.size(1)], sines[: tokens.size(1)]
    with torch.autocast(model.device.type, model.dtype, enabled=model.dtype != torch.float32):
        return model.body(model.weights, cut, tokens, model.shape)


def head_of(model: Model) -> Tensor:
    """Return the output matrix, (V, C), detached."""
    return model.weights["embedding" if model.shape.tied else "head"].detach()


def token_losses(model: Model, inputs: Tensor, targets: Tensor) -> Tensor:
    """Return the nats of each target, (B, T) float32; without gradients."""
    with torch.inference_mode():
        flat = states(model, inputs).view(-1, model.shape.width).to(model.dtype)
        logits = (flat @ head_of(model).to(model.dtype).t()).float()
        return F.cross_entropy(logits, targets.view(-1), reduction="none").view(targets.shape)


def loss_and_gradients(
    model: Model, inputs: Tensor, targets: Tensor
) -> tuple[Tensor, list[Tensor]]:
    """Return the mean nats per token, a scalar, and its gradients in the order of the weights."""
    names = [name for name in model.weights if name != "head"]
    states_ = states(model, inputs)
    loss, down, of_head = head_gradients(
        states_.detach().view(-1, model.shape.width), head_of(model), targets.view(-1), model.dtype
    )
    found = torch.autograd.grad(
        states_, [model.weights[name] for name in names], down.view_as(states_).to(states_.dtype)
    )
    gradients = [gradient.float() for gradient in found]
    if not model.shape.tied:
        return loss, [*gradients, of_head]
    gradients[names.index("embedding")] += of_head
    return loss, gradients


def head_gradients(
    states: Tensor, head: Tensor, targets: Tensor, dtype: torch.dtype
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the mean cross entropy and its gradients of states and head, by hand.

    Parameters
    ----------
    states : (N, C).
    head : (V, C).
    targets : (N,), token ids.

    Returns
    -------
    Nats per token; (N, C); (V, C).
    """
    states, narrow = states.to(dtype), head.to(dtype)
    count = len(targets)
    total = torch.zeros((), device=head.device)
    down = torch.empty_like(states)
    of_head = torch.zeros(head.size(1), head.size(0), device=head.device)  # (C, V): faster so
    for first in range(0, count, HEAD_ROWS):
        rows, target = states[first : first + HEAD_ROWS], targets[first : first + HEAD_ROWS, None]
        logits = (rows @ narrow.t()).float()  # (R, V)
        highest = logits.amax(1, keepdim=True)
        chosen = logits.gather(1, target)
        shares = logits.sub_(highest).exp_()
        sums = shares.sum(1, keepdim=True)
        total += (sums.log() + highest - chosen).sum()
        shares.mul_(1.0 / (count * sums))  # softmax / N
        shares.scatter_add_(1, target, torch.full_like(chosen, -1.0 / count))
        shares = shares.to(dtype)
        torch.mm(shares, narrow, out=down[first : first + HEAD_ROWS])
        of_head += (rows.t() @ shares).float()
    return total / count, down, of_head.t()
