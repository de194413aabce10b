"""Muon for matrices and AdamW for tables, updating weights in place, with state that can be saved.

Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon): the momentum of a matrix's gradient,
replaced by the nearest orthogonal matrix, found by five Newton–Schulz steps. The quintic's
coefficients are Jordan's: they bring singular values to between 0.7 and 1.2, not to 1, in few
steps. Matrices of one size go through them together, in float32: torch.optim.Muon casts to
bfloat16, which took 13 times as long on a CPU without such arithmetic.

The split between the two and Muon's rate are nanochat's. It scales its rates for tables by
√(768 / width), which is 2.8 here; measured on web text in many languages, 192 and 600 steps of the
proxy: embedding 0.01 and head 0.004 end at 3.66 and 3.20 bits per byte, 0.1 and 0.01 at 3.49 and
3.10, 0.3 and 0.01 at 3.47 and 3.09. Head 0.02 and Muon 0.03 were worse, Muon 0.015 as good. The
order of good and bad data stays what it should be: each text twice instead of new text costs 0.07.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, Protocol

import torch
from torch import Tensor

from corpuskit.lm.model import Weights
from corpuskit.lm.shape import Training

MUON_RATE: Final = 0.02
EMBEDDING_RATE: Final = 0.2
HEAD_RATE: Final = 1e-2
ADAMW_RATE: Final = 1e-3
MOMENTUM: Final = 0.95
BETAS: Final = (0.9, 0.95)
EPSILON: Final = 1e-8
ADAMW_DECAY: Final = 0.01
"""Weight decay where AdamW trains everything: torch's default, and so minimind's."""

NEWTON_SCHULZ_STEPS: Final = 5
QUINTIC: Final = (3.4445, -4.7750, 2.0315)  # Jordan et al. 2024


class Optimizer(Protocol):
    """What updates a part of the weights."""

    names: list[str]

    def step(self, gradients: dict[str, Tensor], scale: float) -> None:
        """Update the weights once, at `scale` times the peak rate."""

    def state(self) -> dict[str, Any]:
        """Return what the next step depends on, for `torch.save`."""

    def restore(self, found: dict[str, Any]) -> None:
        """Take back a saved state."""


def optimizers(weights: Weights, training: Training) -> list[Optimizer]:
    """Return the optimisers of all weights."""
    if training.optimizer == "adamw":
        rate = ADAMW_RATE if training.rate is None else training.rate
        return [AdamW(weights, list(weights), rate, decay=ADAMW_DECAY)]
    scale = 1.0 if training.rate is None else training.rate
    tables = {"embedding": EMBEDDING_RATE, "head": HEAD_RATE}
    matrices = [name for name in weights if name not in tables]
    return [
        Muon(weights, matrices, scale * MUON_RATE),
        *(AdamW(weights, [name], scale * tables[name]) for name in tables if name in weights),
    ]


def schedule(training: Training, step: int) -> float:
    """Return the share of the peak rate at a step, from 0: up, flat, down, or constant.

    Examples
    --------
    >>> training = Training(10, warmup=0.2, flat=0.6, final=0.1)
    >>> [round(schedule(training, step), 3) for step in range(10)]
    [0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 0.775, 0.55, 0.325, 0.1]
    """
    if training.constant:
        return 1.0
    steps = training.steps
    risen, falling = math.ceil(training.warmup * steps), round(training.flat * steps)
    if step < risen:
        return (step + 1) / risen
    if step < falling:
        return 1.0
    return 1.0 - (1.0 - training.final) * (step + 1 - falling) / (steps - falling)


class AdamW:
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019), as torch.optim.AdamW."""

    def __init__(
        self, weights: Weights, names: list[str], rate: float, *, decay: float = 0.0
    ) -> None:
        self.names, self.rate, self.decay = names, rate, decay
        self.weights = [weights[name].detach() for name in names]
        self.means = [torch.zeros_like(weight) for weight in self.weights]
        self.squares = [torch.zeros_like(weight) for weight in self.weights]
        self.steps = 0

    def step(self, gradients: dict[str, Tensor], scale: float) -> None:
        """Update the weights once."""
        own = [gradients[name] for name in self.names]
        rate, (beta, gamma) = scale * self.rate, BETAS
        self.steps += 1
        torch._foreach_lerp_(self.means, own, 1.0 - beta)
        torch._foreach_mul_(self.squares, gamma)
        torch._foreach_addcmul_(self.squares, own, own, 1.0 - gamma)
        roots = torch._foreach_sqrt(self.squares)
        torch._foreach_div_(roots, math.sqrt(1.0 - gamma**self.steps))
        torch._foreach_add_(roots, EPSILON)
        if self.decay:
            torch._foreach_mul_(self.weights, 1.0 - rate * self.decay)
        size = rate / (1.0 - beta**self.steps)
        torch._foreach_addcdiv_(self.weights, self.means, roots, -size)

    def state(self) -> dict[str, Any]:
        """Return both moments and the number of steps."""
        return {"means": self.means, "squares": self.squares, "steps": self.steps}

    def restore(self, found: dict[str, Any]) -> None:
        """Take back a saved state."""
        torch._foreach_copy_(self.means, found["means"])
        torch._foreach_copy_(self.squares, found["squares"])
        self.steps = found["steps"]


class Muon:
    """Momentum, orthogonalised; queries, keys and values count as matrices of their own."""

    def __init__(self, weights: Weights, names: list[str], rate: float) -> None:
        self.names, self.rate = names, rate
        self.weights = [weights[name].detach() for name in names]
        self.momenta = [torch.zeros_like(weight) for weight in self.weights]

    def step(self, gradients: dict[str, Tensor], scale: float) -> None:
        """Update the weights once."""
        own = [gradients[name] for name in self.names]
        torch._foreach_lerp_(self.momenta, own, 1.0 - MOMENTUM)
        ahead = torch._foreach_lerp(own, self.momenta, MOMENTUM)  # Nesterov
        updates = orthogonalised(parts(self.names, ahead))
        for part, update in zip(parts(self.names, self.weights), updates, strict=True):
            rows, columns = part.shape
            part.add_(update, alpha=-scale * self.rate * math.sqrt(max(1.0, rows / columns)))

    def state(self) -> dict[str, Any]:
        """Return the momenta."""
        return {"momenta": self.momenta}

    def restore(self, found: dict[str, Any]) -> None:
        """Take back a saved state."""
        torch._foreach_copy_(self.momenta, found["momenta"])


def parts(names: list[str], matrices: Sequence[Tensor]) -> list[Tensor]:
    """Cut matrices of queries, keys and values into the three that they hold; all are views."""
    found: list[Tensor] = []
    for name, matrix in zip(names, matrices, strict=True):
        found.extend(matrix.chunk(3) if name.endswith("attention_in") else (matrix,))
    return found


def orthogonalised(matrices: list[Tensor]) -> list[Tensor]:
    """Return each matrix with its singular values near 1; those of one size are done at once."""
    wide = [each.t() if each.size(0) > each.size(1) else each for each in matrices]
    by_size: dict[torch.Size, list[int]] = {}
    for place, each in enumerate(wide):
        by_size.setdefault(each.shape, []).append(place)
    found: list[Tensor] = list(wide)
    for places in by_size.values():
        done = newton_schulz(torch.stack([wide[place] for place in places]))
        for place, each in zip(places, done, strict=True):
            tall = matrices[place].size(0) > matrices[place].size(1)
            found[place] = each.t() if tall else each
    return found


def newton_schulz(stack: Tensor) -> Tensor:
    """Bring the singular values of wide matrices, (K, R, C) with R ≤ C, to between 0.7 and 1.2."""
    linear, cubic, quintic = QUINTIC
    stack = stack / (torch.linalg.vector_norm(stack, dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(NEWTON_SCHULZ_STEPS):
        squared = stack @ stack.transpose(1, 2)  # (K, R, R)
        factor = torch.baddbmm(squared, squared, squared, beta=cubic, alpha=quintic)
        stack = torch.baddbmm(stack, factor, stack, beta=linear)
    return stack
