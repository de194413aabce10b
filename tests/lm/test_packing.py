from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpuskit.errors import DataError
from corpuskit.lm import packing
from corpuskit.lm.packing import Encoded
from tests.lm.made_streams import make_arm, stream


def test_a_saved_set_is_opened_as_it_was_and_not_read_into_memory(tmp_path: Path) -> None:
    made = stream()
    made.save(tmp_path)
    found = Encoded.load(tmp_path)
    assert isinstance(found.tokens, np.memmap)
    np.testing.assert_array_equal(found.tokens, made.tokens)
    np.testing.assert_array_equal(found.starts, made.starts)
    assert found.documents == 60


@pytest.mark.parametrize(
    ("tokens", "starts"),
    [
        ([0, 5, 6], [0, 1, 3]),  # the second document has no END
        ([0, 5, 0], [0, 2]),  # the last token belongs to none
        ([0, 5, 0], [1, 3]),  # nor does the first
        ([0, 5], [0, 0, 2]),  # not even an END
    ],
)
def test_documents_without_end_or_with_gaps_are_refused(
    tokens: list[int], starts: list[int]
) -> None:
    with pytest.raises(DataError, match="begin with END"):
        Encoded(np.array(tokens, np.uint16), np.array(starts, np.int64))


def test_other_dtypes_are_refused() -> None:
    with pytest.raises(DataError, match="uint16"):
        Encoded(np.array([0], np.int64), np.array([0, 1], np.int64))  # type: ignore[arg-type]


def test_a_missing_or_cut_off_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"tokens\.npy: cannot be read"):
        Encoded.load(tmp_path)
    stream().save(tmp_path)
    file = tmp_path / "starts.npy"
    file.write_bytes(file.read_bytes()[:50])
    with pytest.raises(DataError, match=r"starts\.npy: cannot be read"):
        Encoded.load(tmp_path)


def test_an_epoch_reads_every_row_once_and_the_next_one_in_another_order() -> None:
    first, second = (packing.rows_between(37, 5, start, 37) for start in (0, 37))
    assert sorted(first.tolist()) == sorted(second.tolist()) == list(range(37))
    assert first.tolist() != second.tolist()


def test_the_order_does_not_depend_on_how_it_is_asked_for() -> None:
    whole = packing.rows_between(10, 5, 0, 45)
    pieces = [packing.rows_between(10, 5, start, 9) for start in (36, 0, 18, 27, 9)]
    np.testing.assert_array_equal(np.concatenate([pieces[i] for i in (1, 4, 2, 3, 0)]), whole)


def test_seeds_order_rows_differently() -> None:
    first, second = (packing.rows_between(50, seed, 0, 50) for seed in (0, 1))
    assert first.tolist() != second.tolist()


def test_a_step_may_need_more_rows_than_an_epoch_has() -> None:
    found = packing.rows_between(3, 0, 0, 8)
    assert np.bincount(found).tolist() in ([3, 3, 2], [3, 2, 3], [2, 3, 3])


def test_the_rows_of_an_epoch_predict_each_token_of_the_prefix_once(tmp_path: Path) -> None:
    arm = make_arm(tmp_path, tokens=800)
    made = Encoded.load(tmp_path / "train")
    rows = packing.row_count(made, arm)
    cut = packing.batch(made, np.arange(rows), arm.shape.context)
    assert rows == 100
    assert cut.shape == (100, 9)
    np.testing.assert_array_equal(cut[:, :-1].ravel(), made.tokens[:800])
    np.testing.assert_array_equal(cut[:, 1:].ravel(), made.tokens[1:801])


def test_the_whole_stream_has_a_successor_for_every_row(tmp_path: Path) -> None:
    made = stream(documents=4, seed=8)
    arm = make_arm(tmp_path, tokens=len(made.tokens))
    rows = packing.row_count(made, arm)
    assert rows == (len(made.tokens) - 1) // 8
    packing.batch(made, np.arange(rows), 8)


def test_too_few_tokens_are_refused_with_their_number(tmp_path: Path) -> None:
    made = stream(documents=2, seed=8)
    with pytest.raises(DataError, match="99,999 are asked for"):
        packing.row_count(made, make_arm(tmp_path, tokens=99_999))
    with pytest.raises(DataError, match="7 tokens fill no row of 8"):
        packing.row_count(made, make_arm(tmp_path, tokens=7))


def test_the_documents_of_a_step_are_those_that_a_slow_search_finds(tmp_path: Path) -> None:
    arm = make_arm(tmp_path, training={"batch": 3, "accumulation": 2})
    made = Encoded.load(tmp_path / "train")
    rows = packing.row_count(made, arm)
    owner = [document for document in range(made.documents)
             for _ in range(made.starts[document], made.starts[document + 1])]  # fmt: skip
    for step in (0, 7, 39):
        read = packing.rows_of_step(rows, arm, step)
        assert len(read) == 6
        slow = {owner[row * 8 + place] for row in read.tolist() for place in range(9)}
        assert packing.documents_of_step(made, arm, step).tolist() == sorted(slow)
