"""The local engine keeps order, bounds what is in flight, and stops at the first failure."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from corpuskit.engine.local import GIANT_BYTES, map_in_order


def test_results_come_in_the_order_of_the_tasks() -> None:
    gate = threading.Event()

    def work(task: int) -> int:
        if task == 0:
            gate.wait(5)
        else:
            gate.set()
        return task

    assert list(map_in_order(work, iter(range(6)), workers=2)) == list(range(6))


def test_tasks_are_taken_only_as_there_is_room() -> None:
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for task in range(100):
            taken += 1
            yield task

    results = map_in_order(lambda task: task, tasks(), workers=2)
    next(results)
    assert taken <= 6
    results.close()  # type: ignore[attr-defined]


def test_a_failure_is_raised_and_later_tasks_do_not_begin() -> None:
    begun: list[int] = []

    def work(task: int) -> int:
        begun.append(task)
        if task == 3:
            raise ValueError("three")
        return task

    with pytest.raises(ValueError, match="three"):
        list(map_in_order(work, iter(range(1000)), workers=1))
    assert len(begun) < 20


def test_no_tasks_give_no_results() -> None:
    assert list(map_in_order(lambda task: task, iter(()), workers=1)) == []


def test_a_giant_waits_until_the_one_before_it_is_taken() -> None:
    working, most = 0, 0
    lock = threading.Lock()

    def work(task: int) -> int:
        nonlocal working, most
        if task >= GIANT_BYTES:
            with lock:
                working += 1
                most = max(most, working)
        return task

    found = []
    sizes = [1, GIANT_BYTES, 2, GIANT_BYTES + 1, GIANT_BYTES + 2, 3]
    for result in map_in_order(work, iter(sizes), workers=4, size=lambda task: task):
        found.append(result)
        with lock:
            working -= result >= GIANT_BYTES
    assert found == sizes
    assert most == 1
