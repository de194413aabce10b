"""The proxy of `corpuskit pretrain` against plain torch: speed, and what it learns in equal time.

Speed: our training step against a bare loop over the same model, written as one would (autograd
through the head, `torch.optim.AdamW`, Muon matrix by matrix), a block of steps in turn.

Learning: our recipe against nanoGPT's (LayerNorm, learned positions, GELU, tied embedding, AdamW at
1e-3 with warm-up and cosine, weight decay 0.1), the same width, depth, rows and tokenizer, each for
the steps that it makes in the given seconds; bits per byte of the same held-out documents.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

os.environ.update({"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"})

import numpy as np
import polars as pl
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bench.inputs import MEGABYTE, OUT, texts
from corpuskit.lm import evaluate, train
from corpuskit.lm.model import initial_weights
from corpuskit.lm.optimizer import EMBEDDING_RATE, HEAD_RATE
from corpuskit.lm.packing import Encoded, batch, rows_between, save_array
from corpuskit.lm.shape import Arm, ModelShape, Training
from corpuskit.lm.tokenizer import bytes_per_token, encode, train_tokenizer

SHAPE = ModelShape()
ROWS = 8
STEP_TOKENS = ROWS * SHAPE.context
BLOCK_STEPS, BLOCKS = 10, 8
HELD_OUT_SHARE = 20
TEXT_BYTES = 24 * MEGABYTE


def prepare(folder: Path) -> Arm:
    """Tokenise the benchmarks' text; one document in twenty is held out."""
    documents, size = [], 0
    for text in texts():
        documents.append(text)
        size += len(text.encode())
        if size > TEXT_BYTES:
            break
    held, trained = documents[::HELD_OUT_SHARE], documents
    trained = [text for number, text in enumerate(documents) if number % HELD_OUT_SHARE]
    tokenizer = train_tokenizer(trained[:2000], SHAPE.vocabulary)
    for name, each in (("train", trained), ("held", held)):
        Encoded(*encode(tokenizer, pl.Series(each))).save(folder / name)
    save_array(folder / "bytes.npy", bytes_per_token(tokenizer))
    tokens = len(Encoded.load(folder / "train").tokens)
    return Arm(
        "bench", SHAPE, Training(1), str(folder / "train"), tokens,
        {"held": str(folder / "held")}, str(folder / "bytes.npy"),
    )  # fmt: skip


class Bare:
    """The same model and recipe, in plain torch."""

    def __init__(self) -> None:
        self.weights = {name: w.requires_grad_() for name, w in initial_weights(SHAPE, 0).items()}
        self.matrices = {n: w for n, w in self.weights.items() if n[0].isdigit()}
        self.momenta = {name: torch.zeros_like(w) for name, w in self.matrices.items()}
        tables = [
            {"params": [self.weights["embedding"]], "lr": EMBEDDING_RATE},
            {"params": [self.weights["head"]], "lr": HEAD_RATE},
        ]
        self.tables = torch.optim.AdamW(tables, betas=(0.9, 0.95), weight_decay=0.0)
        pairs = torch.arange(0, SHAPE.head_width, 2) / SHAPE.head_width
        angles = torch.outer(torch.arange(SHAPE.context), 10_000.0**-pairs)
        self.cosines, self.sines = angles.cos(), angles.sin()

    def loss(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """Return the mean nats per token."""
        rows, length = inputs.shape
        weights = self.weights

        def norm(x: Tensor) -> Tensor:
            return F.rms_norm(x, (x.size(-1),))

        def rotated(x: Tensor) -> Tensor:
            first, second = x.chunk(2, -1)
            turned = first * self.cosines - second * self.sines
            return torch.cat((turned, first * self.sines + second * self.cosines), -1)

        x = norm(F.embedding(inputs, weights["embedding"]))
        for layer in range(SHAPE.layers):
            mixed = F.linear(norm(x), weights[f"{layer}.attention_in"]).chunk(3, -1)
            q, k, v = (each.view(rows, length, SHAPE.heads, -1).transpose(1, 2) for each in mixed)
            q, k = rotated(norm(q)), rotated(norm(k))
            read = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            read = read.transpose(1, 2).reshape(rows, length, -1)
            x = x + F.linear(read, weights[f"{layer}.attention_out"])
            inner = F.relu(F.linear(norm(x), weights[f"{layer}.feed_in"])).square()
            x = x + F.linear(inner, weights[f"{layer}.feed_out"])
        logits = F.linear(norm(x), weights["head"])
        return F.cross_entropy(logits.view(-1, SHAPE.vocabulary), targets.view(-1))

    def step(self, tokens: Tensor) -> None:
        """Make one optimiser step."""
        for weight in self.weights.values():
            weight.grad = None
        loss = self.loss(tokens[:, :-1], tokens[:, 1:].contiguous())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.weights.values(), 1.0)
        self.tables.step()
        with torch.no_grad():
            for name, weight in self.matrices.items():
                self.muon(weight, self.momenta[name])
        loss.item()

    @staticmethod
    def muon(weight: Tensor, momentum: Tensor) -> None:
        """Update one matrix, or the three of queries, keys and values."""
        gradient = weight.grad
        assert gradient is not None
        momentum.lerp_(gradient, 0.05)
        update = gradient.lerp(momentum, 0.95)
        three = weight.size(0) == 3 * weight.size(1)
        for part, x in zip(
            weight.chunk(3) if three else [weight],
            update.chunk(3) if three else [update],
            strict=True,
        ):
            tall = x.size(0) > x.size(1)
            x = x.t() if tall else x
            x = x / (x.norm() + 1e-7)
            for _ in range(5):
                a = x @ x.t()
                x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
            update = x.t() if tall else x
            part.sub_(0.02 * math.sqrt(max(1.0, part.size(0) / part.size(1))) * update)


class Block(nn.Module):
    """A block of GPT-2."""

    def __init__(self) -> None:
        super().__init__()
        width = SHAPE.width
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.mix, self.read = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) → (B, T, C)."""
        rows, length, width = x.shape
        mixed = self.mix(self.norms[0](x)).chunk(3, -1)
        q, k, v = (each.view(rows, length, SHAPE.heads, -1).transpose(1, 2) for each in mixed)
        read = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.read(read.transpose(1, 2).reshape(rows, length, width))
        return x + self.down(F.gelu(self.up(self.norms[1](x))))


class Gpt(nn.Module):
    """nanoGPT's model, initialised as there."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.tokens = nn.Embedding(SHAPE.vocabulary, SHAPE.width)
        self.places = nn.Embedding(SHAPE.context, SHAPE.width)
        self.blocks = nn.Sequential(*(Block() for _ in range(SHAPE.layers)))
        self.last = nn.LayerNorm(SHAPE.width)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                scaled = name.endswith(("read.weight", "down.weight"))
                nn.init.normal_(weight, 0, 0.02 / math.sqrt(2 * SHAPE.layers if scaled else 1))
            elif name.endswith("bias"):
                nn.init.zeros_(weight)

    def forward(self, inputs: Tensor) -> Tensor:
        """(B, T) → (B, T, V)."""
        x = self.tokens(inputs) + self.places.weight[: inputs.size(1)]
        return F.linear(self.last(self.blocks(x)), self.tokens.weight)


class Baseline:
    """nanoGPT's recipe."""

    def __init__(self, steps: int) -> None:
        self.model, self.steps, self.made = Gpt(), steps, 0
        weights = list(self.model.parameters())
        groups = [
            {"params": [each for each in weights if each.dim() > 1], "weight_decay": 0.1},
            {"params": [each for each in weights if each.dim() < 2], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.95))

    def rate(self) -> float:
        """Five per cent of warm-up, then a cosine down to a tenth."""
        risen = max(1, round(0.05 * self.steps))
        if self.made < risen:
            return 1e-3 * (self.made + 1) / risen
        share = (self.made - risen) / max(1, self.steps - risen)
        return 1e-4 + 0.5 * 9e-4 * (1 + math.cos(math.pi * share))

    def step(self, tokens: Tensor) -> None:
        """Make one optimiser step."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        self.optimizer.zero_grad(set_to_none=True)
        logits = self.model(tokens[:, :-1])
        targets = tokens[:, 1:].contiguous().view(-1)
        loss = F.cross_entropy(logits.view(-1, SHAPE.vocabulary), targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        loss.item()
        self.made += 1

    def bits_per_byte(self, data: train.Data) -> float:
        """Measure the held-out documents as `evaluate` does."""
        held = data.held_out["held"]
        windows, nats = evaluate.plan(held, SHAPE.context), 0.0
        for first in range(0, len(windows.begin), 16):
            begin, length = windows.begin[first : first + 16], windows.length[first : first + 16]
            places = np.minimum(begin[:, None] + np.arange(length[0] + 1), len(held.tokens) - 1)
            tokens = torch.from_numpy(held.tokens[places].astype(np.int64))
            with torch.inference_mode():
                logits = self.model(tokens[:, :-1]).view(-1, SHAPE.vocabulary)
                targets = tokens[:, 1:].reshape(-1)
                losses = F.cross_entropy(logits, targets, reduction="none").view(len(begin), -1)
            nats += float(losses.double().numpy()[np.arange(length[0]) < length[:, None]].sum())
        counted = evaluate.predicted(held)
        size = evaluate.predicted_bytes(held, counted, data.bytes_per_token).sum()
        return nats / (math.log(2) * size)


@dataclass(frozen=True)
class Speeds:
    """Tokens a second of the three loops, and the ratio of each block of ours to the bare one's."""

    ours: float
    bare: float
    baseline: float
    ratio: float


def tokens_of(data: train.Data, step: int) -> Tensor:
    """Return the rows of a step, (B, T + 1)."""
    rows = rows_between(data.rows, 0, step * ROWS, ROWS)
    return torch.from_numpy(batch(data.train, rows, SHAPE.context))


def speeds(arm: Arm, data: train.Data) -> Speeds:
    """Time blocks of steps, the three loops in turn."""
    arm = replace(arm, training=Training(BLOCK_STEPS * (BLOCKS + 1)))
    ours, bare, baseline = train.begin(arm, "cpu"), Bare(), Baseline(1000)
    loops: dict[str, Callable[[int], Any]] = {
        "ours": lambda _step: train.step(ours, arm, data),
        "bare": lambda step: bare.step(tokens_of(data, step)),
        "baseline": lambda step: baseline.step(tokens_of(data, step)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in loops}
    for block in range(BLOCKS + 1):
        for name, step in loops.items():
            begun = time.perf_counter()
            for number in range(block * BLOCK_STEPS, (block + 1) * BLOCK_STEPS):
                step(number)
            seconds[name].append(time.perf_counter() - begun)
    taken = {name: median(each[1:]) for name, each in seconds.items()}  # the first one warms up
    ratios = [b / a for a, b in zip(seconds["ours"][1:], seconds["bare"][1:], strict=True)]
    found = {name: BLOCK_STEPS * STEP_TOKENS / each for name, each in taken.items()}
    return Speeds(found["ours"], found["bare"], found["baseline"], median(ratios))


def learn(arm: Arm, data: train.Data, steps: int) -> tuple[float, float]:
    """Train ours; return bits per byte and seconds without measuring."""
    training = replace(arm, training=Training(steps))
    seconds = [0.0]
    begun = time.perf_counter()

    def watch(_step: int, _loss: float) -> None:
        seconds.append(time.perf_counter() - begun)

    _, found = train.train(training, data, watch=watch)
    bits = found.held_out["held"].bits_per_byte
    assert bits is not None
    return bits, seconds[-1]


def learn_baseline(data: train.Data, steps: int) -> tuple[float, float]:
    """Train nanoGPT's recipe; return bits per byte and seconds without measuring."""
    baseline = Baseline(steps)
    begun = time.perf_counter()
    for step in range(steps):
        baseline.step(tokens_of(data, step))
    seconds = time.perf_counter() - begun
    return baseline.bits_per_byte(data), seconds


def main() -> None:
    """Print both comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each training")
    arguments, _ = parser.parse_known_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    arm = prepare(OUT / "proxy")
    data = train.open_data(arm)
    found = speeds(arm, data)
    print(f"tokens/s, one thread: ours {found.ours:,.0f} : bare loop {found.bare:,.0f}")
    print(f"ours is {found.ratio:.2f} × the bare loop (median of {BLOCKS} pairs of blocks)")
    steps = [max(20, round(arguments.seconds * speed / STEP_TOKENS))
             for speed in (found.ours, found.baseline)]  # fmt: skip
    for name, count, (bits, seconds) in (
        ("ours", steps[0], learn(arm, data, steps[0])),
        ("nanoGPT's recipe", steps[1], learn_baseline(data, steps[1])),
    ):
        tokens = count * STEP_TOKENS
        print(f"{name:17} {seconds:5.0f} s {tokens:>10,} tokens {bits:.3f} bits per byte")


if __name__ == "__main__":
    main()
