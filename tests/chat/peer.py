"""What does one end of a socket send and see? The real ASGI application, and a hub whose rounds the story turns."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from channels.testing import WebsocketCommunicator
from django.conf import settings

from chat.live.hub import Hub
from chat.live.outgoing import IMMEDIATE_SEND
from chat.live.threads import in_pool
from config.asgi import application
from organisations.models import Person
from tests.cast import Cast, Seeker, make_cid, sign_in
from tests.contract.golden import check_server_frame

Frame = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")

SEEKER_PATH = "/ws/v1/seeker/"
CONSOLE_PATH = "/ws/v1/console/"
PATIENCE = 10.0
LOSSY = settings.TOMOSHIBI.hint_bus.endswith("LossyHintBus")
ROUNDS_TO_HEAL = 2


class Peer:
    """One end. Each frame that arrives is held against its golden example and can be seen once."""

    def __init__(self, meeting: "Meeting", path: str, headers: Mapping[str, str]) -> None:
        self.meeting = meeting
        self.side = "seeker" if path == SEEKER_PATH else "console"
        self.frames: list[Frame] = []
        self.unseen: list[Frame] = []
        self.close_code: int | None = None
        self.busy = False
        given = [(name.encode(), value.encode()) for name, value in headers.items()]
        self.line = WebsocketCommunicator(self._application, path, given)
        self.line.scope["extensions"] = {IMMEDIATE_SEND: {}} if meeting.immediate else {}

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        async def receive_and_tell() -> Any:
            self.busy = not self.line.input_queue.empty()
            message = await receive()
            self.busy = True
            return message

        try:
            await application(scope, receive_and_tell, send)
        finally:
            self.busy = False

    async def open(self) -> bool:
        accepted, _ = await self.line.connect(timeout=PATIENCE)
        return bool(accepted)

    async def put(self, message: Mapping[str, Any]) -> None:
        self.busy = True
        await self.line.send_input(message)

    async def sends_text(self, text: str) -> None:
        await self.put({"type": "websocket.receive", "text": text})

    async def sends(self, kind: str, /, **fields: Any) -> None:
        await self.sends_text(json.dumps({"type": kind, **fields}, default=str))

    async def says(self, body: str, *, cid: str | None = None, to: UUID | None = None) -> str:
        cid = cid or make_cid()
        named = {} if to is None else {"conversation": to}
        await self.sends("send", cid=cid, body=body, **named)
        return cid

    async def sees(self, kind: str, /, **fields: Any) -> Frame:
        """The next frame of this type with these fields; with lossy hints within two rounds."""
        for turns in range(ROUNDS_TO_HEAL + 1):
            await self.meeting.settle()
            frame = self._next(kind, fields)
            if frame is not None:
                return frame
            if not LOSSY or turns == ROUNDS_TO_HEAL:
                break
            await self.meeting.hub.rounds.turn()
        message = f"no {kind} with {fields}; unseen: {self.unseen}; closed: {self.close_code}"
        raise AssertionError(message)

    async def sees_nothing(self, *kinds: str) -> None:
        """Nothing more arrives, of these types or at all."""
        await self.meeting.settle()
        seen = [frame for frame in self.unseen if not kinds or frame["type"] in kinds]
        assert seen == [], seen

    async def is_closed(self, code: int) -> None:
        for _ in range(ROUNDS_TO_HEAL if LOSSY else 1):
            await self.meeting.settle()
            if self.close_code is None and LOSSY:
                await self.meeting.hub.rounds.turn()
        await self.meeting.settle()
        assert self.close_code == code

    async def is_open(self) -> None:
        """It still answers."""
        await self.sends("ping", n=len(self.frames))
        await self.sees("pong")
        assert self.close_code is None

    def overlook(self) -> None:
        """What has come so far is of no interest."""
        self.unseen.clear()

    def events(self, conversation: UUID | None = None) -> list[Frame]:
        return [
            frame
            for frame in self.frames
            if frame["type"] == "event"
            and (conversation is None or frame.get("conversation") == str(conversation))
        ]

    async def hang_up(self) -> None:
        await self.put({"type": "websocket.disconnect", "code": 1001})
        await self.line.wait(timeout=PATIENCE)

    def drain(self) -> None:
        queue = self.line.output_queue
        while not queue.empty():
            message = queue.get_nowait()
            if message["type"] == "websocket.close":
                self.close_code = message["code"]
                continue
            assert self.close_code is None, "something was sent after the close"
            frame = json.loads(message["text"])
            check_server_frame(self.side, frame)
            self.frames.append(frame)
            self.unseen.append(frame)

    def _next(self, kind: str, fields: Mapping[str, Any]) -> Frame | None:
        wanted = {name: str(value) if isinstance(value, UUID) else value for name, value in fields.items()}
        for place, frame in enumerate(self.unseen):
            if frame["type"] == kind and wanted.items() <= frame.items():
                return self.unseen.pop(place)
        return None


class Meeting:
    """The sockets of one story. Rounds are turned by the story, so that nothing heals by itself unnoticed."""

    def __init__(self, cast: Cast, hub: Hub) -> None:
        self.cast = cast
        self.hub = hub
        self.immediate = True
        self.peers: list[Peer] = []

    async def seeker(self, seeker: Seeker, *, have: int = 0) -> Peer:
        """A help-seeker's socket after its welcome."""
        peer = await self.connect(SEEKER_PATH)
        await peer.sends("hello", v=1, token=seeker.bearer, have=have)
        await peer.sees("welcome")
        return peer

    async def console(
        self, person: Person, *, have: Mapping[UUID, int] | None = None, session: str | None = None
    ) -> Peer:
        """A console's socket after its welcome."""
        session = session or await self.do(sign_in, person)
        peer = await self.connect(CONSOLE_PATH, session=session)
        await peer.sends("hello", v=1, have={str(key): seq for key, seq in (have or {}).items()})
        await peer.sees("welcome")
        return peer

    async def connect(self, path: str, *, session: str | None = None, origin: str | None = None) -> Peer:
        """An accepted socket that has not said hello."""
        peer = self.at_the_door(path, session=session, origin=origin)
        assert await peer.open()
        self.peers.append(peer)
        return peer

    def at_the_door(self, path: str, *, session: str | None = None, origin: str | None = None) -> Peer:
        headers = {"host": "testserver", "origin": origin or settings.TOMOSHIBI.public_origins[0]}
        if session is not None:
            headers["cookie"] = f"{settings.SESSION_COOKIE_NAME}={session}"
        return Peer(self, path, headers)

    async def do(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Something that happens in the database, beside the sockets."""
        result = await in_pool(act, *args, **kwargs)
        await self.settle()
        return result

    async def turn(self) -> None:
        """One round, all that went before and all that follows from it included."""
        await self.settle()
        await self.hub.rounds.turn()
        await self.settle()

    async def settle(self) -> None:
        """Return when everything under way has come to rest."""
        async with asyncio.timeout(PATIENCE):
            quiet = 0
            while quiet < 3:
                await asyncio.sleep(0)
                work = set(self._under_way())
                if work:
                    await asyncio.wait(work, timeout=0.05)
                restless = bool(work) or any(peer.busy for peer in self.peers)
                quiet = 0 if restless else quiet + 1
                if restless and not work:
                    await asyncio.sleep(0.001)  # a thread is at work for a socket's frame
        for peer in self.peers:
            peer.drain()

    def _under_way(self) -> Iterator[asyncio.Task[Any]]:
        hub: Any = self.hub
        candidates = [hub.writer._running]
        candidates += [follower._reading for around in hub.followers.values() for follower in around]
        for station in hub.stations:
            candidates += [*station.tasks, station.outgoing._pump]
        for task in candidates:
            if task is not None and not task.done():
                yield task

    async def end(self) -> None:
        for peer in self.peers:
            await peer.hang_up()
        await self.settle()
        self.hub.stop()
        bus: Any = self.hub.bus
        ending = {task for task in (bus._listening, bus._sending, self.hub.rounds._task) if task is not None}
        async with asyncio.timeout(PATIENCE):
            while ending:
                for task in ending:
                    task.cancel()  # once is not enough: a Redis client that is just connecting swallows it
                _, ending = await asyncio.wait(ending, timeout=0.1)
