"""What an arm leaves in its folder, and reading it back without torch.

RESULT.json     digest, what it covers, sums and the noise scale; written last: it is the
                commit point, and equal arms give equal bytes
arrays.npz      loss, gradient norm and rate of every step; nats, bytes and tokens of every
                held-out document
timing.json     seconds and tokens a second: never equal, so never part of the result
weights.pt      the trained model, a dict of tensors, where it was asked for
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from corpuskit.lm.shape import Arm, NoiseScale
from corpuskit.manifest import sha256
from corpuskit.writers import atomic, write_json

Floats = NDArray[np.float64]

RESULT: Final = "RESULT.json"
ARRAYS: Final = "arrays.npz"
TIMING: Final = "timing.json"
WEIGHTS: Final = "weights.pt"
CHECKPOINT: Final = "checkpoint.pt"


@dataclass(frozen=True)
class DocumentLosses:
    """A held-out set as a model saw it; one entry per document, in the set's order.

    nats : float64, negative log likelihood of the document's predicted tokens.
    bytes : int64, UTF-8 bytes of those tokens.
    tokens : int64, how many they are.
    """

    nats: Floats
    bytes: NDArray[np.int64]
    tokens: NDArray[np.int64]

    @property
    def bits_per_byte(self) -> float | None:
        """All documents together; None where they have no bytes."""
        size = int(self.bytes.sum())
        return float(self.nats.sum()) / (math.log(2.0) * size) if size else None


@dataclass(frozen=True)
class Trained:
    """What training and measuring one arm gave; nothing in it depends on time.

    losses : float64 (steps made,), nats per token of each step's batch, before its update.
    gradient_norms : float64 (steps made,), before clipping.
    rates : float64 (steps made,), shares of the peak rate.
    nonfinite : what became NaN or infinite and ended the training: ``loss``, ``gradient`` or
        ``weights``; None where it went to its end. Nothing is measured after such an end.
    nonfinite_step : the step at which it did.
    held_out : the sets as the trained model sees them.
    curve : bits per byte of the sets during training: [{"step": steps made, "held_out": {…}}].
    noise : gradient noise scale at the end, where it was asked for.
    """

    losses: Floats
    gradient_norms: Floats
    rates: Floats
    nonfinite: str | None
    nonfinite_step: int | None
    held_out: Mapping[str, DocumentLosses]
    curve: tuple[Mapping[str, Any], ...] = ()
    noise: NoiseScale | None = None


@dataclass(frozen=True, kw_only=True)
class ArmResult(Trained):
    """A finished arm.

    arm : as it was asked for.
    digest : of all that decides the result.
    folder : of the arm.
    timing : seconds of training and measuring, training tokens a second; of the last process.
    """

    arm: Arm
    digest: str
    folder: Path
    timing: Mapping[str, float] | None

    def bits_per_byte(self, name: str) -> float | None:
        """Return bits per byte of a held-out set; None where it was not measured."""
        found = self.held_out.get(name)
        return None if found is None else found.bits_per_byte


def save(folder: Path, digest: str, decisive: Mapping[str, Any], trained: Trained) -> None:
    """Write a result: the arrays first, RESULT.json last."""
    arrays: dict[str, NDArray[Any]] = {
        "losses": trained.losses,
        "gradient_norms": trained.gradient_norms,
        "rates": trained.rates,
    }
    for name, losses in trained.held_out.items():
        for field in ("nats", "bytes", "tokens"):
            arrays[f"held_out/{name}/{field}"] = getattr(losses, field)
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **arrays)
    with atomic(folder / ARRAYS) as file:
        file.write(packed.getvalue())
    found = {
        "digest": digest,
        "arrays_sha256": sha256(folder / ARRAYS),
        "decided_by": dict(decisive),
        "steps": len(trained.losses),
        "nonfinite": trained.nonfinite,
        "nonfinite_step": trained.nonfinite_step,
        "held_out": {name: _sums(losses) for name, losses in trained.held_out.items()},
        "curve": [dict(point) for point in trained.curve],
        "noise_scale": None if trained.noise is None else trained.noise.plain(),
    }
    write_json(folder / RESULT, found)


def load(folder: Path, arm: Arm, digest: str) -> ArmResult | None:
    """Read a result back; None where there is none of this digest, or it is damaged."""
    try:
        found = json.loads((folder / RESULT).read_text("utf-8"))
        whole = found["digest"] == digest and sha256(folder / ARRAYS) == found["arrays_sha256"]
        if not whole or (arm.keep_weights and not (folder / WEIGHTS).exists()):
            return None
        with np.load(folder / ARRAYS, allow_pickle=False) as opened:
            arrays = {name: opened[name] for name in opened.files}
    except (OSError, ValueError, KeyError):
        return None
    return ArmResult(
        losses=arrays["losses"],
        gradient_norms=arrays["gradient_norms"],
        rates=arrays["rates"],
        nonfinite=found["nonfinite"],
        nonfinite_step=found["nonfinite_step"],
        held_out={
            name: DocumentLosses(
                *(arrays[f"held_out/{name}/{field}"] for field in ("nats", "bytes", "tokens"))
            )
            for name in found["held_out"]
        },
        curve=tuple(found["curve"]),
        noise=None if found["noise_scale"] is None else NoiseScale(**found["noise_scale"]),
        arm=arm,
        digest=digest,
        folder=folder,
        timing=_timing(folder),
    )


def _timing(folder: Path) -> Mapping[str, float] | None:
    try:
        found: dict[str, float] = json.loads((folder / TIMING).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _sums(losses: DocumentLosses) -> dict[str, Any]:
    return {
        "bits_per_byte": losses.bits_per_byte,
        "nats": float(losses.nats.sum()),
        "bytes": int(losses.bytes.sum()),
        "tokens": int(losses.tokens.sum()),
        "documents": len(losses.nats),
    }
