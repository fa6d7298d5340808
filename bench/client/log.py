"""What does this end hold of one conversation's log, and does anything miss in it?"""

import asyncio
import enum
import time
from dataclasses import dataclass

from bench.client.wire import Frame


class Taken(enum.Enum):
    """What became of an event handed to the log."""

    NEW = "new"
    REPEAT = "repeat"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was received."""

    cid: str
    role: str
    body: str
    seq: int
    received_at: float


class ConversationLog:
    """The events of one conversation in the order of their numbers, each once."""

    def __init__(self) -> None:
        self.events: list[Frame] = []
        self.messages: list[Message] = []
        self.repeats = 0
        self.gaps = 0
        self._awaited: dict[str, asyncio.Future[Message]] = {}
        self._by_cid: dict[str, Message] = {}

    @property
    def have(self) -> int:
        return len(self.events)

    def take(self, event: Frame) -> Taken:
        """Adds the event if it is the next one; a gap is for the caller to have filled (resync)."""
        seq = event["seq"]
        if seq <= self.have:
            self.repeats += 1
            return Taken.REPEAT
        if seq > self.have + 1:
            self.gaps += 1
            return Taken.GAP
        self.events.append(event)
        if event["kind"] == "message":
            self._take_message(event)
        return Taken.NEW

    def drop_all(self) -> None:
        """After `reset`: the log of the service is older than ours."""
        self.events.clear()
        self.messages.clear()

    async def until(self, cid: str) -> Message:
        """The message with this cid, as soon as the log holds it."""
        if cid in self._by_cid:
            return self._by_cid[cid]
        awaited = self._awaited.setdefault(cid, asyncio.get_running_loop().create_future())
        return await asyncio.shield(awaited)

    def _take_message(self, event: Frame) -> None:
        message = Message(event["cid"], event["role"], event["body"], event["seq"], time.perf_counter())
        self.messages.append(message)
        self._by_cid.setdefault(message.cid, message)
        awaited = self._awaited.pop(message.cid, None)
        if awaited is not None and not awaited.done():
            awaited.set_result(message)
