"""Records come out sorted, whatever the room; buckets are those of a dictionary."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.dedup import buckets as buckets_module
from corpuskit.dedup import spill as spill_module
from corpuskit.dedup.buckets import Buckets, LargeBuckets, buckets_of
from corpuskit.dedup.spill import Spill, count_up_to
from corpuskit.errors import RunError
from corpuskit.kernels.repeats import count_values, make_counts, may_repeat

few = settings(max_examples=60, deadline=None, derandomize=True)
small = st.integers(0, 6) | st.integers((1 << 64) - 3, (1 << 64) - 1)
rooms = st.sampled_from([1, 100, 400, 1 << 20])


def filled(folder: Path, name: str, rows: list[tuple[int, ...]], width: int, room: int,
           unique: bool = False) -> Spill:  # fmt: skip
    spill = Spill(folder / name, width, room, unique)
    for at in range(0, len(rows), 3):
        spill.add(np.array(rows[at : at + 3], np.uint64).reshape(-1, width).T)
    return spill


def listed(spill: Spill) -> list[tuple[int, ...]]:
    return [tuple(row) for block in spill.blocks() for row in block.T.tolist()]


@few
@given(st.lists(st.tuples(small, small), max_size=60), rooms, st.booleans(), st.booleans())
def test_records_are_sorted_whatever_the_room(
    rows: list[tuple[int, int]], room: int, unique: bool, compact: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as name:
        patch.setattr(spill_module, "LEAST_BLOCK_BYTES", 48)  # three records at a time
        spill = filled(Path(name), "a", rows, 2, room, unique)
        expected = sorted(set(rows) if unique else rows)
        if compact:
            assert spill.compact() == len(expected)
        for _ in range(2):  # as often as wanted
            found = listed(spill)
            assert found == expected
        spill.add(np.array([[3], [3]], np.uint64))
        assert len(listed(spill)) == len({*rows, (3, 3)} if unique else [*rows, 0])
        spill.delete()
        assert list(Path(name).iterdir()) == []


@few
@given(st.lists(small, max_size=40), st.lists(st.lists(small, max_size=40), max_size=3), rooms)
def test_what_others_have_is_taken_away(own: list[int], others: list[list[int]], room: int) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as name:
        patch.setattr(spill_module, "LEAST_BLOCK_BYTES", 24)
        folder = Path(name)
        theirs = [
            filled(folder, f"other{number}", [(value,) for value in each], 1, room, True)
            for number, each in enumerate(others)
        ]
        found = filled(folder, "own", [(value,) for value in own], 1, room).minus(theirs)
        left = [value for block in found for value in block[0].tolist()]
        assert left == sorted(set(own).difference(*others))


def test_the_count_up_to_a_bound_by_hand() -> None:
    records = np.array([[1, 2, 2, 2, 4], [9, 1, 5, 5, 0]], np.uint64)
    bounds = [(0, 9), (1, 9), (2, 0), (2, 5), (3, 0), (4, 0)]
    assert [count_up_to(records, bound) for bound in bounds] == [0, 1, 1, 4, 4, 5]


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    spill = Spill(tmp_path / "gone" / "a", 1, 1)
    with pytest.raises(RunError, match=r"a-00000\.u64: cannot be written"):
        spill.add(np.array([[1]], np.uint64))


@few
@given(st.lists(st.integers(0, 9), max_size=50), st.integers(1, 7), st.integers(0, 20))
def test_buckets_are_those_of_a_dictionary(values: list[int], block: int, standing: int) -> None:
    records = np.array(sorted((value, rank) for rank, value in enumerate(values)), np.uint64)
    records = records.reshape(-1, 2).T
    blocks = [records[:, at : at + block] for at in range(0, len(values), block)]
    expected = defaultdict(list)
    for rank, value in enumerate(values):
        expected[value].append(rank)
    found = [ranks for each in buckets_of(blocks, standing) for ranks in ranks_of(each)]
    assert found == [
        expected[value]
        for value in sorted(expected)
        if len(expected[value]) > 1 and expected[value][-1] >= standing
    ]


def ranks_of(buckets: Buckets) -> list[list[int]]:
    return [part.tolist() for part in np.split(buckets.members, buckets.offsets[1:-1])]


def test_large_buckets_come_back_as_they_went_and_remember_who_has_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets_module, "BLOCK_MEMBERS", 100)
    sizes = [70, 3, 64, 65, 200, 90]
    values = np.repeat(np.arange(len(sizes), dtype=np.uint64), sizes)
    records = np.stack([values, np.arange(len(values), dtype=np.uint64)])
    large = LargeBuckets(tmp_path)
    for each in buckets_of([records[:, :250], records[:, 250:]]):
        large.add(each)
    firsts = []
    for each in large.blocks():
        firsts += [ranks[0] for ranks in ranks_of(each)]
        each.met[each.offsets[:-1]] = True
    assert firsts == [0, 137, 202, 402]
    assert sum(int(each.met.sum()) for each in large.blocks()) == 4
    kept = np.ones(len(values), np.bool_)
    assert large.count_unmet(kept) == 70 + 65 + 200 + 90 - 4
    assert large.count_unmet(kept, standing=402) == 89
    large.close()


@few
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=60))
def test_a_value_that_repeats_is_always_found(rows: list[tuple[int, bool]]) -> None:
    values = np.array([value for value, _ in rows], np.uint64)
    takes_part = np.array([part for _, part in rows], np.bool_)
    counts = make_counts(len(rows))  # 256 slots, so that small values do not collide
    for at in range(0, len(rows), 7):
        count_values(values[at : at + 7], takes_part[at : at + 7], counts)
    mine = [value for value, part in rows if part and value]
    expected = [part and value > 0 and mine.count(value) > 1 for value, part in rows]
    assert may_repeat(values, takes_part, counts).tolist() == expected
