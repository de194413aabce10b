"""Topics: made ones are parted, words name them, and luck has no part in it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.coverage.spherical import clusters
from corpuskit.coverage.topic_names import odds
from corpuskit.coverage.topics import TOPICS, allot, topics, weights
from corpuskit.kernels.arrow import text_buffer
from corpuskit.kernels.tokenise import tokenise
from corpuskit.kernels.topic_centres import Rows, add_up, nearest
from corpuskit.kernels.topic_words import MOST_TOKENS, number_words
from tests import reference_topics as plain

SHARED = [f"common{number}" for number in range(50)]
GARDEN = [f"garden{number}" for number in range(60)]
ENGINE = [f"engine{number}" for number in range(60)]


def corpus(kinds: list[tuple[str, list[str]]], seed: int = 0) -> pl.DataFrame:
    """Make a document of each kind: language and own words, with words that all share."""
    draw = random.Random(seed)
    texts = [" ".join(draw.choices(words, k=25) + draw.choices(SHARED, k=10)) for _, words in kinds]
    return pl.DataFrame(
        {
            "doc_id": pl.Series(draw.sample(range(2**60), len(kinds)), dtype=pl.UInt64),
            "text": texts,
            "language": [language for language, _ in kinds],
            "keep": [words is not ENGINE for _, words in kinds],
        }
    )


TWO = [("en", GARDEN), ("en", ENGINE)] * 60


def of_kind(found: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Choose the topics whose words, but for three at most, are of a kind."""
    return [row for row in found if sum(w.startswith(kind) for w in row["words"]["en"]) >= 7]


def test_two_made_topics_are_parted_and_named_by_their_own_words() -> None:
    found = topics(corpus(TWO))["topics"]
    garden, engine = of_kind(found, "garden"), of_kind(found, "engine")
    assert len(garden) + len(engine) == len(found) <= TOPICS
    assert sum(row["in"] for row in garden) == pytest.approx(0.5, abs=1e-5)
    assert sum(row["kept"] for row in garden) == pytest.approx(1, abs=1e-5)
    assert sum(row["kept"] for row in engine) == 0
    assert all(row["languages"] == {"en": 1.0} for row in found)


def test_topics_are_numbered_from_the_largest_on() -> None:
    found = topics(corpus([("en", GARDEN)] * 150 + [("fi", ENGINE)] * 60))["topics"]
    assert [row["topic"] for row in found] == list(range(1, len(found) + 1))
    assert [row["in"] for row in found] == sorted((row["in"] for row in found), reverse=True)


def test_small_languages_are_one_topic_with_words_of_each() -> None:
    kinds = [("en", GARDEN)] * 200 + [("fi", ENGINE)] * 4 + [("sv", SHARED)] * 3
    found = topics(corpus(kinds))["topics"]
    (others,) = [row for row in found if "fi" in row["languages"]]
    assert others["languages"] == {"fi": round(4 / 7, 6), "sv": round(3 / 7, 6)}
    assert set(others["words"]) == {"fi", "sv"}


def test_the_order_of_the_input_changes_nothing() -> None:
    frame = corpus([*TWO, *[("zh", ["山水", "诗人", "春风"])] * 30])
    assert topics(frame) == topics(frame.sample(fraction=1.0, shuffle=True, seed=3))


def test_words_without_spaces_are_pairs_of_characters() -> None:
    poems = ["山水 ", "诗人 ", "春风 ", "明月 ", "江南 ", "秋色 "]
    found = topics(corpus([("zh", poems)] * 30 + [("en", GARDEN)] * 60))["topics"]
    words = {word for row in found for word in row["words"].get("zh", [])}
    assert words <= {"山水", "诗人", "春风", "明月", "江南", "秋色", *SHARED}


@pytest.mark.parametrize("documents", [0, 1, 49])
def test_too_few_documents_have_no_topics_and_a_reason(documents: int) -> None:
    found = topics(corpus(TWO[:documents]))
    assert found == {"topics": None, "topics_reason": "too_few_documents"}


def test_documents_without_words_have_no_topic() -> None:
    frame = corpus(TWO).with_columns(pl.lit("12 34 !").alias("text"))
    assert topics(frame) == {"topics": []}


def test_documents_of_one_text_are_one_topic_and_nothing_fails() -> None:
    frame = corpus(TWO).with_columns(pl.lit("one and the same text").alias("text"))
    assert topics(frame) == {"topics": []}  # words of every document weigh nothing


def test_hostile_words_are_of_bounded_length() -> None:
    texts = ["x" * 5000 + " </script><b> \u202egnp.exe " + " ".join(GARDEN[:9])] * 20
    frame = corpus(TWO).with_columns(pl.Series("text", texts + corpus(TWO)["text"].to_list()[20:]))
    for row in topics(frame)["topics"]:
        assert all(len(word) <= 24 for words in row["words"].values() for word in words)


def test_stop_words_name_no_topic() -> None:
    kinds = [("de", [*GARDEN, "und", "der"])] * 60 + [("de", ENGINE)] * 60
    for row in topics(corpus(kinds))["topics"]:
        assert not {"und", "der"} & set(row["words"]["de"])


@pytest.mark.slow
def test_threads_change_nothing() -> None:
    code = (
        "import json\nfrom tests.coverage.test_topics import TWO, corpus\n"
        "from corpuskit.coverage.topics import topics\n"
        "print(json.dumps(topics(corpus(TWO))))"
    )
    made = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={**os.environ, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads,
                 "POLARS_MAX_THREADS": threads},
        ).stdout
        for threads in ("1", "2")
    ]  # fmt: skip
    assert made[0] == made[1]
    assert json.loads(made[0])["topics"]


def test_languages_share_the_topics_out_by_their_documents() -> None:
    assert sum(allot([1000, 400], ["en", "zh"])) == TOPICS
    assert allot([1000, 1000], ["en", "zh"]) == [10, 10]
    assert allot([145], ["en"]) == [4]  # thirty documents a topic at least
    assert allot([5, 3], ["en", "zh"]) == [0, 0]
    assert sum(allot([100] * 40, [f"l{n:02}" for n in range(40)])) == TOPICS - 1


def test_rare_words_weigh_more_and_common_ones_nothing() -> None:
    documents = np.array([1, 2, 4, 16, 17, 64, 3, 4], np.int32)
    found = weights(documents, np.array([0] * 6 + [1, 1]), np.array([64, 6]))
    assert found.tolist() == [0, 16 * 5, 16 * 4, 16 * 2, 0, 0, 16, 0]


# 30 of 40 words inside against 10 of 1,040 outside: by hand with the prior of 500 words.
def test_log_odds_are_those_of_the_paper() -> None:
    inside, everywhere = np.array([30, 10]), np.array([40, 1040])
    prior = 500 * everywhere / 1080
    first, second = inside + prior, everywhere - inside + prior
    ratio = np.log(first / (540 - first)) - np.log(second / (1540 - second))
    expected = ratio / np.sqrt(1 / first + 1 / second)
    assert odds(inside, everywhere).tolist() == pytest.approx(expected.tolist())


PIECES = st.sampled_from(
    ["Word", "word", "x", "y" * 25, "y" * 24, "中", "文", "日本", "3", "b2", "ไทย", " ", "  ", "-",
     "é", "É", "\u0301", "한국", "'s", ".", "\n"]
)  # fmt: skip


@given(st.lists(st.lists(PIECES, max_size=25).map("".join), min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_words_are_numbered_as_the_slow_twin_counts_them(texts: list[str]) -> None:
    buffer = text_buffer(pl.Series(texts))
    found = number_words(tokenise(buffer), np.zeros(len(texts), np.int64))
    twin = [plain.words(text) for text in texts]
    assert np.diff(found.offsets).tolist() == [len(words) for words in twin]
    numbers: dict[str, int] = {}
    for words in twin:
        for word in words:
            numbers.setdefault(word, len(numbers))
    rows = iter(zip(found.word.tolist(), found.times.tolist(), strict=True))
    for words in twin:
        assert dict(zip(words, words.values(), strict=True)) == {
            word: count for word, (number, count) in zip(words, rows, strict=False)
            if numbers[word] == number
        }  # fmt: skip
    held = [sum(word in words for words in twin) for word in numbers]
    assert found.documents.tolist() == held


def test_a_word_of_two_languages_is_two_words() -> None:
    tokens = tokenise(text_buffer(pl.Series(["die word", "die word", "word"])))
    found = number_words(tokens, np.array([0, 1, 1]))
    assert found.word.tolist() == [0, 1, 2, 3, 3]
    assert found.documents.tolist() == [1, 1, 1, 2]


def test_the_end_of_a_long_document_is_not_looked_at() -> None:
    tokens = tokenise(text_buffer(pl.Series(["ab " * (MOST_TOKENS + 9) + "cd", "cd"])))
    found = number_words(tokens, np.zeros(2, np.int64))
    assert found.offsets.tolist() == [0, 1, 2]
    assert found.times.tolist() == [255, 1]


def matrices() -> Iterator[tuple[list[dict[int, int]], list[list[int]]]]:
    draw = random.Random(5)
    for _ in range(50):
        words, k = draw.randint(1, 12), draw.randint(1, 5)
        rows = [
            {w: draw.randint(-50, 50) for w in draw.sample(range(words), draw.randint(0, words))}
            for _ in range(draw.randint(1, 9))
        ]
        yield rows, [[draw.randint(-3, 3) for _ in range(k)] for _ in range(words)]


def sparse(rows: list[dict[int, int]]) -> Rows:
    return Rows(
        np.cumsum([0, *map(len, rows)]),
        np.array([word for row in rows for word in row], np.int32),
        np.array([value for row in rows for value in row.values()], np.int32),
    )


def test_products_and_sums_are_those_of_the_slow_twin() -> None:
    for rows, centres in matrices():
        label, product = nearest(sparse(rows), np.array(centres, np.int32))
        assert list(zip(label.tolist(), product.tolist(), strict=True)) == plain.nearest(
            rows, centres
        )
        sums = add_up(sparse(rows), label, (len(centres), len(centres[0])))
        for word in range(len(centres)):
            for k in range(len(centres[0])):
                held = [row.get(word, 0) for row, own in zip(rows, label, strict=True) if own == k]
                assert sums[word, k] == sum(held)


def test_clusters_of_vectors_that_share_no_word_are_pure() -> None:
    rows = sparse([{number % 3: 4096} for number in range(30)])
    label = clusters(rows, 3, 3)
    assert len({(number % 3, int(own)) for number, own in enumerate(label)}) == 3
    assert clusters(rows, 3, 1).tolist() == [0] * 30
    assert sorted(set(clusters(sparse([{0: 4096}] * 4), 1, 4).tolist())) == [0]
