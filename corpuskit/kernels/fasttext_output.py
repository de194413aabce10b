"""fastText's output layer: from a document's mean vector to the best label and its score.

Four losses train the same matrix for different readings. `hs` (hierarchical softmax) is a binary
tree, walked depth first and cut where the path is already worse than the best leaf; `softmax` is
what it says; `ns` and `ova` are one sigmoid per label, which the library reads from a table of 512
steps over [-8, 8], and so does this. The library ranks by ``log(p + 1e-5)`` in float32, of which
the last best wins, and reports ``exp`` of that, which can exceed 1 by a hair.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from corpuskit.kernels.fasttext_rows import kernel

HS, NS, SOFTMAX, OVA = 1, 2, 3, 4
LOSSES: Final = {"hs": HS, "ns": NS, "softmax": SOFTMAX, "ova": OVA}
_EPSILON = 1e-5
_FLOOR = np.float32(math.log(_EPSILON))
_SIGMOID_STEPS, _SIGMOID_MAX = 512, 8


class OutputLayer(NamedTuple):
    """One of HS, NS, SOFTMAX, OVA with its matrix.

    outputs : float32 (labels, width).
    left, right : int32 (2 * labels - 1,), children in the tree of hs, -1 at the leaves; node i <
        labels is label i, and node labels + i reads row i of `outputs`. The last node is the root.
    """

    loss: int
    outputs: npt.NDArray[np.float32]
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]


def label_tree(counts: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int32], ...] | None:
    """Build the Huffman tree of hs from label counts, most frequent first: children per node.

    Returns None if the counts are not in descending order, from which no tree can be built.
    """
    labels = len(counts)
    limit = 10**15  # what fastText takes for the count of a node that is not built yet
    if np.any(np.diff(counts) > 0) or counts[-1] < 0 or int(counts[0]) * labels >= limit:
        return None
    weights = [*(int(count) for count in counts), *[limit] * (labels - 1)]
    left = np.full(2 * labels - 1, -1, dtype=np.int32)
    right = np.full(2 * labels - 1, -1, dtype=np.int32)
    leaf, node = labels - 1, labels
    for parent in range(labels, 2 * labels - 1):
        for children in (left, right):
            if leaf >= 0 and (node == parent or weights[leaf] < weights[node]):
                children[parent], leaf = leaf, leaf - 1
            else:
                children[parent], node = node, node + 1
        weights[parent] = weights[left[parent]] + weights[right[parent]]
    return left, right


def best_labels(
    vectors: npt.NDArray[np.float32], counts: npt.NDArray[np.int64], output: OutputLayer
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Return each vector's best label (-1 where its count is 0) and its score in [0, 1]."""
    labels = np.full(len(vectors), -1, dtype=np.int32)
    scores = np.zeros(len(vectors), dtype=np.float32)
    nodes = np.empty(len(output.outputs) + 1, dtype=np.int64)
    values = np.empty(len(output.outputs) + 1, dtype=np.float32)
    _fill_labels(vectors, counts, *output, nodes, values, labels, scores)
    return labels, scores


@kernel
def _fill_labels(  # type: ignore[no-untyped-def]
    vectors, counts, loss, outputs, left, right, nodes, values, labels, scores
):
    for document in range(len(vectors)):
        if counts[document] == 0:
            continue
        if loss == HS:
            label, best = _best_leaf(outputs, left, right, vectors, document, nodes, values)
        else:
            _fill_probabilities(loss, outputs, vectors, document, values)
            label, best = -1, np.float32(-np.inf)
            for index in range(len(outputs)):
                value = np.float32(math.log(np.float64(values[index]) + _EPSILON))
                if value >= best:
                    label, best = index, value
        if label >= 0 and best >= _FLOOR:
            labels[document] = label
            scores[document] = min(np.float32(math.exp(best)), np.float32(1))


@kernel
def _best_leaf(outputs, left, right, vectors, document, nodes, paths):  # type: ignore[no-untyped-def]
    """Walk the tree; the stack holds at most one node per level and its sibling."""
    labels = len(outputs)
    nodes[0], paths[0], depth = 2 * labels - 2, np.float32(0), 1
    label, best = -1, np.float32(-np.inf)
    while depth > 0:
        depth -= 1
        node, path = nodes[depth], paths[depth]
        if path < _FLOOR or path < best:
            continue
        if left[node] < 0:
            label, best = node, path
            continue
        odds = np.float32(1.0 / (1.0 + math.exp(-_dot(outputs, node - labels, vectors, document))))
        less = np.float32(1.0 - odds)
        nodes[depth] = right[node]
        paths[depth] = np.float32(path + np.float32(math.log(odds + _EPSILON)))
        nodes[depth + 1] = left[node]
        paths[depth + 1] = np.float32(path + np.float32(math.log(less + _EPSILON)))
        depth += 2
    return label, best


@kernel
def _fill_probabilities(loss, outputs, vectors, document, values):  # type: ignore[no-untyped-def]
    """Write one probability per label."""
    highest, total = np.float32(-np.inf), np.float32(0)
    for row in range(len(outputs)):
        values[row] = _dot(outputs, row, vectors, document)
        highest = max(highest, values[row])
    for row in range(len(outputs)):
        if loss == SOFTMAX:
            values[row] = math.exp(values[row] - highest)
            total += values[row]
        else:
            values[row] = _tabulated_sigmoid(values[row])
    if loss == SOFTMAX:
        for row in range(len(outputs)):
            values[row] /= total


@kernel
def _tabulated_sigmoid(value):  # type: ignore[no-untyped-def]
    """The sigmoid at the table step below `value`."""
    if value < -_SIGMOID_MAX:
        return np.float32(0)
    if value > _SIGMOID_MAX:
        return np.float32(1)
    step = np.int64(np.float32(value + np.float32(_SIGMOID_MAX)) * 32)
    return np.float32(
        1.0 / (1.0 + math.exp(_SIGMOID_MAX - step * 2 * _SIGMOID_MAX / _SIGMOID_STEPS))
    )


@kernel
def _dot(outputs, row, vectors, document):  # type: ignore[no-untyped-def]
    total = np.float32(0)
    for column in range(vectors.shape[1]):
        total += outputs[row, column] * vectors[document, column]
    return total
