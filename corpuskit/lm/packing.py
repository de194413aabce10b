"""Documents as one stream of tokens, and the rows of each step as a function of seed and step.

    tokens   END a a a a END b b END c c c …       uint16, every document is led by END (id 0)
    starts   0           5       8          …      int64, document d begins at starts[d]
    rows     row r reads tokens[r·C : r·C + C] and predicts each one's successor, C the context

Rows ignore the documents' borders, as in GPT-2: nothing is padded, nothing is cut off, and END
tells the model that something new begins. The order of the rows is a fresh permutation every epoch,
drawn from (seed, epoch) alone. So a step's batch, and the documents in it, can be named later
without having been stored, and a run that goes on after a crash reads what it would have read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from corpuskit.errors import DataError
from corpuskit.lm.shape import Arm
from corpuskit.writers import atomic

END: Final = 0
"""Token id that leads every document."""


@dataclass(frozen=True)
class Encoded:
    """A set of tokenised documents.

    tokens : uint16 (tokens,).
    starts : int64 (documents + 1,); the first is 0, the last the number of tokens.
    """

    tokens: NDArray[np.uint16]
    starts: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Refuse arrays that are no documents."""
        tokens, starts = self.tokens, self.starts
        if tokens.dtype != np.uint16 or starts.dtype != np.int64:
            raise DataError(
                f"tokens: {tokens.dtype} with starts {starts.dtype}; encode as uint16 and int64"
            )
        bounded = len(starts) > 0 and starts[0] == 0 and starts[-1] == len(tokens)
        if not bounded or (np.diff(starts) < 1).any() or (tokens[starts[:-1]] != END).any():
            raise DataError(
                f"tokens: {len(starts) - 1} documents do not each begin with END and follow "
                "each other without a gap; encode them again"
            )

    @property
    def documents(self) -> int:
        """Number of documents."""
        return len(self.starts) - 1

    def save(self, folder: Path) -> None:
        """Write tokens.npy and starts.npy."""
        for name in ("tokens", "starts"):
            save_array(folder / f"{name}.npy", getattr(self, name))

    @staticmethod
    def load(folder: Path) -> Encoded:
        """Open a saved set, memory-mapped.

        Raises
        ------
        DataError
            If it is missing or damaged.
        """
        return Encoded(*(load_array(folder / f"{name}.npy") for name in ("tokens", "starts")))


def save_array(path: Path, values: NDArray[Any]) -> None:
    """Write an .npy file, atomically."""
    with atomic(path) as file:
        np.lib.format.write_array(file, np.ascontiguousarray(values), allow_pickle=False)


def load_array(path: Path) -> NDArray[Any]:
    """Open an .npy file, memory-mapped.

    Raises
    ------
    DataError
        If it is missing or damaged.
    """
    try:
        found: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{path}: cannot be read ({error}); encode the text again") from error
    return found


def row_count(encoded: Encoded, arm: Arm) -> int:
    """Count the rows that the arm's tokens fill.

    Raises
    ------
    DataError
        If the stream is shorter than the arm's tokens, or they fill no row.
    """
    have = len(encoded.tokens)
    if arm.tokens > have:
        raise DataError(f"{arm.train}: {have:,} tokens, but {arm.tokens:,} are asked for; ask less")
    # The last row's last target may lie just behind the arm's tokens, never behind the stream.
    rows = min(arm.tokens, have - 1) // arm.shape.context
    if rows < 1:
        raise DataError(
            f"{arm.train}: {arm.tokens:,} tokens fill no row of {arm.shape.context}; add text"
        )
    return rows


def rows_of_step(rows: int, arm: Arm, step: int) -> NDArray[np.int64]:
    """Return the numbers of the rows of a step, shape (accumulation · batch,).

    Parameters
    ----------
    rows : of an epoch, see `row_count`.
    step : from 0; steps after the arm's last one go on in the same order.
    """
    return rows_between(rows, arm.training.seed, step * arm.training.rows_per_step,
                        arm.training.rows_per_step)  # fmt: skip


def rows_between(rows: int, seed: int, first: int, count: int) -> NDArray[np.int64]:
    """Return `count` row numbers from place `first` on of the endless order of epochs."""
    places = np.arange(first, first + count)
    epochs = places // rows
    found = [
        _epoch_order(rows, seed, epoch)[places[epochs == epoch] % rows]
        for epoch in range(int(epochs[0]), int(epochs[-1]) + 1)
    ]
    return np.concatenate(found)


_ORDERS: dict[tuple[int, int, int], NDArray[np.int64]] = {}


def _epoch_order(rows: int, seed: int, epoch: int) -> NDArray[np.int64]:
    """Permute the rows: sort them by the raw output of PCG64, which never changes with numpy."""
    key = (rows, seed, epoch)
    if key not in _ORDERS:
        if len(_ORDERS) >= 4:
            _ORDERS.clear()
        drawn = np.random.PCG64(np.random.SeedSequence([seed, epoch])).random_raw(rows)
        _ORDERS[key] = np.argsort(drawn, kind="stable").astype(np.int64)
    return _ORDERS[key]


def batch(encoded: Encoded, rows: NDArray[np.int64], context: int) -> NDArray[np.int64]:
    """Cut rows out of the stream: int64 (rows, context + 1), inputs and their successors."""
    cut = rows[:, None] * context + np.arange(context + 1)
    found: NDArray[np.int64] = encoded.tokens[cut].astype(np.int64)
    return found


def documents_of_step(encoded: Encoded, arm: Arm, step: int) -> NDArray[np.int64]:
    """Name the documents of which a token was read or predicted in a step, ascending.

    Examples
    --------
    >>> from corpuskit.lm.shape import ModelShape, Training
    >>> stream = Encoded(np.array([0, 5, 0, 6, 0, 7], np.uint16), np.array([0, 2, 4, 6]))
    >>> arm = Arm("a", ModelShape(context=5), Training(1, batch=1), "", 6, {}, "")
    >>> documents_of_step(stream, arm, 0).tolist()
    [0, 1, 2]
    """
    begins = rows_of_step(row_count(encoded, arm), arm, step) * arm.shape.context
    first = np.searchsorted(encoded.starts, begins, side="right") - 1
    last = np.searchsorted(encoded.starts, begins + arm.shape.context, side="right") - 1
    spans = last - first + 1
    offsets = np.arange(spans.sum()) - np.repeat(np.cumsum(spans) - spans, spans)
    found: NDArray[np.int64] = np.unique(np.repeat(first, spans) + offsets)
    return found
