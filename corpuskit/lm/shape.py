"""What a run of the proxy is, on paper: its model, its training, its data; and what came of it.

Nothing here needs torch: plans are made, compared and read back without it. An arm's digest covers
all that decides its result, the bytes of its data files included and their places and its own
name left out, so an arm that is finished is known again wherever its folder went.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, Literal

import corpuskit
from corpuskit.config import fingerprint
from corpuskit.errors import ConfigError, DataError, MissingExtraError
from corpuskit.manifest import sha256

ENGINE_VERSION: Final = 2
"""Raised when the same arm trains to another result than before."""
MOST_TOKENS: Final = 1 << 16
"""Token ids are stored as uint16."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class ModelShape:
    """Sizes of a decoder; the defaults are the proxy's, chosen in `model`.

    vocabulary : token ids, END among them.
    width : of the residual stream; the feed-forward layer is four times as wide.
    context : tokens that a row holds, and the farthest that attention sees.
    tied : the output head is the embedding; not zero at the start then.
    qk_norm : queries and keys are normalised.
    """

    vocabulary: int = 2048
    width: int = 96
    layers: int = 3
    heads: int = 3
    context: int = 128
    tied: bool = False
    qk_norm: bool = True

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        sizes = (self.vocabulary, self.width, self.layers, self.heads, self.context)
        if min(sizes) < 1 or self.vocabulary > MOST_TOKENS:
            raise ConfigError(f"model: {self} has a size out of range; use 1 to 65,536")
        if self.width % self.heads or (self.width // self.heads) % 2:
            raise ConfigError(
                f"model: width {self.width} over {self.heads} heads is no even number of "
                "dimensions each, which rotary positions need; change one of them"
            )

    @property
    def head_width(self) -> int:
        """Dimensions of one attention head."""
        return self.width // self.heads

    @property
    def parameters(self) -> int:
        """Numbers that are trained.

        Examples
        --------
        >>> ModelShape().parameters
        724992
        """
        tables = 1 if self.tied else 2
        return self.width * (tables * self.vocabulary + 12 * self.layers * self.width)


def minimind_shape() -> ModelShape:
    """Return minimind's 26M shape, for a GPU: width, depth, heads, row and vocabulary are its own.

    The blocks stay ours (plain attention, ReLU² of four times the width), so that the same code
    trains it; parameters differ a little from minimind's for that reason.
    """
    return ModelShape(vocabulary=6400, width=512, layers=8, heads=8, context=340)


@dataclass(frozen=True)
class Training:
    """How a model is trained.

    steps : optimiser steps.
    seed : of the initial weights and of the order of the rows.
    optimizer : ``muon``: Muon on matrices, AdamW on embedding and head; ``adamw``: AdamW on all.
    rate : with AdamW the peak learning rate of everything; with Muon what multiplies the three
        rates of `optimizer`. None: the optimiser's own.
    warmup, flat, final : the schedule, as shares of the steps and of the peak: up to `warmup`
        linearly from 0, the peak until `flat`, then linearly down to `final` times the peak.
    constant : the peak from the first step to the last, for sweeps of the learning rate.
    clip : largest norm of the gradient; None: no limit.
    batch : rows of a micro-batch.
    accumulation : micro-batches of an optimiser step.
    """

    steps: int
    seed: int = 0
    optimizer: Literal["muon", "adamw"] = "muon"
    rate: float | None = None
    warmup: float = 0.05
    flat: float = 0.5
    final: float = 0.05
    constant: bool = False
    clip: float | None = 1.0
    batch: int = 8
    accumulation: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be run."""
        if min(self.steps, self.batch, self.accumulation) < 1 or self.seed < 0:
            raise ConfigError(f"training: {self} has a count below 1; raise it")
        if self.optimizer not in ("muon", "adamw"):
            raise ConfigError(f"training: unknown optimizer {self.optimizer!r}; use muon or adamw")
        if not 0 <= self.warmup <= self.flat <= 1:
            raise ConfigError(
                f"training: warm-up until {self.warmup}, flat until {self.flat} of the steps; "
                "use shares between 0 and 1, the first not above the second"
            )

    @property
    def rows_per_step(self) -> int:
        """Rows of one optimiser step."""
        return self.batch * self.accumulation


@dataclass(frozen=True)
class Arm:
    """One run of the proxy.

    name : also the name of its folder; letters, digits, dot, dash, underscore.
    train : folder of the training stream, see `packing.Encoded`.
    tokens : of the stream's beginning that are trained on; read several times only if the steps
        need more.
    held_out : {name: folder} of encoded documents that are measured at the end.
    bytes_per_token : path of an .npy file, int64 (vocabulary,), the UTF-8 bytes of each token.
    noise_batches : micro-batches at the end that measure the gradient noise scale; 0: none.
    evaluate_every : steps between measurements of the held-out sets; None: only at the end.
    keep_weights : also write the trained model.
    """

    name: str
    shape: ModelShape
    training: Training
    train: str
    tokens: int
    held_out: Mapping[str, str]
    bytes_per_token: str
    noise_batches: int = 0
    evaluate_every: int | None = None
    keep_weights: bool = False

    def __post_init__(self) -> None:
        """Refuse names that are no folder's, and counts that mean nothing."""
        if not _NAME.fullmatch(self.name):
            raise ConfigError(f"arm: {self.name!r} is no name of a folder; use letters and digits")
        if self.noise_batches < 0 or self.noise_batches == 1:
            raise ConfigError("arm: the noise of a gradient needs two micro-batches; use 0 or 2+")
        if self.evaluate_every is not None and self.evaluate_every < 1:
            raise ConfigError(f"arm: evaluates every {self.evaluate_every} steps; use 1 or more")

    def plain(self) -> dict[str, Any]:
        """Return the arm as JSON has it."""
        return {**asdict(self), "held_out": dict(self.held_out)}

    @staticmethod
    def from_plain(found: Mapping[str, Any]) -> Arm:
        """Read an arm back from its JSON."""
        return Arm(
            **{
                **found,
                "shape": ModelShape(**found["shape"]),
                "training": Training(**found["training"]),
            }
        )

    def decisive(self, device: str) -> dict[str, Any]:
        """List all that decides the result: settings, data by digest, versions, kind of device.

        Parameters
        ----------
        device : ``cpu`` or ``cuda``.

        Raises
        ------
        DataError
            If a data file cannot be read.
        MissingExtraError
            If torch is not installed.
        """
        return {
            "engine": ENGINE_VERSION,
            "versions": {
                "corpuskit": corpuskit.__version__,
                "torch": torch_version(),
                "numpy": version("numpy"),
            },
            "device": device,
            "shape": asdict(self.shape),
            "training": asdict(self.training),
            "tokens": self.tokens,
            "train": _folder_digest(self.train),
            "held_out": {name: _folder_digest(path) for name, path in self.held_out.items()},
            "bytes_per_token": _file_digest(Path(self.bytes_per_token)),
            "noise_batches": self.noise_batches,
            "evaluate_every": self.evaluate_every,
            "keep_weights": self.keep_weights,
        }

    def digest(self, device: str = "cpu") -> str:
        """Hash what is `decisive`: 16 hexadecimal digits."""
        return fingerprint(self.decisive(device))


def torch_version() -> str:
    """Return the installed torch's version without loading it.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        return version("torch")
    except PackageNotFoundError as error:
        raise MissingExtraError(
            'pretrain: training needs torch, which is not installed; pip install "corpuskit[lm]"'
        ) from error


@dataclass(frozen=True)
class NoiseScale:
    """Gradient noise scale (McCandlish et al. 2018, arXiv:1812.06162, appendix A.1).

    tokens : S / |G|², the batch below which doubling it nearly halves the steps that are needed;
        None where |G|² is lost in the noise.
    gradient_squared : unbiased estimate of |G|², of the true gradient; may be negative.
    variance : unbiased estimate of S, the trace of the covariance of one token's gradient.
    micro_batches, tokens_per_micro_batch : what it was measured on.
    """

    tokens: float | None
    gradient_squared: float
    variance: float
    micro_batches: int
    tokens_per_micro_batch: int

    def plain(self) -> dict[str, Any]:
        """Return the numbers as JSON has them."""
        return asdict(self)


@dataclass(frozen=True)
class Progressed:
    """What a running arm says of itself: steps made, their last loss, training tokens a second."""

    step: int
    loss: float
    tokens_per_second: float
    details: Mapping[str, Any] = field(default_factory=dict)


def _folder_digest(folder: str) -> list[str]:
    return [_file_digest(Path(folder) / name) for name in ("tokens.npy", "starts.npy")]


def _file_digest(path: Path) -> str:
    try:
        stat = path.stat()
        return _digest_of(str(path.resolve()), stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror}); prepare the training data again"
        ) from error


@lru_cache(maxsize=256)
def _digest_of(path: str, size: int, changed: int) -> str:  # noqa: ARG001 (part of the cache's key)
    return sha256(Path(path))
