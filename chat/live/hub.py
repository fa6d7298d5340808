"""Which sockets of this process follow what, and who tells them? One hub a process and event loop."""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from chat.live import hints
from chat.live.follower import Follower
from chat.live.frames import event_text
from chat.live.rounds import Rounds
from chat.live.station import Station
from chat.live.writer import BatchWriter
from chat.protocol import TYPING_SECONDS, Close, encode
from chat.signals import (
    HeadsMoved,
    News,
    QueueMoved,
    RightsMoved,
    SeenMoved,
    StoredEntry,
    TypingMoved,
    committed,
)

FAREWELL_SPREAD_MS = 8000

logger = logging.getLogger(__name__)


class Hub:
    """The registry of followers by conversation and of sockets, with the writer, the bus and the rounds."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.followers: dict[UUID, set[Follower]] = {}
        self.stations: set[Station] = set()
        self.bus = import_string(settings.TOMOSHIBI.hint_bus)(self.hear)
        self.writer = BatchWriter(self.bus.tell)
        self.rounds = Rounds(self)
        self._handlers: dict[type, Callable[[Any], None]] = {
            StoredEntry: self._entry,
            HeadsMoved: self._heads,
            QueueMoved: lambda _: self.rounds.soon(),
            RightsMoved: self._rights,
            TypingMoved: self._typing,
            SeenMoved: self._seen,
        }

    def start(self) -> None:
        self.bus.start()
        self.rounds.start()

    def stop(self) -> None:
        self.bus.stop()
        self.rounds.stop()

    # Sockets come and go

    def enter(self, station: Station) -> None:
        self.stations.add(station)

    def leave(self, station: Station, followers: Iterable[Follower]) -> None:
        self.stations.discard(station)
        for follower in list(followers):
            self.unfollow(follower)

    def follow(self, follower: Follower) -> None:
        """Join first; the caller reads the head only after this."""
        self.followers.setdefault(follower.conversation_id, set()).add(follower)

    def unfollow(self, follower: Follower) -> None:
        follower.stop()
        around = self.followers.get(follower.conversation_id)
        if around is not None:
            around.discard(follower)
            if not around:
                del self.followers[follower.conversation_id]

    # News

    def hear(self, news: Sequence[News]) -> None:
        """Take in what was committed here or elsewhere; any of it may come late, twice or not at all."""
        for item in news:
            self._handlers[type(item)](item)

    def _entry(self, entry: StoredEntry) -> None:
        texts: dict[bool, str] = {}
        for follower in tuple(self.followers.get(entry.conversation_id, ())):
            seq = entry.staff_seq if follower.staff else entry.public_seq
            if seq is None:
                continue
            text = texts.get(follower.staff)
            if text is None:
                text = texts[follower.staff] = event_text(entry, staff=follower.staff)
            follower.offer(seq, text)

    def _heads(self, heads: HeadsMoved) -> None:
        for follower in tuple(self.followers.get(heads.conversation_id, ())):
            if heads.access_version > follower.access_version:
                follower.access_version = heads.access_version
                follower.socket.recheck(follower)
            if heads.status and heads.staff_seq >= follower.status_at:  # an older picture comes too late
                follower.status_at = heads.staff_seq
                if heads.status != follower.status:
                    follower.status = heads.status
                    self._tell(follower, {"type": "state", "status": heads.status})
            follower.want(heads.staff_seq if follower.staff else heads.public_seq)

    def _rights(self, news: RightsMoved) -> None:
        for station in tuple(self.stations):
            if station.person_id == news.person_id:
                station.recheck(None)

    def _typing(self, news: TypingMoved) -> None:
        frame = {"type": "typing", "role": news.role, "on": news.on, "ttl": TYPING_SECONDS}
        self._tell_others(news.conversation_id, news.participant_id, frame)

    def _seen(self, news: SeenMoved) -> None:
        for follower in tuple(self.followers.get(news.conversation_id, ())):
            if follower.participant_id != news.participant_id:
                upto = news.staff_upto if follower.staff else news.public_upto
                self._tell(follower, {"type": "seen", "role": news.role, "upto": upto})

    def _tell_others(self, conversation_id: UUID, participant_id: UUID, frame: dict[str, Any]) -> None:
        for follower in tuple(self.followers.get(conversation_id, ())):
            if follower.participant_id != participant_id:
                self._tell(follower, dict(frame))

    @staticmethod
    def _tell(follower: Follower, frame: dict[str, Any]) -> None:
        if follower.staff:
            frame["conversation"] = follower.conversation_id
        follower.socket.push(encode(frame))

    # The end of a process

    async def say_farewell(self) -> None:
        """Finish what is being written and tell every socket when to come back, each at its own moment."""
        self.rounds.stop()
        await self.writer.idle()
        for station in tuple(self.stations):
            after = random.randrange(FAREWELL_SPREAD_MS)  # noqa: S311 - spreads load, guards nothing
            station.push(encode({"type": "bye", "after": after}))
            station.shut(Close.RESTART)


_hub: Hub | None = None


def current_hub() -> Hub:
    """The hub of the running event loop, started on first use."""
    global _hub  # noqa: PLW0603 - one hub a process
    loop = asyncio.get_running_loop()
    if _hub is None or _hub.loop is not loop:
        _hub = Hub(loop)
        _hub.start()
    return _hub


async def say_farewell() -> None:
    """What a draining process does about its sockets (registered by config.asgi)."""
    if _hub is not None and _hub.loop is asyncio.get_running_loop():
        await _hub.say_farewell()


def on_committed(news: Sequence[News], **_: object) -> None:
    """From whichever thread committed: to the hub, or straight to the other processes where there is none."""
    hub = _hub
    if hub is not None and hub.loop.is_running():
        hub.loop.call_soon_threadsafe(hub.bus.tell, news)
    else:
        hints.publish_from_thread(news)


committed.connect(on_committed, dispatch_uid="chat.live.on_committed")
