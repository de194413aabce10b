"""The kernel equals its slow twin, and a document's answer is its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from corpuskit.features.fasttext_model import FasttextModel, read_fasttext
from corpuskit.features.language import BUNDLED_PATH, LanguageModel, identify, load_model
from corpuskit.kernels.arrow import TextBuffer, text_buffer
from corpuskit.kernels.fasttext_output import best_labels, label_tree
from corpuskit.kernels.language import document_vectors, recent_words
from tests import reference_language as twin
from tests.language.conftest import Oracle
from tests.language.sentences import HOSTILE, SENTENCES
from tests.language.test_library_agreement import texts

several = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@cache
def bundled() -> FasttextModel:
    return read_fasttext(BUNDLED_PATH)


def buffer(documents: list[str]) -> TextBuffer:
    return text_buffer(pl.Series(documents, dtype=pl.String))


def answers(documents: list[str]) -> list[tuple[int, float]]:
    labels, scores = identify(load_model(), buffer(documents))
    return list(zip(labels.tolist(), scores.tolist(), strict=True))


def assert_twin(model: LanguageModel, parsed: FasttextModel, text: str, step: float) -> None:
    labels, scores = identify(model, buffer([text]))
    label, score = twin.identify(parsed, text)
    assert scores[0] == pytest.approx(score, abs=step)
    found = model.labels[labels[0]] if labels[0] >= 0 else "und"
    if found != label:  # float32 and float64 may order a tie differently
        values = twin.probabilities(parsed, text)
        assert values is not None
        assert values[labels[0]] == pytest.approx(values.max(), abs=step)


@given(text=texts)
@several
def test_the_kernel_equals_its_twin_on_the_bundled_model(text: str) -> None:
    assert_twin(load_model(), bundled(), text, 1e-4)


@given(text=texts)
@settings(several, max_examples=15)
def test_the_kernel_equals_its_twin_on_every_kind_of_model(oracle: Oracle, text: str) -> None:
    parsed = read_fasttext(oracle.path)
    step = 0.0079 if parsed.loss in ("ns", "ova") else 1e-4
    assert_twin(load_model(oracle.path), parsed, text, step)


def test_the_number_of_rows_equals_the_twin_s() -> None:
    documents = [*SENTENCES.values(), *HOSTILE[:14]]
    model = load_model()
    assert model._input is not None
    _, counts = document_vectors(buffer(documents), model._input, recent_words(16))
    assert counts.tolist() == [len(twin.document_rows(bundled(), text)) for text in documents]


def test_a_word_of_two_characters_has_these_ngrams() -> None:
    assert twin.char_ngrams("ab", 1, 3) == ["<a", "<ab", "a", "ab", "ab>", "b", "b>"]


def test_a_document_s_answer_does_not_depend_on_its_neighbours_or_their_order() -> None:
    documents = [*SENTENCES.values(), *HOSTILE]
    together = answers(documents)
    backwards = answers(documents[::-1])[::-1]
    alone = [answers([text])[0] for text in documents]
    assert together == alone == backwards


@pytest.mark.parametrize("slots_bytes", [1, 1 << 16, 1 << 24])
def test_the_size_of_the_word_table_changes_no_bit_of_a_vector(slots_bytes: int) -> None:
    documents = buffer([*SENTENCES.values(), *HOSTILE])
    model = load_model()
    assert model._input is not None
    expected, _ = document_vectors(documents, model._input, recent_words(16))
    found, _ = document_vectors(documents, model._input, recent_words(16, slots_bytes))
    assert np.array_equal(found, expected)


def test_threads_share_a_model() -> None:
    documents = [*SENTENCES.values()] * 20
    expected = answers(documents)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == expected for found in pool.map(answers, [documents] * 12))


def test_a_slice_of_a_column_is_measured_where_it_lies() -> None:
    column = pl.Series(["Привет, как дела?", "Wie geht es dir?", "Comment vas-tu ?"])
    labels, _ = identify(load_model(), text_buffer(column[1:3]))
    assert [load_model().labels[label] for label in labels] == ["de", "fr"]


def test_no_documents_give_no_answers() -> None:
    labels, scores = identify(load_model(), buffer([]))
    assert (labels.dtype, scores.dtype, len(labels), len(scores)) == (np.int32, np.float32, 0, 0)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t\r\n\v\f\0 ", "</s>", " </s> word"])
def test_a_text_without_words_has_no_language(text: str) -> None:
    assert answers([text]) == [(-1, 0.0)]


def test_a_line_feed_is_white_space() -> None:
    assert answers(["Wie geht\nes dir?"]) == answers(["Wie geht es dir?"])


def test_words_of_32_and_33_bytes_are_told_from_their_prefixes() -> None:
    base = "a" * 32
    documents = [base, base[:-1], base + "a", base[:-1] + "b", "a" * 8, "a" * 16, "a" * 7]
    assert answers(documents) == [answers([text])[0] for text in documents]


def test_a_text_of_one_word_and_ten_megabytes_is_one_document() -> None:
    (label, score), *_ = answers(["語" * (10 * 2**20 // 3)])
    assert load_model().labels[label] in ("zh", "ja")
    assert 0.0 < score <= 1.0


def test_a_single_label_is_certain() -> None:
    tree = label_tree(np.array([5], dtype=np.int64))
    assert tree is not None
    from corpuskit.kernels.fasttext_output import HS, OutputLayer

    output = OutputLayer(HS, np.zeros((1, 16), dtype=np.float32), *tree)
    for array in output[1:]:
        array.flags.writeable = False
    labels, scores = best_labels(np.ones((1, 16), dtype=np.float32), np.ones(1, np.int64), output)
    assert (labels.tolist(), scores.tolist()) == ([0], [1.0])


def test_the_label_tree_joins_the_two_rarest_first() -> None:
    tree = label_tree(np.array([8, 4, 2, 1], dtype=np.int64))
    assert tree is not None
    left, right = tree
    assert left.tolist() == [-1, -1, -1, -1, 3, 4, 5]
    assert right.tolist() == [-1, -1, -1, -1, 2, 1, 0]


def test_no_label_tree_follows_from_counts_that_rise() -> None:
    assert label_tree(np.array([1, 2], dtype=np.int64)) is None
