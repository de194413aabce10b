"""Token streams and arms for the tests of training, made with numpy alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from corpuskit.lm.packing import Encoded, save_array
from corpuskit.lm.shape import Arm, ModelShape, Training

TINY = ModelShape(vocabulary=32, width=16, layers=2, heads=2, context=8)


def stream(documents: int = 60, seed: int = 0, vocabulary: int = 32, longest: int = 40) -> Encoded:
    """Documents in which a token is mostly followed by the next higher one, so there is a rule."""
    generator = np.random.default_rng(seed)
    lengths = generator.integers(1, longest, documents)
    parts = []
    for length in lengths.tolist():
        jumps = np.where(generator.random(length) < 0.8, 1, generator.integers(1, 9, length))
        first = generator.integers(1, vocabulary)
        body = (first + np.cumsum(jumps)) % (vocabulary - 1) + 1
        parts.append(np.concatenate(([0], body)))
    starts = np.concatenate(([0], np.cumsum(lengths + 1)))
    return Encoded(np.concatenate(parts).astype(np.uint16), starts.astype(np.int64))


def sizes(vocabulary: int = 32) -> Any:
    """Bytes of each token: 1, 2, 3, 1, 2, … and none for END."""
    found = np.arange(vocabulary) % 3 + 1
    found[0] = 0
    return found.astype(np.int64)


def make_arm(folder: Path, name: str = "arm", **changes: Any) -> Arm:
    """Write a training stream and a held-out set, and describe a tiny run over them."""
    if not (folder / "train").exists():
        stream(seed=1).save(folder / "train")
        stream(documents=9, seed=2).save(folder / "held")
        save_array(folder / "bytes.npy", sizes())
    training = changes.pop("training", {})
    settings: dict[str, Any] = {
        "shape": TINY,
        "tokens": 800,
        "held_out": {"held": str(folder / "held")},
        "train": str(folder / "train"),
        "bytes_per_token": str(folder / "bytes.npy"),
    }
    return Arm(
        name=name,
        training=Training(**{"steps": 40, "batch": 4, "seed": 3, **training}),
        **{**settings, **changes},
    )
