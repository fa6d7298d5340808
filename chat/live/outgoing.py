"""How do frames reach one socket in order without making whoever sends them wait?

Under our own server a send never suspends and is made on the spot. Under another ASGI server a task of the
socket drains a bounded queue; a reader that falls too far behind is cut off and resumes from the log.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

IMMEDIATE_SEND = "tomoshibi.immediate_send"
WAITING_MOST = 2000

Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Outgoing:
    """The sending side of one socket."""

    __slots__ = ("_immediate", "_on_overflow", "_pump", "_send", "_waiting", "closed")

    def __init__(self, send: Send, *, immediate: bool, on_overflow: Callable[[], None]) -> None:
        self._send = send
        self._immediate = immediate
        self._on_overflow = on_overflow
        self._waiting: deque[Mapping[str, Any]] = deque()
        self._pump: asyncio.Task[None] | None = None
        self.closed = False

    def push(self, text: str) -> None:
        self._put({"type": "websocket.send", "text": text})

    def close(self, code: int) -> None:
        if not self.closed:
            self._put({"type": "websocket.close", "code": int(code)})
            self.closed = True

    async def send_now(self, message: Mapping[str, Any]) -> None:
        """For the handshake, before anything can wait."""
        await self._send(message)

    def _put(self, message: Mapping[str, Any]) -> None:
        if self.closed:
            return
        if self._immediate:
            _finish_at_once(self._send(message))
            return
        if len(self._waiting) >= WAITING_MOST:
            self._waiting.clear()
            self._on_overflow()
            return
        self._waiting.append(message)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        while self._waiting:
            try:
                await self._send(self._waiting.popleft())
            except (OSError, RuntimeError):  # the other side is gone; its disconnect is on its way
                self.closed = True
                self._waiting.clear()


def _finish_at_once(sending: Awaitable[None]) -> None:
    """Run a coroutine that is known not to suspend."""
    step = sending.__await__()
    try:
        next(step)
    except StopIteration:
        return
    msg = "a server that claims immediate sends suspended"
    raise RuntimeError(msg)
