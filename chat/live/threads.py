"""On which threads does socket work touch the database? Never on Channels' one: eight for reads and small
writes, one for the batched writer. Each keeps its own connection and survives the loss of it once."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connections

THREADS = 8
P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="chat-read")
_writer = ThreadPoolExecutor(1, thread_name_prefix="chat-write")


async def in_pool(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run idempotent database work on the pool; one more try after a lost connection."""
    return await _run(_pool, lambda: retried(lambda: work(*args, **kwargs)))


async def in_writer(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run idempotent database work on the writer's own thread; one more try after a lost connection."""
    return await _run(_writer, lambda: retried(lambda: work(*args, **kwargs)))


async def _run(executor: Executor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(executor, work)


def retried(work: Callable[[], T]) -> T:
    """Safe because everything run here is idempotent: sends carry their cid, reads are reads."""
    try:
        return work()
    except (OperationalError, InterfaceError) as error:
        logger.warning("database_retry", extra={"error": type(error).__name__})
        connections["default"].close()
        return work()


def close_connections() -> None:
    """Give back what the threads hold; for a process that ends, and for tests that drop their database."""
    for executor, count in ((_pool, THREADS), (_writer, 1)):
        all_there = threading.Barrier(count)
        for done in [executor.submit(_close, all_there) for _ in range(count)]:
            done.result()


def _close(all_there: threading.Barrier) -> None:
    all_there.wait()  # so that no thread does it twice and another not at all
    connections.close_all()
