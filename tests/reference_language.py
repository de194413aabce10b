"""The slow, obvious twin of language identification: one document, one n-gram at a time."""

from __future__ import annotations

import math
import re
from functools import cache
from itertools import pairwise

import numpy as np

from corpuskit.features.fasttext_model import FasttextModel


def fnv(data: bytes) -> int:
    value = 2166136261
    for byte in data:
        signed = byte | 0xFFFFFF00 if byte >= 0x80 else byte
        value = ((value ^ signed) * 16777619) & 0xFFFFFFFF
    return value


def char_ngrams(word: str, low: int, high: int) -> list[str]:
    marked = f"<{word}>"
    grams = []
    for start in range(len(marked)):
        for size in range(max(low, 1), high + 1):
            alone = size == 1 and start in (0, len(marked) - 1)
            if start + size <= len(marked) and not alone:
                grams.append(marked[start : start + size])
    return grams


@cache
def rows_of_buckets(model: FasttextModel) -> dict[int, int]:
    """The row of every bucket that a pruned model kept: after the words, in their order."""
    bits = (f"{int(group):064b}"[::-1] for group in model.bucket_bits)
    kept = [bucket for bucket, bit in enumerate("".join(bits)) if bit == "1"]
    return {bucket: model.word_count + rank for rank, bucket in enumerate(kept)}


def bucket_row(model: FasttextModel, bucket: int) -> int | None:
    """The row of a bucket, None if the model was pruned of it."""
    if len(model.bucket_bits) == 0:
        return model.word_count + bucket
    return rows_of_buckets(model).get(bucket)


@cache
def dictionary(model: FasttextModel) -> dict[bytes, int]:
    data, bounds = model.words.tobytes(), model.word_offsets.tolist()
    return {data[start:end]: i for i, (start, end) in enumerate(pairwise(bounds))}


def document_rows(model: FasttextModel, text: str) -> list[int]:
    """Every row that the document's vector is the mean of; empty without words."""
    index = dictionary(model)
    rows: list[int | None] = []
    hashes: list[int] = []
    for word in [*re.split("[ \n\r\t\v\f\0]", text), "</s>"]:
        found = index.get(word.encode(), -1)
        if word == "" or found >= model.word_count:
            continue
        if found < 0 and word.startswith("__label__"):
            continue
        if word == "</s>" and not hashes:
            return []
        if found >= 0:
            rows.append(found)
        if word != "</s>" and model.max_chars > 0:
            grams = char_ngrams(word, model.min_chars, model.max_chars)
            rows.extend(bucket_row(model, fnv(gram.encode()) % model.bucket) for gram in grams)
        hashes.append(fnv(word.encode()))
        if word == "</s>":
            break
    for i, value in enumerate(hashes):
        mixed = value - (1 << 32) if value >= 1 << 31 else value
        for follower in hashes[i + 1 : i + model.word_ngrams]:
            signed = follower - (1 << 32) if follower >= 1 << 31 else follower
            mixed = (mixed * 116049371 + signed) % (1 << 64)
            rows.append(bucket_row(model, mixed % model.bucket))
    return [row for row in rows if row is not None]


def probabilities(model: FasttextModel, text: str) -> np.ndarray | None:
    """The model's probability of every label, in float64; None without words."""
    rows = document_rows(model, text)
    if not rows:
        return None
    values = model.outputs.astype(np.float64) @ model.rows[rows].astype(np.float64).mean(axis=0)
    if model.loss == "softmax":
        values = np.exp(values - values.max())
        return values / values.sum()
    if model.loss in ("ns", "ova"):
        steps = np.floor((np.clip(values, -8, 8) + 8) * 32) / 32 - 8
        return np.where(values < -8, 0, np.where(values > 8, 1, 1 / (1 + np.exp(-steps))))
    return leaf_probabilities(model.label_counts.tolist(), 1 / (1 + np.exp(-values)))


def leaf_probabilities(counts: list[int], odds: np.ndarray) -> np.ndarray:
    """Multiply the odds along each path of the Huffman tree, rightwards at odds[node]."""
    forest = [(count, i, (i,)) for i, count in enumerate(counts)][::-1]
    built: list[tuple[int, int, tuple[int, ...]]] = []
    result = np.ones(len(counts))
    for node in range(len(counts) - 1):
        pair = []
        for _ in range(2):
            leaf_first = bool(forest) and (not built or forest[0][0] < built[0][0])
            pair.append((forest if leaf_first else built).pop(0))
        left, right = pair
        result[list(left[2])] *= 1 - odds[node]
        result[list(right[2])] *= odds[node]
        built.append((left[0] + right[0], node, left[2] + right[2]))
    return result


def identify(model: FasttextModel, text: str) -> tuple[str, float]:
    """The best label and its score in [0, 1]; ``und`` and 0 for a text without words."""
    values = probabilities(model, text)
    if values is None:
        return "und", 0.0
    best = len(values) - 1 - int(np.argmax(values[::-1]))
    return model.labels[best], min(1.0, math.exp(math.log(values[best] + 1e-5)))
