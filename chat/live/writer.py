"""How do many sockets' messages share one commit? What gathers while a commit runs is the next batch; a lone
message waits for nobody."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from django.db import DatabaseError

from chat.errors import DomainError, TryAgainError
from chat.live.threads import in_writer
from chat.services.message import Outcome, Post, post_batch
from chat.signals import News, StoredEntry

BATCH_MOST = 256

logger = logging.getLogger(__name__)
Done = Callable[[Outcome], None]
Tell = Callable[[Sequence[News]], None]


class BatchWriter:
    """The one writer of a process. `tell` hears of what was stored, before the senders' `done` is called."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._waiting: list[tuple[Post, Done]] = []
        self._running: asyncio.Task[None] | None = None

    def submit(self, post: Post, done: Done) -> None:
        """Store in the order of submission; `done` gets the outcome in the event loop."""
        self._waiting.append((post, done))
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run())

    async def idle(self) -> None:
        """Return when all that was submitted is answered (a process that ends waits for this)."""
        while self._running is not None:
            await asyncio.shield(self._running)

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH_MOST], self._waiting[BATCH_MOST:]
                self._answer(batch, await self._store([post for post, _ in batch]))
        finally:
            self._running = None

    async def _store(self, posts: Sequence[Post]) -> Sequence[Outcome]:
        try:
            return await in_writer(post_batch, posts)
        except DatabaseError as error:
            logger.error("batch_not_stored", extra={"error": type(error).__name__, "count": len(posts)})
        except Exception as error:  # noqa: BLE001 - a sender always gets an answer
            logger.error("batch_failed", extra={"error": type(error).__name__, "count": len(posts)})
        refusal: DomainError = TryAgainError()
        return [refusal] * len(posts)

    def _answer(self, batch: Sequence[tuple[Post, Done]], outcomes: Sequence[Outcome]) -> None:
        self._tell([outcome for outcome in outcomes if isinstance(outcome, StoredEntry)])
        for (_, done), outcome in zip(batch, outcomes, strict=True):
            done(outcome)
