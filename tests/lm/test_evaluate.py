from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from corpuskit.lm import evaluate  # noqa: E402
from corpuskit.lm.evaluate import document_losses  # noqa: E402
from corpuskit.lm.model import build, states, token_losses  # noqa: E402
from corpuskit.lm.packing import Encoded  # noqa: E402
from tests.lm.made_streams import TINY, sizes, stream  # noqa: E402
from tests.lm.test_model import stirred  # noqa: E402


def slow_nats(model: Any, document: list[int]) -> float:
    """A document by itself: window after window, token after token."""
    context, nats, place = model.shape.context, 0.0, 0
    document = document[: 1 + evaluate.MOST_TOKENS]
    while place + 1 < len(document):
        window = document[place : place + context + 1]
        with torch.no_grad():
            logits = states(model, torch.tensor([window[:-1]]))[0] @ model.weights["head"].t()
        for scores, target in zip(logits.double(), window[1:], strict=True):
            nats += float(torch.logsumexp(scores, 0) - scores[target])
        place += context
    return nats


def test_a_uniform_model_needs_the_logarithm_of_the_vocabulary_for_each_token() -> None:
    model, made = build(TINY, 0), stream()
    found = document_losses(model, made, sizes())
    tokens = int((made.tokens != 0).sum())
    size = int(sizes()[made.tokens].sum())
    assert found.bits_per_byte == pytest.approx(math.log2(32) * tokens / size, rel=1e-6)
    np.testing.assert_allclose(found.nats, math.log(32) * found.tokens, rtol=1e-6)


def test_every_document_has_the_nats_of_a_slow_loop_over_it_alone() -> None:
    model, made = stirred(), stream(documents=40, seed=5)
    found = document_losses(model, made, sizes())
    for number in range(made.documents):
        document = made.tokens[made.starts[number] : made.starts[number + 1]].tolist()
        assert found.nats[number] == pytest.approx(slow_nats(model, document), rel=1e-4)
        assert found.bytes[number] == sum(sizes()[token] for token in document)
        assert found.tokens[number] == len(document) - 1


def test_long_documents_count_with_their_first_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "MOST_TOKENS", 512)
    body = np.arange(700) % 31 + 1
    tokens = np.concatenate(([0], body, [0], body[:512])).astype(np.uint16)
    made = Encoded(tokens, np.array([0, 701, 1214]))
    found = document_losses(stirred(), made, sizes())
    assert found.tokens.tolist() == [512, 512]
    assert found.bytes[0] == found.bytes[1] == sizes()[body[:512]].sum()
    assert found.nats[0] == pytest.approx(found.nats[1], rel=1e-6)


def test_an_empty_document_has_neither_nats_nor_bytes() -> None:
    made = Encoded(np.array([0, 0, 7, 0], np.uint16), np.array([0, 1, 3, 4]))
    found = document_losses(stirred(), made, sizes())
    assert found.nats[[0, 2]].tolist() == [0.0, 0.0]
    assert found.bytes.tolist() == [0, 2, 0]
    assert found.nats[1] > 0


def test_a_set_without_bytes_has_no_bits_per_byte() -> None:
    made = Encoded(np.array([0, 0], np.uint16), np.array([0, 1, 2]))
    assert document_losses(stirred(), made, sizes()).bits_per_byte is None


def test_the_first_token_is_predicted_from_end_alone() -> None:
    model = stirred()
    made = Encoded(np.array([0, 9, 0, 4], np.uint16), np.array([0, 2, 4]))
    found = document_losses(model, made, sizes())
    alone = token_losses(model, torch.tensor([[0]]), torch.tensor([[9]]))
    assert found.nats[0] == pytest.approx(float(alone), rel=1e-6)


@pytest.mark.parametrize("batch_tokens", [8, 24, 4096])
def test_batches_change_no_document(batch_tokens: int, monkeypatch: pytest.MonkeyPatch) -> None:
    model, made = stirred(replace(TINY, context=6)), stream(documents=30, seed=7)
    expected = document_losses(model, made, sizes()).nats
    monkeypatch.setattr(evaluate, "BATCH_TOKENS", batch_tokens)
    np.testing.assert_allclose(document_losses(model, made, sizes()).nats, expected, rtol=1e-5)
