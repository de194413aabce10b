"""`python -m corpuskit.lm.arm` trains arms in a process of its own, on one thread.

Standard input names a JOB.json a line, each with an arm, its folder and the device. Standard output
gets a JSON object a line while the training lasts ({"step", "loss", "tokens_per_second"}), then
{"done": name}; the folder gets the files of `results`. What goes wrong is one sentence on standard
error, and the exit code of its class of errors.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from corpuskit.errors import ConfigError, CorpuskitError, RunError
from corpuskit.lm import results
from corpuskit.lm.shape import Arm, torch_version
from corpuskit.manifest import read_json
from corpuskit.writers import atomic, write_json

JOB: Final = "JOB.json"
REPORT_SECONDS: Final = 0.5

Report = Callable[[dict[str, Any]], None]


def choose_device(device: str) -> str:
    """Return ``cpu`` or ``cuda`` for ``auto``, ``cpu`` or ``cuda``.

    Raises
    ------
    ConfigError
        If CUDA is asked for and there is none.
    MissingExtraError
        If torch is not installed.
    """
    torch_version()
    if device == "cpu":
        return device
    if device not in ("auto", "cuda"):
        raise ConfigError(f"--device: unknown device {device!r}; use auto, cpu or cuda")
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if device == "cuda":
        raise ConfigError(
            "--device: torch finds no CUDA device; use --device cpu, or install torch for CUDA"
        )
    return "cpu"


def run_arm(arm: Arm, folder: Path, device: str, report: Report) -> None:
    """Train, measure and write one arm, from its checkpoint where one was left.

    Raises
    ------
    DataError
        If a data file is missing, damaged or too short.
    RunError
        If the memory does not suffice, or a file cannot be written.
    """
    import torch

    from corpuskit.lm import train

    torch.set_num_threads(1)
    digest = arm.digest(device)
    checkpoint = folder / results.CHECKPOINT
    clock = Clock(arm, report)
    with enough_memory(arm):
        model, trained = train.train(
            arm, train.open_data(arm), device,
            checkpoint=checkpoint, digest=digest, watch=clock.watch,
        )  # fmt: skip
    if arm.keep_weights:
        weights = {name: each.detach().cpu() for name, each in model.weights.items()}
        with atomic(folder / results.WEIGHTS) as file:
            torch.save(weights, file)
    write_json(folder / results.TIMING, clock.timing())
    results.save(folder, digest, arm.decisive(device), trained)
    checkpoint.unlink(missing_ok=True)


class Clock:
    """Measures a training while it lasts, and reports it now and then."""

    def __init__(self, arm: Arm, report: Report) -> None:
        self.arm, self.report = arm, report
        self.begun = self.reported = time.perf_counter()
        self.first: int | None = None
        self.step, self.trained = 0, 0.0

    def watch(self, step: int, loss: float) -> None:
        """Take note of the steps made."""
        now = time.perf_counter()
        if self.first is None:
            self.first, self.begun = step, now
        self.step, self.trained = step, now - self.begun
        whole = step in (self.first, self.arm.training.steps)
        if whole or now - self.reported >= REPORT_SECONDS:
            self.reported = now
            finite = loss if math.isfinite(loss) else None
            self.report({"step": step, "loss": finite, "tokens_per_second": self.speed()})

    def speed(self) -> float | None:
        """Return training tokens a second of this process; None before the first look."""
        tokens = self.arm.training.rows_per_step * self.arm.shape.context
        steps = self.step - (self.first or 0)
        return steps * tokens / self.trained if self.trained > 0 else None

    def timing(self) -> dict[str, float | None]:
        """Return seconds of training and of all, and the speed."""
        return {
            "training_seconds": self.trained,
            "seconds": time.perf_counter() - self.begun,
            "tokens_per_second": self.speed(),
        }


@contextmanager
def enough_memory(arm: Arm) -> Iterator[None]:
    """Turn torch's running out of memory into a sentence with a remedy."""
    import torch

    try:
        yield
    except torch.OutOfMemoryError as error:
        raise RunError(
            f"{arm.name}: the GPU has too little memory for {arm.shape.parameters:,} parameters; "
            "use --device cpu, or a smaller preset"
        ) from error
    except RuntimeError as error:
        if "can't allocate memory" not in str(error):
            raise
        raise RunError(
            f"{arm.name}: too little memory for {arm.shape.parameters:,} parameters; "
            "use fewer --workers, or a smaller preset"
        ) from error


def tell(progress: dict[str, Any]) -> None:
    """Write one line of progress to standard output."""
    sys.stdout.write(json.dumps(progress) + "\n")
    sys.stdout.flush()


def main(jobs: Iterable[str]) -> int:
    """Run jobs, each the path of a JOB.json; return the exit code."""
    try:
        for path in jobs:
            job = read_json(Path(path.rstrip("\n")))
            arm = Arm.from_plain(job["arm"])
            run_arm(arm, Path(job["folder"]), job["device"], tell)
            tell({"done": arm.name})
    except CorpuskitError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except BrokenPipeError:  # whoever started this process is gone, so nobody waits for its result
        return RunError.exit_code
    return 0


def own_process() -> int:
    """Run as a process of its own, where the tiniest numbers count as 0: they are slow."""
    import torch

    torch.set_flush_denormal(True)
    return main(sys.stdin)


if __name__ == "__main__":
    sys.exit(own_process())
