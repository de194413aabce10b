"""Arms side by side, one at a time in a process of one thread; finished ones are not run again.

Processes, since torch's own threads gain nothing on matrices this small, and one thread per arm
makes its result independent of how many run beside it. A process trains one arm after the other:
to start one costs two seconds. One that loses its parent ends at its next line of progress, for
nobody reads it; its checkpoint stays. The longest arms should come first, so that the last ones
end together.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, Final

from corpuskit.errors import ConfigError, RunError
from corpuskit.lm import results
from corpuskit.lm.arm import JOB, choose_device
from corpuskit.lm.results import ArmResult
from corpuskit.lm.shape import Arm
from corpuskit.progress import Advance, Progress
from corpuskit.writers import write_json

ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
LAST_LINES: Final = 5
PATIENCE_SECONDS: Final = 10.0

Event = tuple["Child", dict[str, Any] | None]
"""A line of progress, or None when the child has ended."""


def run_arms(
    arms: Sequence[Arm], folder: Path, workers: int, device: str, progress: Progress
) -> dict[str, ArmResult]:
    """Train every arm that is not finished; return all results by name.

    Parameters
    ----------
    folder : gets a folder for each arm.
    workers : arms at a time; on CUDA one.
    device : auto, cpu or cuda.

    Raises
    ------
    ConfigError
        If two arms have one name, or there is no such device.
    DataError
        If a data file is missing.
    RunError
        If an arm fails; the others are stopped and go on another time.
    MissingExtraError
        If torch is not installed.
    """
    names = [arm.name for arm in arms]
    if len(set(names)) < len(names):
        raise ConfigError(f"arms: a name is used twice in {sorted(names)}; name each arm once")
    device = choose_device(device)
    digests = {arm.name: arm.digest(device) for arm in arms}
    found = {arm.name: results.load(folder / arm.name, arm, digests[arm.name]) for arm in arms}
    waiting = [arm for arm in arms if found[arm.name] is None]
    total = sum(arm.training.steps for arm in arms)
    with progress.count("training", total, "step") as advance:
        advance(sum(arm.training.steps for arm in arms if found[arm.name] is not None), "")
        side_by_side(waiting, folder, 1 if device == "cuda" else max(1, workers), device, advance)
    for arm in waiting:
        found[arm.name] = results.load(folder / arm.name, arm, digests[arm.name])
    return {name: _there(name, result) for name, result in found.items()}


def _there(name: str, result: ArmResult | None) -> ArmResult:
    if result is None:
        raise RunError(f"{name}: its data changed while it was trained; run the same command again")
    return result


@dataclass
class Child:
    """A process: the arm that it trains (None where there are no more), and what it last said."""

    arm: Arm | None
    process: subprocess.Popen[str]
    errors: IO[bytes]
    step: int = 0
    tokens_per_second: float = 0.0
    ear: threading.Thread | None = None


def side_by_side(
    arms: Sequence[Arm], folder: Path, workers: int, device: str, advance: Advance
) -> None:
    """Run arms, at most `workers` at a time; whatever happens, no child is left behind."""
    events: SimpleQueue[Event] = SimpleQueue()
    waiting = list(arms)
    running: list[Child] = []
    try:
        while waiting and len(running) < workers:
            running.append(start(events))
            give(running[-1], waiting.pop(0), folder, device)
        while running:
            child, line = events.get()
            if line is None:
                running.remove(child)
                end(child)
            elif "done" not in line:
                advance(moved(child, line), shown(child, running, line))
            else:
                advance(remaining(child), "")
                give(child, waiting.pop(0) if waiting else None, folder, device)
    finally:
        for child in running:
            stop(child)


def start(events: SimpleQueue[Event]) -> Child:
    """Start a child, and a thread that hears it."""
    errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `stop` and `end`)
    process = subprocess.Popen(
        [sys.executable, "-m", "corpuskit.lm.arm"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env={**os.environ, **ONE_THREAD},
        start_new_session=True,  # Ctrl-C is for the parent, which ends its children itself
    )
    child = Child(None, process, errors)
    child.ear = threading.Thread(target=hear, args=(child, events), daemon=True)
    child.ear.start()
    return child


def give(child: Child, arm: Arm | None, folder: Path, device: str) -> None:
    """Give a child its next arm, or none: then it ends."""
    child.arm, child.step, child.tokens_per_second = arm, 0, 0.0
    assert child.process.stdin is not None
    with suppress(BrokenPipeError):  # it has died, which its ear will tell
        if arm is None:
            child.process.stdin.close()
            return
        own = (folder / arm.name).resolve()
        write_json(own / JOB, {"arm": arm.plain(), "folder": str(own), "device": device})
        child.process.stdin.write(f"{own / JOB}\n")
        child.process.stdin.flush()


def hear(child: Child, events: SimpleQueue[Event]) -> None:
    """Pass on a child's lines, then that it has ended."""
    for line in child.process.stdout or ():
        with suppress(ValueError):  # not JSON: a library's own message
            found = json.loads(line)
            if isinstance(found, dict):
                events.put((child, found))
    events.put((child, None))


def moved(child: Child, line: Mapping[str, Any]) -> int:
    """Take note of a line of progress; return the steps made since the one before."""
    steps = int(line["step"]) - child.step
    child.step = int(line["step"])
    child.tokens_per_second = line["tokens_per_second"] or 0.0
    return steps


def remaining(child: Child) -> int:
    """Return the steps of a finished arm that no line of progress has told."""
    return 0 if child.arm is None else child.arm.training.steps - child.step


def shown(child: Child, running: Sequence[Child], line: Mapping[str, Any]) -> str:
    """Say what the bar shows beside itself."""
    speed = sum(each.tokens_per_second for each in running)
    loss = "" if line["loss"] is None else f" loss {line['loss']:.3f}"
    name = "" if child.arm is None else child.arm.name
    return f"{name}{loss}, {speed:,.0f} tokens/s"


def end(child: Child) -> None:
    """Close a child that has ended.

    Raises
    ------
    RunError
        If it failed: with its own sentence, or the last lines of its errors.
    """
    code = child.process.wait()
    lines = last_lines(child.errors)
    close(child)
    if code == 0 and child.arm is None:
        return
    name = "training" if child.arm is None else child.arm.name
    if code == -signal.SIGKILL:
        raise RunError(
            f"{name}: its process was killed, most likely for want of memory; use fewer --workers"
        )
    raise RunError(
        f"{name}: training ended with exit code {code}; mend this and run the same command again:\n"
        f"{lines or '(it said nothing)'}"
    )


def last_lines(errors: IO[bytes]) -> str:
    """Return the last lines that a child wrote to standard error."""
    errors.seek(0)
    written = errors.read().decode("utf-8", "replace").strip().splitlines()
    return "\n".join(written[-LAST_LINES:])


def stop(child: Child) -> None:
    """End a child that is still running."""
    child.process.terminate()
    try:
        child.process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        child.process.kill()
        child.process.wait()
    close(child)


def close(child: Child) -> None:
    """Close what a child that has ended wrote to."""
    if child.ear is not None:
        child.ear.join()
    for pipe in (child.process.stdin, child.process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    child.errors.close()
