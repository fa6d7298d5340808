"""What does a counsellor's end do? Signs in, takes the next, talks in several conversations, wraps up."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from bench.client.calls import CallRefusedError, Calls
from bench.client.journal import Journal
from bench.client.line import Line
from bench.client.log import ConversationLog, Taken
from bench.client.seeker import read_pages
from bench.client.sending import Outbox
from bench.client.wire import PROTOCOL_VERSION, Address, Frame, make_cid


class CounsellorClient:
    """One console: one signed-in person, one socket, several conversations."""

    def __init__(self, addresses: Sequence[Address], *, name: str, random: Random | None = None) -> None:
        self.random = random or Random()
        self.name = name
        self.journal = Journal(name)
        self.calls = Calls(addresses, random=self.random)
        self.logs: dict[str, ConversationLog] = {}
        self.revoked: set[str] = set()
        self.capacity = 0
        self.line = Line(
            addresses=addresses,
            path="/ws/v1/console/",
            hello=self._hello,
            take=self._take,
            journal=self.journal,
            random=self.random,
            headers=lambda: {"Cookie": self.calls.cookie_header},
        )
        self.outbox = Outbox(self.line)
        self._filling: set[asyncio.Task[None]] = set()

    async def sign_in(self, email: str, password: str) -> None:
        await self.calls.sign_in(email, password)

    async def be_available(self, capacity: int) -> int:
        """Available with this capacity, or with the most the service grants; the capacity in force."""
        while True:
            try:
                answer = await self.calls.post(
                    "console/presence", {"status": "available", "capacity": capacity}
                )
                break
            except CallRefusedError as refusal:
                if refusal.status not in {400, 409, 422} or capacity <= 1:
                    raise
                capacity //= 2
        self.capacity = int(answer["capacity"])
        return self.capacity

    async def be_away(self) -> None:
        await self.calls.post("console/presence", {"status": "away", "capacity": max(1, self.capacity)})

    async def board(self) -> Any:
        return await self.calls.get("console/board")

    async def accept_next(self, topic: str) -> str:
        """The accepted conversation's id, followed at once; raises CallRefusedError (nobody_waiting, ...)."""
        cid = make_cid()
        for attempt in range(5):
            try:
                answer = await self.calls.post("console/accept-next", {"cid": cid, "topic": topic})
                break
            except OSError:
                await asyncio.sleep(0.2 * 2**attempt)
        else:
            raise ConnectionError("nobody answered accept-next")
        conversation = str(answer["conversation"])
        self.follow(conversation)
        return conversation

    def follow(self, conversation: str) -> None:
        log = self.logs.setdefault(conversation, ConversationLog())
        self.line.send({"type": "follow", "conversation": conversation, "have": log.have})

    async def send(
        self, conversation: str, body: str, *, cid: str, after_write: Callable[[], None] | None = None
    ) -> Frame:
        path = f"console/conversations/{conversation}/messages"
        return await self.outbox.deliver(
            {"type": "send", "conversation": conversation, "cid": cid, "body": body},
            lambda: self.calls.post(path, {"cid": cid, "body": body}),
            after_write=after_write,
        )

    async def wrap_up_and_close(self, conversation: str, *, category: str, established: bool) -> None:
        path = f"console/conversations/{conversation}"
        wrap_up = {"cid": make_cid(), "category": category, "established": established, "note": ""}
        await self._until_answered(f"{path}/wrap-up", wrap_up)
        await self._until_answered(f"{path}/close", {"cid": make_cid()})

    async def read_back(self, conversation: str) -> list[Frame]:
        return await read_pages(self.calls, f"console/conversations/{conversation}/events", after=0)

    async def hang_up(self) -> None:
        for task in self._filling:
            task.cancel()
        await self.line.close()

    async def _until_answered(self, path: str, body: Frame) -> None:
        for attempt in range(6):
            try:
                await self.calls.post(path, body)
                return
            except OSError:
                await asyncio.sleep(0.2 * 2**attempt)
            except CallRefusedError as refusal:
                if refusal.final:
                    raise
                await asyncio.sleep(0.2 * 2**attempt)
        raise ConnectionError(f"nobody answered {path}")

    def _hello(self) -> Frame:
        have = {conversation: log.have for conversation, log in self.logs.items()}
        return {"type": "hello", "v": PROTOCOL_VERSION, "have": have}

    def _take(self, frame: Frame) -> None:
        match frame["type"]:
            case "welcome":
                self._take_welcome(frame)
            case "event":
                self._take_event(frame)
            case "ack" | "nack":
                self.outbox.answered(frame)
            case "limited":
                self._fill(frame["conversation"])
            case "reset":
                self.logs[frame["conversation"]].drop_all()
                self._resync(frame["conversation"])
            case "pong":
                self._compare_heads(frame["heads"])
            case "revoked":
                self.revoked.add(frame["conversation"])
            case "bye":
                self.line.away = frame["after"] / 1000

    def _take_welcome(self, frame: Frame) -> None:
        self.line.welcomed()
        # An acceptance over HTTP may have raced the reconnect: what hello did not name is followed now.
        followed = {entry["id"] for entry in frame["conversations"]}
        for conversation in self.logs.keys() - followed - self.revoked:
            self.follow(conversation)

    def _take_event(self, event: Frame) -> None:
        self.outbox.answered(event)
        conversation = event["conversation"]
        log = self.logs.setdefault(conversation, ConversationLog())
        if log.take(event) is Taken.GAP:
            self._resync(conversation)

    def _compare_heads(self, heads: dict[str, int]) -> None:
        for conversation, head in heads.items():
            log = self.logs.get(conversation)
            if log is not None and head > log.have:
                self._resync(conversation)

    def _resync(self, conversation: str) -> None:
        have = self.logs[conversation].have
        self.line.send({"type": "resync", "conversation": conversation, "have": have})

    def _fill(self, conversation: str) -> None:
        task = asyncio.create_task(self._page_then_resync(conversation))
        self._filling.add(task)
        task.add_done_callback(self._filling.discard)

    async def _page_then_resync(self, conversation: str) -> None:
        log = self.logs[conversation]
        path = f"console/conversations/{conversation}/events"
        for event in await read_pages(self.calls, path, after=log.have):
            log.take(event)
        self._resync(conversation)
