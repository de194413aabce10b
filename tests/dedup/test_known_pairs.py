"""Pairs of known similarity are found as often as stated, and nothing less similar is dropped.

Statistics. A pair of similarity s becomes a candidate with probability R(s) = 1 - (1 - s^r)^b, over
the draw of b × r hash functions. The pairs below lie at the threshold t or up to 0.02 above, so
each is found with R(t) at least, and the number found among n pairs of different texts is at least
binomial(n, R(t)). A cell of 40 pairs fails where it has fewer hits than that variable falls under
with probability 0.001; there are 18 cells, so a right search fails anywhere with 0.018 at most,
and does so always or never, since nothing here is drawn anew. All languages of a threshold
together, 240 pairs, are held to four standard deviations of the sum of R(s) on both sides. At 0.7
and 20 × 6, R is 0.918 and a cell must have 30 hits of 40; a search that finds half of the pairs at
its threshold has fewer with a probability of 0.9989, and at 0.8 (38 of 40) and 0.9 (all) with more.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import polars as pl
import pytest

from corpuskit.dedup import DuplicatesResult, deduplicate, recall
from corpuskit.duplicate_settings import DuplicateSettings
from tests.dedup.known_pairs import (
    LANGUAGES,
    Pair,
    cut,
    jaccard,
    least_hits,
    make_pair,
    pairs_of,
    passages,
    sample_texts,
    shingles,
    spelled,
)

PAIRS = 40
THRESHOLDS = (0.7, 0.8, 0.9)


@cache
def documents() -> dict[str, list[Sequence[str]]]:
    seen: set[tuple[str, ...]] = set()
    return {name: passages(sample_texts(name), PAIRS, 1, seen) for name in LANGUAGES}


@cache
def searched(threshold: float) -> tuple[list[Pair], DuplicatesResult]:
    """Make the pairs of all languages and search them all at once; doc_id 2i and 2i + 1."""
    pairs = [
        pair
        for language in LANGUAGES
        for pair in pairs_of(language, documents()[language], PAIRS, threshold)
    ]
    texts = pl.Series([text for pair in pairs for text in (pair.first, pair.second)])
    return pairs, deduplicate(texts, pl.Series(range(len(texts))), chosen(threshold))


def chosen(threshold: float) -> DuplicateSettings:
    return DuplicateSettings(similarity=threshold)


def hits(threshold: float) -> list[tuple[Pair, bool]]:
    """Tell for every pair whether both of its texts are in one cluster."""
    pairs, result = searched(threshold)
    cluster = dict(result.frame.select("doc_id", "cluster").iter_rows())
    places = range(0, 2 * len(pairs), 2)
    found = [cluster.get(place, -1) == cluster.get(place + 1, -2) for place in places]
    return list(zip(pairs, found, strict=True))


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_found_with_the_stated_recall(language: str, threshold: float) -> None:
    found = [hit for pair, hit in hits(threshold) if pair.language == language]
    settings = chosen(threshold)
    stated = recall(settings.bands, settings.rows, threshold)
    assert len(found) == PAIRS
    assert sum(found) >= least_hits(PAIRS, stated)


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_all_languages_together_are_found_as_often_as_their_similarities_say(
    threshold: float,
) -> None:
    settings = chosen(threshold)
    found = hits(threshold)
    likely = [recall(settings.bands, settings.rows, pair.jaccard) for pair, _ in found]
    deviation = sum(chance * (1 - chance) for chance in likely) ** 0.5
    assert sum(hit for _, hit in found) == pytest.approx(sum(likely), abs=4 * deviation + 0.5)


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_every_dropped_document_is_as_similar_as_plain_sets_say(threshold: float) -> None:
    pairs, result = searched(threshold)
    texts = [text for pair in pairs for text in (pair.first, pair.second)]
    dropped = result.frame.filter(pl.col("kind") != "representative")
    assert dropped.height > 5 * PAIRS
    for row in dropped.iter_rows(named=True):
        exactly = jaccard(*(shingles(cut(texts[row[name]])) for name in ("doc_id", "cluster")))
        assert exactly >= threshold
        assert row["jaccard"] == pytest.approx(exactly, abs=1e-12)


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_pairs_under_the_threshold_are_all_kept(threshold: float) -> None:
    pairs, _ = searched(threshold)
    texts = pl.Series([text for pair in pairs for text in (pair.first, pair.second)])
    above = DuplicateSettings(similarity=max(pair.jaccard for pair in pairs) + 1e-9)
    assert deduplicate(texts, pl.Series(range(len(texts))), above).frame.is_empty()


def test_the_pairs_lie_just_above_the_goal() -> None:
    for threshold in THRESHOLDS:
        over = [pair.jaccard - threshold for pair, _ in hits(threshold)]
        assert min(over) >= 0
        assert sum(over) / len(over) < 0.01


def test_shingles_by_hand() -> None:
    assert shingles(cut("One two, three four FIVE six.")) == {
        ("one", "two", "three", "four", "five"),
        ("two", "three", "four", "five", "six"),
    }
    assert shingles(cut("春眠不觉晓。处处闻啼鸟")) == {tuple("春眠不觉晓处处闻啼鸟")}
    assert shingles(cut("春眠不觉晓 ab 处处闻啼")) == {
        ("春", "眠", "不", "觉", "晓", "ab", "处", "处", "闻"),
        ("眠", "不", "觉", "晓", "ab", "处", "处", "闻", "啼"),
    }


def test_jaccard_and_spelling_by_hand() -> None:
    assert jaccard({("a",), ("b",)}, {("b",), ("c",)}) == 1 / 3
    assert spelled(["ab", "春", "眠", "cd"]) == "ab 春眠 cd"


def test_the_bound_by_hand() -> None:
    # P(X < 2) = 0.25 + 0.5 and P(X < 1) = 0.25 for two throws of a coin; P(X < 0) = 0.
    assert [least_hits(2, 0.5, doubt) for doubt in (0.2, 0.25, 0.74, 0.76)] == [0, 1, 1, 2]


def test_a_pair_that_cannot_be_made_is_not_made() -> None:
    assert make_pair("en", [f"w{number}" for number in range(12)], ["new"], 0.9, 1) is None
