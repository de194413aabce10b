"""The total of tokens from a sample: exact where all is sampled, honest where it is not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from corpuskit.coverage.token_totals import student, token_totals

SCHEMA = {
    "language": pl.String, "whole_bytes": pl.Int64, "bytes": pl.Int64, "tokens": pl.Int64,
    "single": pl.Int64,
}  # fmt: skip


def sample(*rows: tuple[str, int, int, int, int]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


def test_a_corpus_that_is_sampled_whole_has_no_interval() -> None:
    rows = sample(("en", 100, 100, 25, 0), ("en", 50, 50, 10, 1), ("zh", 30, 30, 15, 6))
    found = token_totals(rows, {"en": 150, "zh": 30})
    assert (found["total"], found["low"], found["high"]) == (50, 50, 50)
    assert (found["sampled_documents"], found["sampled_bytes"]) == (3, 180)
    assert found["by_language"] == [
        {"language": "en", "bytes": 150, "documents": 2, "bytes_per_token": 4.2857,
         "byte_fallback_ratio": 0.028571, "tokens": 35},
        {"language": "zh", "bytes": 30, "documents": 1, "bytes_per_token": 2.0,
         "byte_fallback_ratio": 0.4, "tokens": 15},
    ]  # fmt: skip


def test_languages_add_up_by_their_own_rates() -> None:
    rows = sample(("en", 100, 100, 25, 0), ("en", 100, 100, 25, 0), ("zh", 30, 30, 15, 0))
    found = token_totals(rows, {"en": 4000, "zh": 300})
    assert found["total"] == 1000 + 150 == sum(row["tokens"] for row in found["by_language"])


def test_a_language_that_the_sample_missed_has_the_common_rate() -> None:
    rows = sample(("en", 100, 100, 30, 0), ("en", 100, 100, 20, 0))
    found = token_totals(rows, {"en": 200, "fi": 40})
    assert found["by_language"][1] == {
        "language": "fi", "bytes": 40, "documents": 0, "bytes_per_token": None,
        "byte_fallback_ratio": None, "tokens": 10,
    }  # fmt: skip
    assert found["low"] < found["total"] < found["high"]


def test_a_cut_document_stands_for_its_whole_length() -> None:
    rows = sample(("en", 1000, 100, 50, 0), ("en", 100, 100, 25, 0))
    found = token_totals(rows, {"en": 1100})
    assert found["total"] == 500 + 25
    assert found["low"] < 525 < found["high"]


# One stratum of two documents, a tenth of the bytes; residuals ±5 about the rate of 1/4:
# half-width = t(1) · sqrt(0.9 · 2/1 · 50 · 10²) with t(1) of the expansion.
def test_the_interval_is_that_of_the_delta_method() -> None:
    rows = sample(("en", 100, 100, 30, 0), ("en", 100, 100, 20, 0))
    found = token_totals(rows, {"en": 2000})
    half = student(1) * np.sqrt(0.9 * 2 * 50 * 100)
    assert found["total"] == 500
    assert found["low"] == max(0, int(np.floor(500 - half)))
    assert found["high"] == int(np.ceil(500 + half))


# The table of Student's distribution in any textbook, two-sided 95 %.
@pytest.mark.parametrize(
    ("freedom", "value"), [(5, 2.571), (10, 2.228), (30, 2.042), (100, 1.984), (1e9, 1.960)]
)
def test_student_is_that_of_the_tables(freedom: float, value: float) -> None:
    assert student(freedom) == pytest.approx(value, rel=0.004)


def test_an_empty_corpus_has_no_tokens_and_a_lost_sample_is_told() -> None:
    empty = token_totals(sample(), {})
    assert (empty["total"], empty["by_language"]) == (0, [])
    lost = token_totals(sample(), {"en": 10})
    assert (lost["total"], lost["low"], lost["reason"]) == (None, None, "nothing_sampled")
    assert lost["by_language"][0]["tokens"] is None


def test_one_document_of_many_gives_a_total_and_no_interval() -> None:
    found = token_totals(sample(("en", 100, 100, 25, 0)), {"en": 1000})
    assert (found["total"], found["low"], found["reason"]) == (250, None, "one_document_sampled")


def test_documents_without_text_count_for_nothing() -> None:
    rows = sample(("en", 100, 100, 25, 0), ("und", 0, 0, 0, 0))
    assert token_totals(rows, {"en": 100, "und": 0})["total"] == 25


def made_corpus(random: np.random.Generator, documents: int) -> pl.DataFrame:
    """Make a corpus of lengths as the web has them, and rates that differ between documents."""
    language = random.choice(["en", "zh", "fi", "xx"], documents, p=[0.5, 0.3, 0.185, 0.015])
    size = np.exp(random.normal(7.5, 1.2, documents)).astype(np.int64) + 20
    per_byte = np.select([language == "en", language == "zh"], [0.22, 0.29], 0.33)
    rate = per_byte * np.exp(random.normal(0, 0.15, documents))
    return pl.DataFrame(
        {
            "language": language, "whole_bytes": size, "bytes": size,
            "tokens": np.rint(size * rate).astype(np.int64), "single": 0,
        }
    )  # fmt: skip


# 200 samples of one in ten; the standard error of a share of 95 % is 1.5 points.
def test_19_of_20_intervals_hold_the_true_total() -> None:
    random = np.random.default_rng(7)
    held = 0
    for _ in range(200):
        corpus = made_corpus(random, 3000)
        drawn = corpus.filter(pl.Series(random.random(corpus.height) < 0.1))
        sizes = dict(corpus.group_by("language").agg(pl.col("bytes").sum()).iter_rows())
        found = token_totals(drawn, sizes)
        held += found["low"] <= corpus["tokens"].sum() <= found["high"]
    assert 0.90 <= held / 200 <= 0.995
