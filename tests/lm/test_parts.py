"""Train and held out share no source and no near-duplicate."""

from __future__ import annotations

import polars as pl
import pytest

from corpuskit.lm import parts
from corpuskit.lm.sample import Sample
from corpuskit.sampling import draw_number

WORDS = [f"word{number}" for number in range(400)]


def document(start: int, length: int = 120) -> str:
    return " ".join(WORDS[(start * 37 + step * step) % 400] for step in range(length))


def frame(texts: list[str], held: list[int], first_id: int = 0) -> pl.DataFrame:
    ids = pl.Series("doc_id", range(first_id, first_id + len(texts)), dtype=pl.UInt64)
    return pl.DataFrame(
        {
            "doc_id": ids,
            "user_id": ids.cast(pl.String),
            "text": texts,
            "domain": pl.Series([None] * len(texts), dtype=pl.String),
            "part": ["holdout" if number in held else "train" for number in range(len(texts))],
            "language": ["en" if number % 3 else "de" for number in range(len(texts))],
        }
    ).with_columns(draw_number(ids))


def sample(kept: pl.DataFrame, raw: pl.DataFrame, reference: pl.DataFrame | None = None) -> Sample:
    return Sample(kept, raw, reference, 1.0, {}, {})


def test_a_near_duplicate_of_a_held_out_document_leaves_training() -> None:
    texts = [document(number) for number in range(6)]
    near = texts[0] + " one more"
    kept = frame([*texts, near], held=[0])
    train, held_out = parts.separate(sample(kept, kept))
    assert held_out["cleaned"]["doc_id"].to_list() == [0]
    assert train["kept"]["doc_id"].to_list() == [1, 2, 3, 4, 5]
    assert train["raw"]["doc_id"].to_list() == [1, 2, 3, 4, 5]


def test_a_held_out_set_holds_no_document_twice_though_two_sets_may_share_one() -> None:
    texts = [document(1), document(1), document(2), document(3)]
    kept = frame(texts, held=[0, 1, 2])
    _, held_out = parts.separate(sample(kept, kept))
    assert held_out["cleaned"].height == held_out["raw_sample"].height == 2


def test_a_copy_of_a_reference_document_leaves_training() -> None:
    kept = frame([document(number) for number in range(4)], held=[])
    reference = frame([document(2)], held=[0], first_id=100)
    train, held_out = parts.separate(sample(kept, kept, reference))
    assert train["kept"]["doc_id"].to_list() == [0, 1, 3]
    assert held_out["reference"].height == 1


@pytest.mark.parametrize("volume", [3_000, 30_000, 10**9])
def test_a_cut_takes_as_many_documents_as_it_can(volume: int) -> None:
    texts = [document(number, 400) for number in range(20)]
    cut = parts.cut(frame(texts, held=[]), volume)
    size = cut["text"].str.len_bytes().sum()
    assert size >= min(volume, sum(map(len, texts)))
    assert cut.height == 20 or cut["text"].str.len_chars().max() == parts.SHORTEST_CUT


def test_documents_of_white_space_are_not_held_out() -> None:
    assert parts.cut(frame(["  \n", "a b"], held=[]), 100)["text"].to_list() == ["a b"]


def test_every_prefix_holds_the_languages_in_their_proportions() -> None:
    ordered = parts.stratified(frame([document(number) for number in range(300)], held=[]))
    for length in (30, 60, 150):
        share = (ordered.head(length)["language"] == "de").mean()
        assert isinstance(share, float)
        assert abs(share - 1 / 3) < 2 / length


def test_the_train_probe_matches_the_held_out_languages_in_volume() -> None:
    train = frame([document(number) for number in range(90)], held=[])
    held = train.filter(pl.col("language") == "de").head(5)
    probe = parts.matched(train, held)
    assert set(probe["language"]) == {"de"}
    gap = probe["text"].str.len_bytes().sum() - held["text"].str.len_bytes().sum()
    assert 0 <= gap <= held["text"].str.len_bytes().max()  # type: ignore[operator]
    size = pl.col("text").str.len_bytes().alias("bytes")
    assert parts.comparable(probe.with_columns(size), held.with_columns(size)) == ["de"]


@pytest.mark.parametrize(
    "text", ["one two  three four\nfive six", "今天天气很好。我们出去玩", "ก็ดีครับ ไป"]
)
def test_shuffling_moves_words_and_loses_nothing(text: str) -> None:
    mixed = parts.shuffled(pl.Series([text, text]), seed=3)
    assert sorted(mixed[0]) == sorted(text)
    assert mixed[0] != text
    assert mixed.equals(parts.shuffled(pl.Series([text, text]), seed=3))
