"""Splits on the threads of this process: kernels and Polars let go of the GIL.

Threads share the compiled kernels, the language model and the memory; nothing is pickled.
Results come back in the order of the splits, so that whoever consumes them is deterministic
whatever the number of workers. At most `2 · workers + 1` splits are in flight: memory is a few
batches per worker.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def map_in_order(
    work: Callable[[Task], Result], tasks: Iterator[Task], workers: int
) -> Iterator[Result]:
    """Yield ``work(task)`` for every task, in the order of the tasks.

    `tasks` is advanced on the calling thread, only as far as there is room. The first exception
    stops everything that has not begun and is raised here.

    Examples
    --------
    >>> list(map_in_order(lambda x: x * x, iter([1, 2, 3]), workers=2))
    [1, 4, 9]
    """
    window = 2 * workers + 1
    pending: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="corpuskit")
    try:
        for task in tasks:
            pending.append(pool.submit(work, task))
            del task  # a payload must not outlive its split
            while len(pending) >= window or (pending and pending[0].done()):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
