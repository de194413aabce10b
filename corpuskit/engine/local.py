"""Splits on the threads of this process: kernels and Polars let go of the GIL.

Threads share the compiled kernels, the language model and the memory; nothing is pickled.
Results come back in the order of the splits, so that whoever consumes them is deterministic
whatever the number of workers. At most `2 · workers + 1` splits are in flight: memory is a few
batches per worker. A giant one, of `GIANT_BYTES` or more, is mostly one document, which cannot be
cut; it waits until the result of the giant before it has been taken, so that memory is what one
of them takes, and the result of another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

GIANT_BYTES = 64 << 20


def map_in_order(
    work: Callable[[Task], Result],
    tasks: Iterator[Task],
    workers: int,
    size: Callable[[Task], int] | None = None,
) -> Iterator[Result]:
    """Yield ``work(task)`` for every task, in the order of the tasks.

    `tasks` is advanced on the calling thread, only as far as there is room. The first exception
    stops everything that has not begun and is raised here.

    Parameters
    ----------
    size : bytes that a task will read, to tell giants; without it there are none.

    Examples
    --------
    >>> list(map_in_order(lambda x: x * x, iter([1, 2, 3]), workers=2))
    [1, 4, 9]
    """
    window = 2 * workers + 1
    pending: deque[tuple[Future[Result], bool]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="corpuskit")
    try:
        for task in tasks:
            giant = size is not None and size(task) >= GIANT_BYTES
            while giant and any(before for _, before in pending):
                yield pending.popleft()[0].result()
            pending.append((pool.submit(work, task), giant))
            del task  # a payload must not outlive its split
            while len(pending) >= window or (pending and pending[0][0].done()):
                yield pending.popleft()[0].result()
        while pending:
            yield pending.popleft()[0].result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
