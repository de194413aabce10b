"""The training loop: a function of the arm and its data alone.

Whatever decides a batch is a function of the step (`packing.rows_of_step`, `optimizer.schedule`),
so a checkpoint is no more than the weights, the optimisers' state and what was recorded. A run that
was killed goes on behind its last checkpoint and ends with the same bits; how often checkpoints are
taken changes nothing.

Losses and gradient norms stay on the device; every `LOOK_EVERY` steps they are looked at. What is
NaN or infinite then ends the training. By step numbers, not by the clock: this too is repeatable.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from corpuskit.errors import DataError
from corpuskit.lm import packing
from corpuskit.lm.evaluate import document_losses
from corpuskit.lm.model import Model, build, loss_and_gradients
from corpuskit.lm.optimizer import Optimizer, optimizers, schedule
from corpuskit.lm.packing import Encoded
from corpuskit.lm.results import DocumentLosses, Trained
from corpuskit.lm.shape import Arm, NoiseScale
from corpuskit.writers import atomic

LOOK_EVERY: Final = 10
CHECKPOINT_SECONDS: Final = 15.0

Watch = Callable[[int, float], None]
"""Told the steps made and the last loss at every look."""


@dataclass(frozen=True)
class Data:
    """An arm's files, opened.

    rows : of an epoch of the arm's tokens.
    """

    train: Encoded
    rows: int
    held_out: dict[str, Encoded]
    bytes_per_token: Any


@dataclass
class Run:
    """A training as it stands; all of it goes into a checkpoint.

    losses, norms : (steps,) on the device, filled up to `step`.
    """

    model: Model
    optimizers: list[Optimizer]
    losses: Tensor
    norms: Tensor
    step: int = 0
    curve: list[dict[str, Any]] = field(default_factory=list)


def open_data(arm: Arm) -> Data:
    """Open the files of an arm, and check that they fit its model.

    Raises
    ------
    DataError
        If a file is missing or damaged, the tokens are too few, or a token has no place in the
        vocabulary.
    """
    train = Encoded.load(Path(arm.train))
    held_out = {name: Encoded.load(Path(path)) for name, path in arm.held_out.items()}
    bytes_per_token = packing.load_array(Path(arm.bytes_per_token))
    vocabulary = arm.shape.vocabulary
    highest = max(int(each.tokens.max(initial=0)) for each in (train, *held_out.values()))
    if not highest < len(bytes_per_token) <= vocabulary:
        raise DataError(
            f"{arm.train}: token {highest} among {len(bytes_per_token)} sizes of tokens, for a "
            f"vocabulary of {vocabulary}; encode the text with the model's tokenizer"
        )
    return Data(train, packing.row_count(train, arm), held_out, np.asarray(bytes_per_token))


def train(
    arm: Arm,
    data: Data,
    device: str = "cpu",
    *,
    checkpoint: Path | None = None,
    digest: str = "",
    watch: Watch = lambda _step, _loss: None,
    every_seconds: float = CHECKPOINT_SECONDS,
) -> tuple[Model, Trained]:
    """Train an arm to its end, and measure it.

    Parameters
    ----------
    checkpoint : where to go on from and to leave checkpoints; None: nowhere.
    digest : of the arm; a checkpoint of another digest is not used.
    every_seconds : between checkpoints.
    """
    run = begin(arm, device)
    if checkpoint is not None:
        restore(run, checkpoint, digest)
    watch(run.step, math.nan)
    saved = time.monotonic()
    broken = None
    while run.step < arm.training.steps and broken is None:
        step(run, arm, data)
        if arm.evaluate_every and run.step % arm.evaluate_every == 0:
            run.curve.append(point(run, data))
        if run.step % LOOK_EVERY and run.step < arm.training.steps:
            continue
        broken = first_nonfinite(run)
        watch(run.step, float(run.losses[run.step - 1]))
        if checkpoint is not None and time.monotonic() - saved > every_seconds:
            save(run, checkpoint, digest)
            saved = time.monotonic()
    return run.model, finish(run, arm, data, broken)


def begin(arm: Arm, device: str) -> Run:
    """Make a model and its optimisers as they are before the first step."""
    model = build(arm.shape, arm.training.seed, device)
    empty = torch.full((arm.training.steps,), math.nan, device=device)
    return Run(model, optimizers(model.weights, arm.training), empty, empty.clone())


def step(run: Run, arm: Arm, data: Data) -> None:
    """Make one optimiser step."""
    training = arm.training
    rows = packing.rows_of_step(data.rows, arm, run.step)
    loss, gradients = gradients_of(run.model, data.train, rows, training.batch)
    norm = gradient_norm(gradients)
    if training.clip is not None:
        torch._foreach_mul_(gradients, (training.clip / (norm + 1e-6)).clamp(max=1.0))
    named = dict(zip(run.model.weights, gradients, strict=True))
    for each in run.optimizers:
        each.step(named, schedule(training, run.step))
    run.losses[run.step], run.norms[run.step] = loss, norm
    run.step += 1


def gradients_of(
    model: Model, encoded: Encoded, rows: Any, batch: int
) -> tuple[Tensor, list[Tensor]]:
    """Return loss and gradients of all rows, `batch` of them in memory at once."""
    tokens = torch.from_numpy(packing.batch(encoded, rows, model.shape.context)).to(model.device)
    micro_batches = torch.split(tokens, batch)
    loss, gradients = loss_and_gradients(model, *shifted(micro_batches[0]))
    for each in micro_batches[1:]:
        more, further = loss_and_gradients(model, *shifted(each))
        loss = loss + more
        torch._foreach_add_(gradients, further)
    if len(micro_batches) > 1:
        loss = loss / len(micro_batches)
        torch._foreach_div_(gradients, float(len(micro_batches)))
    return loss, gradients


def shifted(tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Part rows of context + 1 tokens into inputs and their successors."""
    return tokens[:, :-1], tokens[:, 1:].contiguous()


def gradient_norm(gradients: list[Tensor]) -> Tensor:
    """Return the Euclidean norm of all gradients together, a scalar."""
    each = torch.stack(torch._foreach_norm(gradients))
    whole: Tensor = torch.linalg.vector_norm(each)
    return whole


def first_nonfinite(run: Run) -> tuple[str, int] | None:
    """Return what was not finite first, and at which step; None where all is well."""
    found = [
        (int(bad[0]), name)
        for name, values in (("loss", run.losses), ("gradient", run.norms))
        if len(bad := (~torch.isfinite(values[: run.step])).nonzero())
    ]
    if found:
        at, name = min(found, key=lambda each: each[0])  # a bad loss comes before its gradient
        return name, at
    weights = list(run.model.weights.values())
    if not all(bool(torch.isfinite(each).all()) for each in weights):
        return "weights", run.step - 1
    return None


def finish(run: Run, arm: Arm, data: Data, broken: tuple[str, int] | None) -> Trained:
    """Measure the trained model and gather what was recorded."""
    made = run.step if broken is None else broken[1] + 1
    return Trained(
        losses=run.losses[:made].double().cpu().numpy(),
        gradient_norms=run.norms[:made].double().cpu().numpy(),
        rates=np.array([schedule(arm.training, each) for each in range(made)]),
        nonfinite=None if broken is None else broken[0],
        nonfinite_step=None if broken is None else broken[1],
        held_out={} if broken is not None else measured(run.model, data),
        curve=tuple(run.curve),
        noise=measure_noise(run, arm, data) if arm.noise_batches and broken is None else None,
    )


def measured(model: Model, data: Data) -> dict[str, DocumentLosses]:
    """Measure every held-out set."""
    return {
        name: document_losses(model, encoded, data.bytes_per_token)
        for name, encoded in data.held_out.items()
    }


def point(run: Run, data: Data) -> dict[str, Any]:
    """Return bits per byte of the held-out sets as they are now; None for what is not finite."""
    found = {name: losses.bits_per_byte for name, losses in measured(run.model, data).items()}
    finite = {
        name: value if value is not None and math.isfinite(value) else None
        for name, value in found.items()
    }
    return {"step": run.step, "held_out": finite}


def measure_noise(run: Run, arm: Arm, data: Data) -> NoiseScale:
    """Measure the gradient noise scale on the micro-batches that would come next; no update."""
    total: list[Tensor] = []
    squares = 0.0
    size = arm.training.batch
    first = arm.training.steps * arm.training.rows_per_step
    for number in range(arm.noise_batches):
        rows = packing.rows_between(data.rows, arm.training.seed, first + number * size, size)
        _, gradients = gradients_of(run.model, data.train, rows, size)
        squares += float(gradient_norm(gradients)) ** 2
        if total:
            torch._foreach_add_(total, gradients)
        else:
            total = gradients
    whole = (float(gradient_norm(total)) / arm.noise_batches) ** 2
    return noise_scale(
        squares / arm.noise_batches, whole, arm.noise_batches, size * arm.shape.context
    )


def noise_scale(small: float, large: float, micro_batches: int, tokens: int) -> NoiseScale:
    """Estimate |G|² and S from squared gradient norms at two batch sizes.

    McCandlish et al. 2018, appendix A.1: E|G_B|² = |G|² + S / B at every batch size B.

    Parameters
    ----------
    small : mean squared norm of the micro-batches' gradients.
    large : squared norm of the mean of those gradients.
    micro_batches : how many there were.
    tokens : of each.
    """
    whole = micro_batches * tokens
    squared = (whole * large - tokens * small) / (whole - tokens)
    variance = (small - large) / (1.0 / tokens - 1.0 / whole)
    scale = variance / squared if squared > 0 else None
    return NoiseScale(scale, squared, variance, micro_batches, tokens)


def save(run: Run, path: Path, digest: str) -> None:
    """Write a checkpoint, atomically."""
    found = {
        "digest": digest,
        "step": run.step,
        "weights": {name: weight.detach() for name, weight in run.model.weights.items()},
        "optimizers": [each.state() for each in run.optimizers],
        "losses": run.losses,
        "norms": run.norms,
        "curve": run.curve,
    }
    with atomic(path) as file:
        torch.save(found, file)


def restore(run: Run, path: Path, digest: str) -> None:
    """Go on from a checkpoint where there is one of this digest."""
    if not path.exists():
        return
    found = torch.load(path, map_location=run.model.device, weights_only=True)
    if found["digest"] != digest:
        return
    with torch.no_grad():
        for name, weight in run.model.weights.items():
            weight.copy_(found["weights"][name])
    for each, state in zip(run.optimizers, found["optimizers"], strict=True):
        each.restore(state)
    run.losses.copy_(found["losses"])
    run.norms.copy_(found["norms"])
    run.step, run.curve = found["step"], found["curve"]
