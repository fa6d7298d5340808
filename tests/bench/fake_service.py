"""What does the smallest service look like that keeps the protocol's promises, with faults to order?"""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from bench.client.calls import Answer, CallRefusedError
from bench.client.wire import Address, Frame

CONVERSATION = "0d5f2a6e-4a5b-4c57-9f0e-2f6d7c1b8a90"


@dataclass
class FakeService:
    """One conversation, one log, sockets for both ends, and the few HTTP calls that the clients make."""

    address: Address = field(default_factory=lambda: Address("http", "127.0.0.1", 1))
    events: list[Frame] = field(default_factory=list)
    seekers: set[ServerConnection] = field(default_factory=set)
    consoles: set[ServerConnection] = field(default_factory=set)
    orders: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Faults still to commit, by name: swallow, cut_after_storing, nack, forget_to_tell."""
    hellos: list[Frame] = field(default_factory=list)
    resyncs: list[Frame] = field(default_factory=list)
    posts: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    close_with: int = 0

    def order(self, fault: str) -> bool:
        if not self.orders[fault]:
            return False
        self.orders[fault] -= 1
        return True

    def store(self, role: str, cid: str, body: str) -> tuple[Frame, bool]:
        known = next((event for event in self.events if event.get("cid") == cid), None)
        if known is not None:
            return known, False
        return self.append({"kind": "message", "role": role, "from": None, "cid": cid, "body": body}), True

    def append(self, fields: Frame) -> Frame:
        event = {"type": "event", "seq": len(self.events) + 1, "at": 0, **fields}
        self.events.append(event)
        return event

    async def tell(self, event: Frame) -> None:
        quiet = self.order("forget_to_tell")
        to_console = {**event, "conversation": CONVERSATION}
        readers = [(reader, event) for reader in self.seekers if not quiet]
        readers += [(reader, to_console) for reader in self.consoles]
        for reader, frame in readers:
            with suppress(ConnectionClosed):
                await reader.send(orjson.dumps(frame).decode())

    async def serve_socket(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        console = "console" in socket.request.path
        hello = orjson.loads(await socket.recv())
        self.hellos.append(hello)
        if self.close_with:
            await socket.close(self.close_with)
            return
        have = hello["have"].get(CONVERSATION, 0) if console else hello["have"]
        await socket.send(orjson.dumps({"type": "welcome", "v": 1, "conversations": []}).decode())
        readers = self.consoles if console else self.seekers
        readers.add(socket)
        await self.catch_up(socket, have, console=console)
        try:
            with suppress(ConnectionClosed):
                async for text in socket:
                    await self.take(socket, orjson.loads(text), console=console)
        finally:
            readers.discard(socket)

    async def catch_up(self, socket: ServerConnection, have: int, *, console: bool) -> None:
        extra = {"conversation": CONVERSATION} if console else {}
        if len(self.events) - have > 200:
            limited = {"type": "limited", "head": len(self.events), "have": have, **extra}
            await socket.send(orjson.dumps(limited).decode())
            return
        for event in self.events[have:]:
            await socket.send(orjson.dumps({**event, **extra}).decode())

    async def take(self, socket: ServerConnection, frame: Frame, *, console: bool) -> None:
        if frame["type"] in {"resync", "follow"}:
            self.resyncs.append(frame)
            await self.catch_up(socket, frame["have"], console=console)
        if frame["type"] != "send" or self.order("swallow"):
            return
        if self.order("nack"):
            nack = {"type": "nack", "cid": frame["cid"], "code": "rate_limited", "final": False}
            await socket.send(orjson.dumps({**nack, "retry_after": 0.01}).decode())
            return
        if frame["body"] == "refuse me":
            nack = {"type": "nack", "cid": frame["cid"], "code": "body_too_long", "final": True}
            await socket.send(orjson.dumps(nack).decode())
            return
        role = "counsellor" if console else "seeker"
        event, new = self.store(role, frame["cid"], frame["body"])
        if self.order("cut_after_storing"):
            socket.transport.abort()
            (self.consoles if console else self.seekers).discard(socket)
            await self.tell(event)
            return
        if new:
            await self.tell(event)
        ack = {"type": "ack", "cid": frame["cid"], "seq": event["seq"], "at": 0}
        await socket.send(orjson.dumps(ack).decode())

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakeService"]:
        async with serve(self.serve_socket, "127.0.0.1", 0, compression=None, close_timeout=0.1) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            self.address = Address("http", "127.0.0.1", port)
            yield self


@dataclass
class FakeCalls:
    """The HTTP side of the fake: same names as bench.client.calls.Calls."""

    service: FakeService
    role: str
    bearer: str = "b" * 43
    cookie_header: str = ""
    capacity_limit: int = 4

    async def sign_in(self, email: str, password: str) -> None:
        self.service.posts.append(("sign-in", {"email": email, "password": password}))

    async def get(self, path: str) -> Any:
        after = int(path.partition("after=")[2].partition("&")[0])
        head = len(self.service.events)
        extra = {"conversation": CONVERSATION} if self.role == "counsellor" else {}
        return {
            "events": [{**event, **extra} for event in self.service.events[after : after + 200]],
            "head": head,
        }

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        self.service.posts.append((path, body))
        if path == "conversations":
            return {"conversation": CONVERSATION, "status": "waiting"}
        if path == "console/presence":
            if body["capacity"] > self.capacity_limit:
                raise CallRefusedError(path, Answer(422, b'{"code": "bad_frame", "detail": ""}'))
            return {"status": body["status"], "capacity": body["capacity"], "load": 0}
        if path == "console/accept-next":
            await self.service.tell(self.service.append({"kind": "joined", "role": "counsellor"}))
            return {"conversation": CONVERSATION}
        if path.endswith("/messages"):
            event, new = self.service.store(self.role, body["cid"], body["body"])
            if new:
                await self.service.tell(event)
            return {"cid": body["cid"], "seq": event["seq"], "at": 0}
        if path.endswith("/close"):
            await self.service.tell(self.service.append({"kind": "closed", "role": "system"}))
        return {"status": "done"}
