"""How does one socket live through cuts? It says hello, hands on what comes, and reconnects elsewhere."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException

from bench.client.journal import Journal
from bench.client.wire import STOPPING_CLOSE_CODES, Address, Frame

PING_EVERY = 20.0


class LineStoppedError(Exception):
    """The service said that coming back is of no use; carries its close code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"the service closed the line for good ({code})")


class Line:
    """A held socket. `ready` is set by its owner on `welcome` and cleared here when the socket drops."""

    def __init__(
        self,
        *,
        addresses: Sequence[Address],
        path: str,
        hello: Callable[[], Frame],
        take: Callable[[Frame], None],
        journal: Journal,
        random: Random,
        headers: Callable[[], dict[str, str]] = dict,
    ) -> None:
        self.addresses = addresses
        self.path = path
        self.hello = hello
        self.take = take
        self.journal = journal
        self.random = random
        self.headers = headers
        self.ready = asyncio.Event()
        self.dropped = asyncio.Event()
        self.stopped: LineStoppedError | None = None
        self.away = 0.0
        self.drops = 0
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._failures = 0

    def open(self) -> None:
        self._task = asyncio.create_task(self._hold())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def welcomed(self) -> None:
        self._failures = 0
        self.dropped.clear()
        self.ready.set()

    def send(self, frame: Frame) -> "asyncio.Task[bool]":
        return asyncio.create_task(self._send(frame))

    async def send_now(self, frame: Frame) -> bool:
        """Writes the frame; False if the line was or went down, which says nothing about its arrival."""
        return await self._send(frame)

    def cut(self, away: float = 0.0) -> None:
        """Tears the transport without a close frame, as a tunnel or a lost phone does."""
        self.away = away
        self._down()
        if self._socket is not None:
            self.journal.noted("cut", away=round(away, 3))
            self._socket.transport.abort()

    async def _send(self, frame: Frame) -> bool:
        socket = self._socket
        if socket is None:
            return False
        self.journal.sent(frame)
        try:
            await socket.send(orjson.dumps(frame).decode())
        except (ConnectionClosed, OSError):
            return False
        return True

    async def _hold(self) -> None:
        while self.stopped is None:
            try:
                await self._one_connection()
            except (OSError, TimeoutError, InvalidHandshake, WebSocketException) as failure:
                self.journal.noted("no connection", failure=repr(failure))
                self._failures += 1
            self._down()
            await asyncio.sleep(self._pause())

    async def _one_connection(self) -> None:
        address = self.random.choice(self.addresses)
        async with connect(
            address.socket_url(self.path),
            origin=address.origin,  # type: ignore[arg-type] # a NewType of the library's
            additional_headers=self.headers(),
            compression=None,
            ping_interval=None,
            max_size=None,
            close_timeout=1,
            open_timeout=10,
            proxy=None,
        ) as socket:
            self._socket = socket
            pings = asyncio.create_task(self._ping())
            try:
                await self._send(self.hello())
                async for text in socket:
                    frame = orjson.loads(text)
                    self.journal.received(frame)
                    self.take(frame)
            except ConnectionClosed as closed:
                self._note_close(closed)
            finally:
                pings.cancel()
                self._socket = None

    def _note_close(self, closed: ConnectionClosed) -> None:
        code = closed.rcvd.code if closed.rcvd else 1006
        self.journal.noted("dropped", code=code)
        if code in STOPPING_CLOSE_CODES:
            self.stopped = LineStoppedError(code)

    def _down(self) -> None:
        self.drops += self.ready.is_set()
        self.ready.clear()
        self.dropped.set()

    def _pause(self) -> float:
        if self.away:
            pause, self.away = self.away, 0.0
            return pause
        if not self._failures:
            return self.random.uniform(0, 0.5)
        return self.random.uniform(0.5, min(20.0, 0.5 * 2.0**self._failures))

    async def _ping(self) -> None:
        for number in itertools.count(1):
            await asyncio.sleep(PING_EVERY * self.random.uniform(0.8, 1.0))
            await self._send({"type": "ping", "n": number})
