"""Minima agree with their slow twin, and with the bands that are made of shingles."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.kernels.minhash import bands_of_minima, hash_family, minhash_bands, minhash_minima
from tests import reference_dedup as reference

documents = st.lists(
    st.lists(st.integers(1, reference.MASK), max_size=40) | st.just([5] * 600), max_size=5
)
few = settings(max_examples=60, deadline=None, derandomize=True)


def buffers(found: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    values = np.array([value for each in found for value in each], np.uint64)
    return np.cumsum([0, *map(len, found)]), values


@few
@given(documents, st.integers(1, 9), st.integers(1, 1 << 40))
def test_minima_agree_with_their_twin(found: list[list[int]], count: int, seed: int) -> None:
    offsets, values = buffers(found)
    a, b = (part.tolist() for part in hash_family(count, seed))
    expected = [
        [min((a[k] * x + b[k] & 0xFFFFFFFF for x in each), default=0xFFFFFFFF)
         for k in range(count)]
        for each in found
    ]  # fmt: skip
    assert minhash_minima(offsets, values, count, seed).tolist() == expected


@few
@given(documents, st.integers(1, 5), st.integers(2, 4))
def test_bands_of_minima_are_the_bands_of_the_shingles(
    found: list[list[int]], bands: int, rows: int
) -> None:
    offsets, values = buffers(found)
    minima = minhash_minima(offsets, values, bands * rows, 1)
    whole = minhash_bands(offsets, values, bands, rows, 1)
    assert bands_of_minima(minima, bands, rows).tolist() == whole.tolist()


def test_one_shingle_is_hashed_by_every_function() -> None:
    a, b = hash_family(2, 1)
    found = minhash_minima(np.array([0, 1]), np.array([(7 << 32) + 10], np.uint64), 2, 1)
    assert found.tolist() == [[(int(a[k]) * 10 + int(b[k])) % 2**32 for k in (0, 1)]]


def test_a_document_without_shingles_has_no_bands() -> None:
    minima = minhash_minima(np.array([0, 0]), np.empty(0, np.uint64), 6, 1)
    assert minima.tolist() == [[0xFFFFFFFF] * 6]
    assert bands_of_minima(minima, 3, 2).tolist() == [[0, 0, 0]]
