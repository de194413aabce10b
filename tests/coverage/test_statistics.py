from __future__ import annotations

import itertools
import json

import numpy as np
import polars as pl
import pytest

from corpuskit.coverage import statistics
from corpuskit.coverage.statistics import LENGTH_EDGES, choose_edges

FEATURES = ["char_count", "digit_ratio", "language"]
BOUNDS = {"char_count": [50.0], "digit_ratio": [0.3]}


def scores(rows: int = 1000) -> pl.DataFrame:
    rng = np.random.default_rng(7)
    chars = rng.integers(0, 5000, rows).astype(np.uint32)
    return pl.DataFrame(
        {
            "doc_id": rng.integers(0, 1 << 63, rows, dtype=np.uint64),
            "byte_count": chars * 2,
            "char_count": chars,
            "non_space_count": chars,
            "letter_ratio": np.full(rows, 0.9),
            "digit_ratio": rng.random(rows) * 0.1,
            "punctuation_ratio": np.zeros(rows),
            "script_ratio": np.ones(rows),
            "language": rng.choice(["en", "zh", "fi"], rows, p=[0.6, 0.3, 0.1]),
            "script": rng.choice(["Latin", "Han"], rows),
            "keep": chars >= 50,
        }
    )


def test_volumes_are_those_of_an_independent_count() -> None:
    frame = scores()
    found = statistics(frame.lazy(), FEATURES, BOUNDS)["coverage"]
    kept = frame.filter("keep")
    assert found["in"]["documents"] == 1000
    assert found["in"]["bytes"] == sum(frame["byte_count"].to_list())
    assert found["kept"]["documents"] == kept.height
    assert found["kept"]["characters"] == sum(kept["char_count"].to_list())
    assert 0 < found["kept"]["estimated_tokens"] < found["in"]["estimated_tokens"]


def test_documents_on_an_inner_edge_are_counted_apart() -> None:
    chars = pl.col("char_count")
    some = pl.when(chars % 7 == 0).then(50).otherwise(chars)
    frame = scores().with_columns(char_count=some)
    bins = statistics(frame.lazy(), FEATURES, BOUNDS)["histograms"]["char_count"]
    assert len(bins["on_edge"]) == len(bins["edges"]) - 2
    for edge, on_edge in zip(bins["edges"][1:-1], bins["on_edge"], strict=True):
        assert on_edge == frame.filter(pl.col("char_count") == edge).height
    assert bins["on_edge"][bins["edges"].index(50.0) - 1] > 100


def test_languages_are_counted_and_the_largest_is_first() -> None:
    frame = scores()
    found = statistics(frame.lazy(), FEATURES, BOUNDS)["languages"]
    assert list(found) == ["en", "zh", "fi"]
    kept = frame.filter(keep=True, language="zh")
    assert found["zh"]["documents"]["kept"] == kept.height
    assert found["zh"]["bytes"]["kept"] == sum(kept["byte_count"].to_list())


def test_equally_large_languages_are_in_the_order_of_their_codes() -> None:
    frame = scores(2).with_columns(pl.Series("language", ["zh", "en"]))
    assert list(statistics(frame.lazy(), [], {})["languages"]) == ["en", "zh"]


def test_every_document_is_in_one_bin() -> None:
    frame = scores()
    found = statistics(frame.lazy(), FEATURES, BOUNDS)
    for bins in found["histograms"].values():
        assert len(bins["edges"]) == len(bins["in"]) + 1 == len(bins["kept"]) + 1
        assert sum(bins["in"]) == 1000
        assert sum(bins["kept"]) == frame["keep"].sum()
    assert sum(found["coverage"]["in"]["lengths"]["documents"]) == 1000


def test_bins_are_those_of_numpy() -> None:
    frame = scores()
    bins = statistics(frame.lazy(), FEATURES, BOUNDS)["histograms"]["digit_ratio"]
    inner = np.clip(frame["digit_ratio"].to_numpy(), bins["edges"][0], bins["edges"][-1])
    assert bins["in"] == np.histogram(inner, bins["edges"])[0].tolist()


def test_lengths_count_a_document_in_the_bin_that_it_begins() -> None:
    frame = scores(3).with_columns(pl.Series("char_count", [0, 10, 2_000_000_000], pl.UInt32))
    lengths = statistics(frame.lazy(), [], {})["coverage"]["in"]["lengths"]
    places = [place for place, count in enumerate(lengths["documents"]) if count]
    assert places == [0, LENGTH_EDGES.index(10), len(LENGTH_EDGES) - 2]


def test_words_and_truths_have_no_histogram() -> None:
    assert set(statistics(scores().lazy(), [*FEATURES, "keep"], BOUNDS)["histograms"]) == {
        "char_count", "digit_ratio",
    }  # fmt: skip


def test_every_bound_is_an_edge_and_the_range_reaches_it() -> None:
    edges = choose_edges(scores().lazy(), FEATURES, BOUNDS, 1000)
    assert 50.0 in edges["char_count"]
    assert edges["digit_ratio"][-1] == 0.3


@pytest.mark.parametrize("values", [[0.0], [5.0, 5.0], [0.0, 1e9], [-3.0, 2.0]])
def test_edges_ascend_whatever_the_values(values: list[float]) -> None:
    frame = pl.LazyFrame({"doc_id": pl.Series(range(len(values)), dtype=pl.UInt64), "x": values})
    edges = choose_edges(frame, ["x"], {}, len(values))["x"]
    assert len(edges) >= 2
    assert all(low < high for low, high in itertools.pairwise(edges))


def test_the_order_of_the_parts_changes_no_byte() -> None:
    frame = scores()
    parts = [frame[:10], frame[10:700], frame[700:]]
    found = {
        json.dumps(statistics(pl.concat(order).lazy(), FEATURES, BOUNDS))
        for order in itertools.permutations(parts)
    }
    assert len(found) == 1


def test_no_documents_give_zeros_and_no_languages() -> None:
    found = statistics(scores(0).lazy(), FEATURES, BOUNDS)
    assert found["languages"] == found["scripts"] == {}
    assert found["coverage"]["in"]["documents"] == found["coverage"]["kept"]["bytes"] == 0
    assert sum(found["histograms"]["char_count"]["in"]) == 0


def test_no_features_give_no_histograms() -> None:
    assert statistics(scores().lazy(), [], {})["histograms"] == {}
