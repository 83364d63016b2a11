"""Bulk work: one function over many things, in batches, by any executor of `concurrent.futures`; processes by default.

Results come in the order of the things, whatever the executor and the number of its workers. A batch that fails is
the caller's to know about: its exception is raised in its turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

BATCH = 32
"""So many things go to a worker at once."""
_AHEAD = 3
"""So many batches a worker wait, so that none is idle and memory stays bounded."""


def processes(workers: int) -> Executor:
    """Return an executor of fresh processes: nothing is inherited but what is sent."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def in_batches(
    executor: Executor,
    work: Callable[[Sequence[T]], Sequence[R]],
    things: Iterable[T],
    workers: int,
    batch: int = BATCH,
) -> Iterator[R]:
    """Yield what `work` makes of all things, in their order; `work` must be a function that can be sent."""
    waiting: deque[Future[Sequence[R]]] = deque()
    remaining = iter(things)
    while True:
        while len(waiting) < workers * _AHEAD and (some := tuple(islice(remaining, batch))):
            waiting.append(executor.submit(work, some))
        if not waiting:
            return
        yield from waiting.popleft().result()
