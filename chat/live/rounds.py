"""What does a process do once a second? One reading of the database heals every lost hint, renews leases, moves
read marks, and gives boards and waiting people their picture."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import DatabaseError

from chat.live.follower import Follower
from chat.live.threads import in_pool
from chat.selectors.round import Facts, Question, both_numberings, read_facts
from chat.services.presence import renew_leases
from chat.services.seen import mark_seen
from chat.signals import SeenMoved

if TYPE_CHECKING:
    from chat.live.hub import Hub

ROUND_SECONDS = 1.0
SOONEST_SECONDS = 0.2

logger = logging.getLogger(__name__)


class Rounds:
    """The repair round of one process; `turn` is one of it, to be called by tests as well."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._task: asyncio.Task[None] | None = None
        self._called = asyncio.Event()
        self.pinged_people: set[UUID] = set()
        self.pinged_seekers: set[UUID] = set()
        self._seen: dict[Follower, int] = {}

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def soon(self) -> None:
        """Something a board shows has changed: do not wait for the whole second."""
        self._called.set()

    def saw(self, follower: Follower, upto: int) -> None:
        """A read mark to be written with the next turn."""
        self._seen[follower] = max(upto, self._seen.get(follower, 0))

    async def _run(self) -> None:
        while True:
            began = time.monotonic()
            try:
                await self.turn()
            except DatabaseError as error:
                logger.warning("round_failed", extra={"error": type(error).__name__})
            except Exception:
                logger.exception("round_failed")
            await self._pause(began)

    async def _pause(self, began: float) -> None:
        await asyncio.sleep(SOONEST_SECONDS)
        rest = ROUND_SECONDS - (time.monotonic() - began)
        if rest > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._called.wait(), rest)
        self._called.clear()

    async def turn(self) -> None:
        """Leases and marks out, facts in, sockets told."""
        if not self._hub.stations:
            return
        await self._renew()
        await self._mark()
        question = self._question()
        self._apply(await in_pool(read_facts, question), question)

    def _question(self) -> Question:
        stations = tuple(self._hub.stations)
        return Question(
            conversations=tuple(self._hub.followers),
            people={station.person_id for station in stations if station.person_id is not None},
            sessions={station.session_key for station in stations if station.session_key is not None},
            waiting=any(station.person_id is None for station in stations),
        )

    async def _renew(self) -> None:
        people, seekers = self.pinged_people, self.pinged_seekers
        if people or seekers:
            self.pinged_people, self.pinged_seekers = set(), set()
            await in_pool(renew_leases, people=people, help_seekers=seekers)

    async def _mark(self) -> None:
        seen, self._seen = self._seen, {}
        marks = {follower: upto for follower, upto in seen.items() if follower.participant_id is not None}
        if not marks:
            return
        await in_pool(mark_seen, {f.participant_id: upto for f, upto in marks.items() if f.participant_id})
        self._hub.bus.tell(await in_pool(_seen_news, list(marks.items())))

    def _apply(self, facts: Facts, question: Question) -> None:
        self._hub.hear(facts.heads)
        for station in tuple(self._hub.stations):
            # Whoever came while the database answered was not asked about; to them silence is no sign-out.
            if station.session_key is None or station.session_key in question.sessions:
                station.show(facts)


def _seen_news(marks: Iterable[tuple[Follower, int]]) -> list[SeenMoved]:
    news = []
    for follower, upto in marks:
        public, staff = both_numberings(
            follower.conversation_id,
            public=None if follower.staff else upto,
            staff=upto if follower.staff else None,
        )
        if follower.participant_id is not None:
            news.append(
                SeenMoved(follower.conversation_id, follower.participant_id, follower.role, public, staff)
            )
    return news
