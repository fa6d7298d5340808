"""How does a process tell its own sockets and the other processes what was committed?

Its own get the entries themselves; the others get heads, at most once, over the channel layer. Losing, doubling
or reordering any of it is harmless: a follower ignores what it has and the repair round finds what it missed.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings

from chat.signals import HeadsMoved, News, QueueMoved, RightsMoved, SeenMoved, StoredEntry, TypingMoved

GROUP = "hints"
SEND_SECONDS = 1.0

logger = logging.getLogger(__name__)
Hear = Callable[[Sequence[News]], None]


class ChannelLayerHintBus:
    """The bus of one process. `hear` is called in the event loop with what this process should know."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._name = uuid.uuid4().hex
        self._outbox: list[News] = []
        self._sending: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None

    def start(self) -> None:
        if not settings.TOMOSHIBI.embedded:
            self._listening = asyncio.get_running_loop().create_task(self._listen())

    def stop(self) -> None:
        for task in (self._listening, self._sending):
            if task is not None:
                task.cancel()

    def tell(self, news: Sequence[News]) -> None:
        """Own sockets now, other processes soon: one hint for all that gathered while the last one was sent."""
        self._hear(news)
        if settings.TOMOSHIBI.embedded:
            return
        self._outbox.extend(news)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        while self._outbox:
            news, self._outbox = self._outbox, []
            await publish(news, origin=self._name)

    async def _listen(self) -> None:
        layer = get_channel_layer()
        while True:
            try:
                channel = await layer.new_channel()
                await layer.group_add(GROUP, channel)
                while True:
                    message = await layer.receive(channel)
                    if message.get("origin") != self._name:
                        self._hear(unpack(message))
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - a hint is never worth a crash; the round repairs
                logger.warning("hints_interrupted", extra={"error": type(error).__name__})
                await asyncio.sleep(SEND_SECONDS)


async def publish(news: Sequence[News], *, origin: str) -> None:
    """One hint to all other processes; failing is logged and healed by their rounds."""
    message = pack(news, origin=origin)
    if message is None:
        return
    try:
        await asyncio.wait_for(get_channel_layer().group_send(GROUP, message), SEND_SECONDS)
    except Exception as error:  # noqa: BLE001 - Redis away must never reach a sender
        logger.warning("hint_not_sent", extra={"error": type(error).__name__})


def publish_from_thread(news: Sequence[News]) -> None:
    """For a process without sockets (the sweeper, a command)."""
    if not settings.TOMOSHIBI.embedded:
        async_to_sync(publish)(news, origin="")


def pack(news: Sequence[News], *, origin: str) -> dict[str, Any] | None:
    """Ids and numbers only: an entry shrinks to the head it moved."""
    heads: dict[str, list[Any]] = {}
    others: list[list[Any]] = []
    for item in news:
        if isinstance(item, StoredEntry):
            _raise_head(heads, item)
        elif isinstance(item, HeadsMoved):
            heads[str(item.conversation_id)] = [
                item.public_seq,
                item.staff_seq,
                item.access_version,
                item.status,
            ]
        else:
            others.append(_pack_other(item))
    if not heads and not others:
        return None
    return {"type": "hint", "origin": origin, "heads": heads, "others": others}


def _raise_head(heads: dict[str, list[Any]], entry: StoredEntry) -> None:
    known = heads.setdefault(str(entry.conversation_id), [0, 0, 0, ""])
    known[0] = max(known[0], entry.public_seq or 0)
    known[1] = max(known[1], entry.staff_seq)


def _pack_other(item: News) -> list[Any]:
    match item:
        case RightsMoved(person_id):
            return ["rights", str(person_id)]
        case TypingMoved(conversation, participant, role, on):
            return ["typing", str(conversation), str(participant), role, on]
        case SeenMoved(conversation, participant, role, public_upto, staff_upto):
            return ["seen", str(conversation), str(participant), role, public_upto, staff_upto]
        case _:
            return ["queue"]


def unpack(message: dict[str, Any]) -> list[News]:
    """The news in a hint; what this version does not know is left out."""
    news: list[News] = [
        HeadsMoved(UUID(conversation), *numbers) for conversation, numbers in message["heads"].items()
    ]
    for other in message["others"]:
        match other:
            case ["rights", person]:
                news.append(RightsMoved(UUID(person)))
            case ["typing", conversation, participant, role, on]:
                news.append(TypingMoved(UUID(conversation), UUID(participant), role, on))
            case ["seen", conversation, participant, role, public_upto, staff_upto]:
                news.append(SeenMoved(UUID(conversation), UUID(participant), role, public_upto, staff_upto))
            case ["queue"]:
                news.append(QueueMoved())
    return news
