"""Every kernel of duplicates agrees with its slow twin."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.kernels.arrow import TextBuffer, text_buffer
from corpuskit.kernels.candidates import CURSOR, bucket_pairs, choose, keep_greedily
from corpuskit.kernels.digest import digest
from corpuskit.kernels.jaccard import jaccard_pairs
from corpuskit.kernels.minhash import hash_family, minhash_bands
from corpuskit.kernels.normalise import squeeze
from corpuskit.kernels.shingles import shingles, sorted_sets
from corpuskit.kernels.tokenise import IS_SPACELESS, IS_SYMBOL, tokenise
from tests import reference_dedup as reference

few = settings(max_examples=100, deadline=None)
texts = st.lists(reference.HOSTILE, max_size=5)
numbers = st.integers(0, reference.MASK)
MATHEMATICAL_BOLD = "".join(chr(point) for point in range(0x1D400, 0x1D41A))


def buffer_of(documents: list[str]) -> TextBuffer:
    return text_buffer(pl.Series(documents, dtype=pl.String))


def strings(buffer: TextBuffer) -> list[str]:
    data = bytes(buffer.data)
    ends = buffer.offsets.tolist()
    return [data[a:b].decode() for a, b in pairwise(ends)]


@few
@given(texts)
def test_digests_are_those_of_hashlib(documents: list[str]) -> None:
    found = digest(buffer_of(documents))
    assert [row.tobytes() for row in found] == [reference.digest(text) for text in documents]


@pytest.mark.parametrize("length", [0, 1, 127, 128, 129, 255, 256, 257, 100_003])
def test_a_digest_is_right_around_every_block(length: int) -> None:
    text = ("é" + "x" * length)[:length]
    assert digest(buffer_of(["before", text]))[1].tobytes() == reference.digest(text)


@few
@given(texts)
def test_white_space_is_squeezed_as_python_splits_it(documents: list[str]) -> None:
    squeezed, _ = squeeze(buffer_of(documents))
    assert strings(squeezed) == [" ".join(text.split()) for text in documents]


@few
@given(texts)
def test_a_text_that_composition_changes_is_flagged(documents: list[str]) -> None:
    squeezed, may_change = squeeze(buffer_of(documents))
    for text, flag in zip(strings(squeezed), may_change, strict=True):
        assert flag or unicodedata.normalize("NFC", text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Plain words.",
        "Déjà vu, größer.",
        "が か カ",
        "中文，没有空格。",
        "ก็ผู้ที่ทำ",
        "한국어",
        "عَرَبِيّ",
        MATHEMATICAL_BOLD,
    ],
)
def test_a_text_as_it_is_usually_written_is_not_composed_again(text: str) -> None:
    assert not squeeze(buffer_of([text]))[1].any()


@pytest.mark.parametrize("text", ["e\u0301", "か\u3099", "\u1112\u1161", "\u212b", "a\u0301\u0323"])
def test_decomposed_and_disordered_text_is_flagged(text: str) -> None:
    assert squeeze(buffer_of(["plain", text]))[1].tolist() == [False, True]


def test_a_slice_of_a_column_is_squeezed_alone() -> None:
    column = pl.Series(["first  x", "second  y", "third  z"])[1:]
    assert strings(squeeze(text_buffer(column))[0]) == ["second y", "third z"]


@few
@given(texts)
def test_shingles_agree_with_their_twin(documents: list[str]) -> None:
    tokens = tokenise(buffer_of(documents))
    offsets, values = shingles(tokens)
    for document in range(len(documents)):
        rows = range(tokens.offsets[document], tokens.offsets[document + 1])
        rows = [row for row in rows if not tokens.kind[row] & IS_SYMBOL]
        words = [int(tokens.fold[row]) for row in rows]
        units = [1 if tokens.kind[row] & IS_SPACELESS else 2 for row in rows]
        found = values[offsets[document] : offsets[document + 1]].tolist()
        assert found == reference.shingles(words, units)


@few
@given(st.lists(st.lists(numbers.filter(bool), max_size=40), max_size=4))
def test_shingle_sets_are_sorted_and_without_repeats(documents: list[list[int]]) -> None:
    repeated = [values + values[:7] for values in documents]
    offsets = np.cumsum([0, *map(len, repeated)])
    values = np.array([v for each in repeated for v in each], np.uint64)
    set_offsets, found = sorted_sets(offsets, values)
    for document, each in enumerate(documents):
        part = found[set_offsets[document] : set_offsets[document + 1]]
        assert part.tolist() == sorted(set(each))


@few
@given(st.lists(st.integers(1, 5), max_size=60))
def test_giant_sets_are_what_a_table_makes(small: list[int]) -> None:
    values = np.array([1 + mixed % 7 for mixed in small], np.uint64)
    offsets = np.array([0, len(values) // 3, len(values)])
    expected = [part.tolist() for part in sorted_sets(offsets, values.copy())]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("corpuskit.kernels.shingles.GIANT_SHINGLES", 10)
        assert [part.tolist() for part in sorted_sets(offsets, values)] == expected


@few
@given(st.lists(st.integers(1, 5), max_size=60))
def test_a_set_of_a_few_often_repeated_large_values_is_sorted(small: list[int]) -> None:
    values = np.array([(1 << 64) - value for value in small], np.uint64)
    _, found = sorted_sets(np.array([0, len(values)]), values)
    assert found.tolist() == sorted(set(values.tolist()))


@few
@given(
    st.lists(st.lists(numbers, max_size=20), max_size=4),
    st.integers(1, 6), st.integers(1, 4), st.integers(0, 9),
)  # fmt: skip
def test_bands_agree_with_their_twin(
    documents: list[list[int]], count: int, rows: int, seed: int
) -> None:
    offsets = np.cumsum([0, *map(len, documents)])
    values = np.array([v for each in documents for v in each], np.uint64)
    multipliers, additions = (part.tolist() for part in hash_family(count * rows, seed))
    found = minhash_bands(offsets, values, count, rows, seed).tolist()
    assert found == [reference.bands(each, multipliers, additions, rows) for each in documents]


@few
@given(st.lists(st.sets(st.integers(1, 30)), min_size=2, max_size=6), st.floats(0.01, 1))
def test_jaccard_agrees_with_sets(sets: list[set[int]], threshold: float) -> None:
    sizes = np.array([len(each) for each in sets])
    starts = np.cumsum([0, *sizes])[:-1]
    values = np.array([v for each in sets for v in sorted(each)], np.uint64)
    first, second = np.triu_indices(len(sets), 1)
    found = jaccard_pairs(values, starts, sizes, first, second, threshold)
    for a, b, similarity in zip(first, second, found, strict=True):
        expected = reference.jaccard(sets[a], sets[b])
        assert similarity == expected or (similarity == 0 and expected < threshold)


@few
@given(st.dictionaries(st.tuples(st.integers(0, 9), st.integers(0, 9)), st.floats(0.7, 1)))
def test_representatives_are_chosen_as_the_twin_does(pairs: dict[tuple[int, int], float]) -> None:
    similar = {pair: value for pair, value in pairs.items() if pair[0] < pair[1]}
    order = sorted(similar, key=lambda pair: (pair[1], pair[0]))
    better = np.array([a for a, _ in order], np.int64)
    worse = np.array([b for _, b in order], np.int64)
    found, score = np.arange(10, dtype=np.uint32), np.ones(10)
    choose(worse, better, np.array([similar[pair] for pair in order]), found, score)
    assert found.tolist() == reference.representatives(similar, 10)
    kept = np.ones(10, np.bool_)
    for edge in range(len(order)):  # in several calls, as they come from disk
        keep_greedily(worse[edge : edge + 1], better[edge : edge + 1], kept)
    assert kept.tolist() == [found[d] == d for d in range(10)]
    assert all(found[r] == r for r in found)
    assert all(score[d] == similar[r, d] for d, r in enumerate(found.tolist()) if r != d)


def pairs_of(
    size: int, kept: list[int], met: list[int], most: int, hubs: int
) -> list[tuple[int, int]]:
    """List the pairs of one bucket; however small the room, they are the same."""
    alive = np.zeros(size, np.bool_)
    alive[kept] = True
    found = []
    for room in (1, 2, 3, size * size):
        done = np.zeros(size, np.bool_)
        done[met] = True
        found.append((sorted(listed(size, alive, done, most, hubs, room)), done.tolist()))
    assert all(each == found[0] for each in found)
    return sorted(set(found[0][0]))


def listed(
    size: int, kept: np.ndarray, met: np.ndarray, most: int, hubs: int, room: int
) -> list[tuple[int, int]]:  # type: ignore[type-arg]
    members, offsets = np.arange(size, dtype=np.uint32), np.array([0, size])
    out, cursor, found = np.zeros(room, np.uint64), np.array(CURSOR), []
    while cursor[0] < 1:
        count = bucket_pairs(offsets, members, kept, met, most, hubs, out, cursor)
        found += [divmod(int(pair), 1 << 32) for pair in out[:count]]
    return found


def test_a_small_bucket_gives_all_pairs_of_kept_members() -> None:
    assert pairs_of(4, [0, 2, 3], [], most=3, hubs=1) == [(0, 2), (0, 3), (2, 3)]


def test_a_large_bucket_gives_stars_of_its_best_members() -> None:
    expected = [(0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (1, 4)]
    assert pairs_of(5, [0, 1, 2, 3, 4], [], most=3, hubs=2) == expected


def test_the_next_stars_are_those_that_have_not_met_all_others() -> None:
    assert pairs_of(5, [0, 1, 2, 3], [0], most=3, hubs=1) == [(0, 1), (1, 2), (1, 3)]


def test_a_bucket_in_which_all_have_met_gives_no_pairs() -> None:
    assert pairs_of(5, [0, 1, 2, 4], [0, 1, 2, 4], most=3, hubs=2) == []


def test_a_document_that_was_dropped_and_came_back_meets_all_again() -> None:
    met = np.ones(5, np.bool_)
    without = np.array([True, True, False, True, True])
    assert listed(5, without, met, 3, 2, 99) == []
    found = listed(5, np.ones(5, np.bool_), met, 3, 2, 99)
    assert set(found) == {(0, 2), (1, 2), (2, 3), (2, 4)}
