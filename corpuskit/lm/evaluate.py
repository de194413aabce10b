"""Nats and UTF-8 bytes of every held-out document, from which bits per byte follow.

    document   END t1 t2 … tn            its first MOST_TOKENS tokens are predicted, END is not
    windows    END t1 … → t1 t2 …        of the context each; the next window begins with the last
               tC  …    → tC+1 …         token of the one before and knows nothing else of it

Bits per byte do not depend on the tokenizer, nats per token do: nats / (ln 2 · bytes), where END
has no bytes. Long documents are cut so that one book does not speak for a whole held-out set.

All windows of a set are planned at once and sorted by length, so that the windows of a batch are
about equally long. Where one is shorter it is padded at its end, where causal attention sees
nothing of it. There is no loop over documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from corpuskit.lm.model import Model, token_losses
from corpuskit.lm.packing import Encoded
from corpuskit.lm.results import DocumentLosses

MOST_TOKENS: Final = 8192
"""Tokens of a document that count; `parts.cut` cuts most documents shorter."""
BATCH_TOKENS: Final = 1024
"""Tokens of a batch: 8 MB of logits; 8,192 were a quarter slower."""


@dataclass(frozen=True)
class Windows:
    """What is predicted of a set, sorted by length, longest first.

    begin : (windows,), place of each window's first input.
    length : (windows,), tokens that it predicts.
    document : (windows,), whose tokens they are.
    """

    begin: NDArray[np.int64]
    length: NDArray[np.int64]
    document: NDArray[np.int64]


def predicted(encoded: Encoded) -> NDArray[np.int64]:
    """Count the tokens of each document that are predicted."""
    counted: NDArray[np.int64] = np.minimum(np.diff(encoded.starts) - 1, MOST_TOKENS)
    return counted


def plan(encoded: Encoded, context: int) -> Windows:
    """Cut every document into windows.

    Examples
    --------
    >>> stream = Encoded(np.array([0, 7, 8, 9, 0, 0, 5], np.uint16), np.array([0, 4, 5, 7]))
    >>> windows = plan(stream, context=2)
    >>> windows.begin.tolist(), windows.length.tolist(), windows.document.tolist()
    ([0, 2, 5], [2, 1, 1], [0, 0, 2])
    """
    tokens = predicted(encoded)
    counts = -(-tokens // context)
    document = np.repeat(np.arange(len(tokens)), counts)
    within = np.arange(len(document)) - np.repeat(np.cumsum(counts) - counts, counts)
    begin = encoded.starts[:-1][document] + within * context
    length = np.minimum(context, tokens[document] - within * context)
    order = np.argsort(-length, kind="stable")
    return Windows(begin[order], length[order], document[order])


def document_losses(
    model: Model, encoded: Encoded, bytes_per_token: NDArray[np.int64]
) -> DocumentLosses:
    """Measure every document of a set.

    Parameters
    ----------
    bytes_per_token : int64 (vocabulary,).
    """
    windows = plan(encoded, model.shape.context)
    nats = np.zeros(len(windows.begin))
    rows = max(1, BATCH_TOKENS // model.shape.context)
    for first in range(0, len(nats), rows):
        chosen = slice(first, first + rows)
        nats[chosen] = window_losses(model, encoded, windows.begin[chosen], windows.length[chosen])
    tokens = predicted(encoded)
    return DocumentLosses(
        nats=np.bincount(windows.document, nats, len(tokens)).astype(np.float64),
        bytes=predicted_bytes(encoded, tokens, bytes_per_token),
        tokens=tokens,
    )


def window_losses(
    model: Model, encoded: Encoded, begin: NDArray[np.int64], length: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the nats of each window, (windows,)."""
    offsets = np.arange(int(length[0]) + 1)  # sorted: the first is the longest
    places = np.minimum(begin[:, None] + offsets, len(encoded.tokens) - 1)
    tokens = torch.from_numpy(encoded.tokens[places].astype(np.int64)).to(model.device)
    losses = token_losses(model, tokens[:, :-1], tokens[:, 1:].contiguous()).double().cpu().numpy()
    counted = offsets[:-1] < length[:, None]
    summed: NDArray[np.float64] = np.where(counted, losses, 0.0).sum(axis=1)
    return summed


def predicted_bytes(
    encoded: Encoded, tokens: NDArray[np.int64], bytes_per_token: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Sum the bytes of the predicted tokens of each document."""
    before = np.concatenate(([0], np.cumsum(bytes_per_token[encoded.tokens], dtype=np.int64)))
    first = encoded.starts[:-1] + 1
    summed: NDArray[np.int64] = before[first + tokens] - before[first]
    return summed
