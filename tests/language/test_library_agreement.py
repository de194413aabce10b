"""Labels and scores are those of the fastText library."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpuskit.features.language import LanguageModel, identify, load_model
from corpuskit.kernels.arrow import text_buffer
from tests.language.conftest import VOCABULARY, Oracle
from tests.language.sentences import HOSTILE, SENTENCES

TOLERANCE = 1e-4
TABLE_STEP = 0.0079
"""ns and ova read a table of 512 steps: sums that differ in the last bit may be a step apart."""

WORDS = [word for text in VOCABULARY.values() for word in text.split()]
texts = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(["\n", "\t", "\0", "</s>", "__label__l1", "__label__x", "\u3000", "🏳️‍🌈"]),
        st.text(max_size=40),
    ),
    max_size=12,
).map(" ".join)
several = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def ask(model: LanguageModel, documents: list[str]) -> list[tuple[str, float]]:
    labels, scores = identify(model, text_buffer(pl.Series(documents, dtype=pl.String)))
    names = [model.labels[label] if label >= 0 else "und" for label in labels]
    return list(zip(names, scores.tolist(), strict=True))


def has_words(text: str) -> bool:
    words = text.translate(dict.fromkeys(map(ord, "\n\r\t\v\f\0"), " ")).split(" ")
    before_end = words[: words.index("</s>")] if "</s>" in words else words
    return any(word and not word.startswith("__label__") for word in before_end)


def assert_same(oracle: Oracle, documents: list[str], tolerance: float = TOLERANCE) -> None:
    for text, (label, score) in zip(
        documents, ask(load_model(oracle.path), documents), strict=True
    ):
        if not has_words(text):
            assert (label, score) == ("und", 0.0)
            continue
        expected, expected_score = oracle.best(text)
        assert score == pytest.approx(min(expected_score, 1.0), abs=tolerance), text
        if label != expected:  # only where the library itself sees no difference
            ranked = {name: value for value, name in oracle.ranked(text, 400)}
            assert ranked[label] == pytest.approx(expected_score, abs=tolerance / 10), text


def test_lid176_answers_like_the_library_in_many_languages(lid: Oracle) -> None:
    documents = [*SENTENCES.values(), *HOSTILE]
    for text, (label, score) in zip(documents, ask(load_model(), documents), strict=True):
        if has_words(text):
            expected, expected_score = lid.best(text)
            assert label == expected, text
            assert score == pytest.approx(min(expected_score, 1.0), abs=TOLERANCE), text


def test_lid176_names_the_language_of_plain_sentences() -> None:
    answers = ask(load_model(), list(SENTENCES.values()))
    wrong = {want: got for want, (got, _) in zip(SENTENCES, answers, strict=True) if want != got}
    assert wrong == {}


@given(documents=st.lists(texts, max_size=4))
@several
def test_lid176_answers_like_the_library_on_hostile_text(lid: Oracle, documents: list[str]) -> None:
    assert_same(lid, documents)


@given(documents=st.lists(texts, max_size=4))
@several
def test_every_kind_of_model_answers_like_the_library(oracle: Oracle, documents: list[str]) -> None:
    tabulated = read(oracle.path).loss in ("ns", "ova")
    assert_same(oracle, documents, TABLE_STEP if tabulated else TOLERANCE)


@cache
def read(path: Path):  # type: ignore[no-untyped-def]
    from corpuskit.features.fasttext_model import read_fasttext

    return read_fasttext(path)


def test_the_library_backend_says_what_it_is_and_agrees(lid: Oracle) -> None:
    library = load_model(lid.path, backend="fasttext")
    assert library.backend == "fasttext"
    documents = [*SENTENCES.values(), "", " \n\0"]
    ours, theirs = ask(load_model(), documents), ask(library, documents)
    assert [label for label, _ in ours] == [label for label, _ in theirs]
    assert np.allclose([s for _, s in ours], [s for _, s in theirs], atol=TOLERANCE)
