"""Threads that work on strips side by side.

torch can share each operation among threads too, but then they wait for one another after each of them, a
hundred times a strip. On a machine that was busy with other work, that took ten times as long.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import TypeVar

import torch

T = TypeVar("T")

AHEAD = 2  # strips in work or waiting, for each thread: their results are kept until their turn


class StripWorkers:
    """Threads each of which computes alone."""

    def __init__(self, pool: ThreadPoolExecutor, threads: int) -> None:
        self._pool, self.threads = pool, threads

    def run(self, height: int, rows: int, work: Callable[[int, int], T]) -> Iterator[T]:
        """Yield what `work` returns for the first row of each strip and the row after its last, in order.

        rows: of a strip. The first strip is smaller, and is finished before any other begins, so that it can
        prepare them.
        """
        short = min(height, max(1, rows // 16))
        yield self._submit(work, 0, short).result()
        waiting: deque[Future[T]] = deque()
        for first in range(short, height, rows):
            waiting.append(self._submit(work, first, min(first + rows, height)))
            if len(waiting) >= AHEAD * self.threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _submit(self, work: Callable[[int, int], T], first: int, end: int) -> Future[T]:
        def run() -> T:
            with torch.inference_mode():  # each thread has a mode of its own
                return work(first, end)

        return self._pool.submit(run)


@contextmanager
def open_strip_workers(threads: int) -> Iterator[StripWorkers]:
    """Start so many threads, and end them with the block."""
    usual = torch.get_num_threads()
    started = Barrier(threads + 1)

    def start() -> None:
        torch.set_num_threads(1)  # of this thread, and of those that begin to use torch later
        started.wait()

    pool = ThreadPoolExecutor(threads, thread_name_prefix="strip", initializer=start)
    try:
        for _ in range(threads):
            pool.submit(int)
        started.wait()
        torch.set_num_threads(usual)
        yield StripWorkers(pool, threads)
    finally:
        pool.shutdown(cancel_futures=True)
