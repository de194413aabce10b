"""Checks 3 and 4 on the log of a real training run: what minimind's `train_pretrain.py` prints.

Two formats, the present one and that of earlier versions:

    Epoch:[1/2](100/39712), loss: 5.1234, logits_loss: …, lr: 0.00049999, epoch_time: 73.0min
    Epoch:[1/1](100/44160) loss:5.123 lr:0.000549999999 epoch_Time:73.0min:

Reading is strict about a line and tolerant about the rest: other lines, text before a log line (a
time stamp), progress bars, a UTF-16 file as PowerShell writes it. A line that begins like one of
these and cannot be read is counted. Where the step goes back, training was resumed from a
checkpoint or started anew: what lies at or after that step belongs to a model that no longer is,
and is replaced by what follows.

**Jumpy is not broken.** A line holds the loss of one micro-batch of every hundred, so a healthy log
scatters by about 0.15 nats from line to line. Nothing is judged on a single line, NaN aside: a fall
or a rise is one of the smoothed curve and larger than the noise (`checks.curve`), and the explosion
that is looked for does not come back. So these are told apart:

- NaN or infinity: DIVERGED; on fp16 cards an explosion looks like this.
- The smoothed loss ends above 1.15 × its first value, or has been above 1.15 × that of guessing
  (ln of the vocabulary's size; the first logged step may come after the explosion), or ends over
  2 % above its lowest for good: DIVERGED, without any NaN.
- A plateau (under 5 % of fall since the beginning): inside the usual rates the rate is not
  accused, the curve is. Where the log begins in the middle of training, neither is.
- A spike that recovers: the rate is fine, the curve warns and says where.

The logged rate is that of the target itself, so the window 1e-5 … 1e-3 applies to it directly.
The older version starts a tenth above the rate it was given, which is allowed for.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from corpuskit.errors import DataError
from corpuskit.lm.checks import curve
from corpuskit.lm.checks.learning_rate import (
    RECOMMENDED,
    RISE,
    UNRECOVERED,
    WINDOW,
    State,
    suggested,
    written,
)
from corpuskit.lm.verdict import Check, Status

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

FORMATS: Final = (
    "Epoch:[1/2](100/39712), loss: 5.1234, …, lr: 0.00049999, …",
    "Epoch:[1/1](100/44160) loss:5.123 lr:0.000549999999 epoch_Time:73.0min:",
)
VOCABULARY: Final = 6400
"""Pieces of minimind's tokenizer."""
LEAST_LINES: Final = 20
PLATEAU: Final = 0.05  # of the first loss: a smaller fall over the whole log is none
START_STEPS: Final = 1000  # a log whose first line is later has missed the beginning
SCHEDULE_EXCESS: Final = 1.1  # first rate of minimind's older schedule over the given one
ENDS: Final = 3  # lines whose median is the beginning or the end

_NUMBER: Final = r"([+-]?(?:\d+(?:\.\d*)?(?:e[+-]?\d+)?|nan|inf))"
_HEAD: Final = r"Epoch:\[(\d{1,9})/(\d{1,9})\]\((\d{1,12})/(\d{1,12})\)"
_END: Final = r"(?![\w.])"
_LINES: Final = (
    re.compile(
        rf"{_HEAD},\s*loss:\s*{_NUMBER},(?:\s*\w+:\s*{_NUMBER[1:-1]},)*\s*lr:\s*{_NUMBER}{_END}",
        re.I,
    ),
    re.compile(rf"{_HEAD}\s+loss:{_NUMBER}\s+lr:{_NUMBER}{_END}", re.I),
)
_BEGINNING: Final = re.compile(r"Epoch:\[")
_LONGEST_LINE: Final = 1 << 16
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_SOURCE: Final = "training log; window 1e-5 to 1e-3 for AdamW (minimind: 5e-4)"


@dataclass(frozen=True, eq=False)
class Log:
    """The points of one training run, in rising order of epoch and step.

    path : of the log.
    epochs, steps : (points,), counted as the log does; `steps` are micro-batches in the epoch.
    steps_per_epoch : (points,), micro-batches of an epoch.
    losses : (points,), nats per token; NaN and infinity as logged.
    rates : (points,), learning rates.
    restarts : how often the step went back.
    superseded : points that a restart replaced.
    unreadable_lines : that begin like a log line and are none.
    other_lines : everything else.
    """

    path: Path
    epochs: Whole
    steps: Whole
    steps_per_epoch: Whole
    losses: Floats
    rates: Floats
    restarts: int
    superseded: int
    unreadable_lines: int
    other_lines: int

    @property
    def begins_at_start(self) -> bool:
        """Tell whether the first point is from the beginning of training."""
        return int(self.epochs[0]) <= 1 and int(self.steps[0]) <= START_STEPS

    def place(self, at: int) -> str:
        """Name a point."""
        return f"epoch {int(self.epochs[at])}, step {int(self.steps[at]):,}"


@dataclass
class _Points:
    """What was read so far; a step that goes back replaces what it goes back over."""

    keys: list[tuple[int, int]] = field(default_factory=list)
    values: list[tuple[int, float, float]] = field(default_factory=list)
    restarts: int = 0
    superseded: int = 0
    unreadable: int = 0
    other: int = 0

    def add(self, key: tuple[int, int], value: tuple[int, float, float]) -> None:
        """Add a point."""
        if self.keys and key <= self.keys[-1]:
            at = bisect_left(self.keys, key)
            self.restarts += key < self.keys[-1]
            self.superseded += len(self.keys) - at
            del self.keys[at:], self.values[at:]
        self.keys.append(key)
        self.values.append(value)


def read_log(path: Path) -> Log:
    """Read a training log, a line at a time.

    Parameters
    ----------
    path : of a text file in either format, or a mixture.

    Raises
    ------
    DataError
        Where there is no such file, or where no line is a line of a training log.
    """
    points = _Points()
    try:
        for line in _lines(path):
            _read_line(line, points)
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror or error}); give the file that the output of "
            "train_pretrain.py was written to"
        ) from error
    if not points.keys:
        raise DataError(
            f"{path}: no line is a line of a training log ({points.unreadable} unreadable, "
            f"{points.other} others); expected `{FORMATS[0]}` or `{FORMATS[1]}`"
        )
    keys = np.array(points.keys, dtype=np.int64)
    totals, losses, rates = zip(*points.values, strict=True)
    return Log(
        path, keys[:, 0], keys[:, 1], np.array(totals, dtype=np.int64),
        np.array(losses, dtype=np.float64), np.array(rates, dtype=np.float64),
        points.restarts, points.superseded, points.unreadable, points.other,
    )  # fmt: skip


def judge_log(log: Log, *, vocabulary: int = VOCABULARY) -> tuple[Check, Check]:
    """Run the checks of the learning rate and of the curve on a log.

    Parameters
    ----------
    log : as `read_log` returns it.
    vocabulary : pieces of the tokenizer that was trained with; minimind has 6,400.

    Returns
    -------
    The checks `learning_rate` and `curve`.
    """
    return _judge_rate(log, vocabulary), _judge_curve(log)


def _read_line(line: str, points: _Points) -> None:
    """Add what a line says."""
    for pattern in _LINES:
        found = pattern.search(line)
        if found is not None:
            epoch, _, step, total, loss, rate = found.groups()
            points.add((int(epoch), int(step)), (int(total), float(loss), float(rate)))
            return
    if _BEGINNING.search(line):
        points.unreadable += 1
    elif line.strip():
        points.other += 1


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines of a log; one without end comes in pieces, so that memory stays bounded."""
    with path.open("rb") as file:
        encoding = "utf-16" if file.read(2) in _UTF16_MARKS else "utf-8"
    with path.open(encoding=encoding, errors="replace") as text:
        while line := text.readline(_LONGEST_LINE):
            yield line


def _judge_rate(log: Log, vocabulary: int) -> Check:
    """Return check 3 of a log."""
    rate = float(log.rates[np.isfinite(log.rates)].max(initial=0.0))
    exploded = _explosion(log, vocabulary)
    name, use = written(rate) if rate > 0 else "0", f"use {written(suggested(rate))}"
    if exploded is not None:
        return _rate(
            log, "fail", "DIVERGED", rate,
            f"Training diverged at {name}: {exploded}; on fp16 cards this shows as NaN; {use}.",
        )  # fmt: skip
    if rate < WINDOW[0]:
        return _rate(
            log, "fail", "TOO_LOW", rate,
            f"{name} is below the usual 1e-5 to 1e-3: the model hardly learns; {use}.",
        )  # fmt: skip
    if len(log.losses) < LEAST_LINES:
        return _rate(
            log, "inconclusive", "OK", rate,
            f"Only {len(log.losses)} lines, and {LEAST_LINES} are needed to judge {name}; train "
            "longer, or lower --log_interval.",
        )  # fmt: skip
    plateau = _plateau(log)
    if rate > WINDOW[1] * SCHEDULE_EXCESS:
        learns = "and the loss does not fall" if plateau else "though the loss falls"
        return _rate(
            log, "fail" if plateau else "warn", "TOO_HIGH", rate,
            f"{name} is above the usual 1e-5 to 1e-3, {learns}; {use}.",
        )  # fmt: skip
    if plateau:
        return _rate(
            log, "inconclusive", "OK", rate,
            f"{name} is a usual rate, and yet the loss stays where it was: look at the data, the "
            "labels and the batch size.",
        )  # fmt: skip
    return _rate(
        log, "ok", "OK", rate, f"{name} is inside the usual 1e-5 to 1e-3, and training is stable."
    )


def _explosion(log: Log, vocabulary: int) -> str | None:
    """Return how training diverged, or None."""
    broken = np.flatnonzero(~np.isfinite(log.losses))
    if len(broken):
        return f"the loss is NaN or infinite at {log.place(int(broken[0]))}"
    first, end = _ends(log.losses)
    if len(log.losses) < LEAST_LINES:
        risen = len(log.losses) > 2 * ENDS and end > RISE * first
        return f"the loss rose from {first:.2f} to {end:.2f}" if risen else None
    guessing, calm = math.log(vocabulary), curve.smoothed(log.losses)
    highest = ENDS + int(calm[ENDS:-ENDS].argmax())
    if end > RISE * first:
        return f"the loss began at {first:.2f} and ends at {end:.2f}"
    if calm[highest] > RISE * guessing:
        return (
            f"the smoothed loss is {calm[highest]:.2f} at {log.place(highest)}, where guessing "
            f"costs {guessing:.2f}"
        )
    shape = curve.shape_of(log.losses)
    if shape.drawdown > UNRECOVERED - 1.0:
        return f"the loss rose by {shape.drawdown:.0%} from its lowest and never came back"
    return None


def _ends(losses: Floats) -> tuple[float, float]:
    """Return the medians of the first and of the last three losses: no spike, little noise."""
    return float(np.median(losses[:ENDS])), float(np.median(losses[-ENDS:]))


def _plateau(log: Log) -> bool:
    """Tell whether the loss hardly fell since the beginning of training."""
    first, end = _ends(log.losses)
    return log.begins_at_start and first - end < PLATEAU * first


def _judge_curve(log: Log) -> Check:
    """Return check 4 of a log."""
    broken = np.flatnonzero(~np.isfinite(log.losses))
    if len(broken):
        return curve.broken(log.place(int(broken[0])), _counts(log))
    if len(log.losses) < LEAST_LINES:
        return curve.too_short(len(log.losses), LEAST_LINES, "lines of the log")
    shape = curve.shape_of(log.losses)
    spikes = [
        {"step": int(log.steps[at]), "epoch": int(log.epochs[at]), "loss": float(log.losses[at]),
         "expected": float(shape.expected[at]), "deviations": float(shape.deviations[at]),
         "documents": []}
        for at in curve.worst(shape)
    ]  # fmt: skip
    details = {**_counts(log), "spikes": spikes}
    if not log.begins_at_start and shape.fall >= curve.FALLING and shape.drawdown == 0.0:
        return curve.unknown(
            f"The log begins at {log.place(0)}, where a healthy loss is nearly flat: give the log "
            "from the start of training.", details,
        )  # fmt: skip
    worst = max(curve.worst(shape), key=lambda at: abs(shape.deviations[at]), default=0)
    return curve.judge_shape(
        shape, details, allowed=0, remedy=f"the worst is at {log.place(worst)}; see what was in it"
    )


def _counts(log: Log) -> dict[str, Any]:
    """Return what was read, as JSON has it."""
    return {
        "points": len(log.losses),
        "restarts": log.restarts,
        "superseded": log.superseded,
        "unreadable_lines": log.unreadable_lines,
        "other_lines": log.other_lines,
        "begins_at_start": log.begins_at_start,
    }


def _rate(log: Log, status: Status, state: State, rate: float, advice: str) -> Check:
    """Return check 3 under its name and source."""
    bound = WINDOW[0] if state == "TOO_LOW" else WINDOW[1]
    amount = f"another learning rate than {written(rate)}" if status == "fail" and rate else None
    return Check(
        "learning_rate", status, "highest logged learning rate", rate, bound, _SOURCE, advice,
        state=state, amount=amount,
        details={**_counts(log), "recommended": RECOMMENDED, "target_window": list(WINDOW)},
    )  # fmt: skip
