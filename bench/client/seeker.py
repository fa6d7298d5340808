"""What does a help-seeker's end do? Asks for a conversation, holds the line, sends, and follows the log."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random

from bench.client.calls import Calls
from bench.client.journal import Journal
from bench.client.line import Line
from bench.client.log import ConversationLog, Taken
from bench.client.sending import Outbox
from bench.client.wire import PROTOCOL_VERSION, Address, Frame, make_bearer, make_cid

PAGE = 200


class SeekerClient:
    """One help-seeker with one conversation."""

    def __init__(self, addresses: Sequence[Address], *, name: str, random: Random | None = None) -> None:
        self.random = random or Random()
        self.journal = Journal(name)
        self.calls = Calls(addresses, random=self.random, bearer=make_bearer())
        self.log = ConversationLog()
        self.conversation = ""
        self.closed = asyncio.Event()
        self.line = Line(
            addresses=addresses,
            path="/ws/v1/seeker/",
            hello=self._hello,
            take=self._take,
            journal=self.journal,
            random=self.random,
        )
        self.outbox = Outbox(self.line)
        self._filling: set[asyncio.Task[None]] = set()

    async def ask(self, *, topic: str, language: str, notice: object) -> str:
        """POST conversations, repeated with the same cid until it is answered; the conversation's id."""
        body = {"cid": make_cid(), "topic": topic, "language": language, "notice": notice, "answers": {}}
        for attempt in range(5):
            try:
                answer = await self.calls.post("conversations", body)
                break
            except OSError:
                await asyncio.sleep(0.2 * 2**attempt)
        else:
            raise ConnectionError("nobody answered POST conversations")
        self.conversation = str(answer["conversation"])
        return self.conversation

    async def send(self, body: str, *, cid: str, after_write: Callable[[], None] | None = None) -> Frame:
        return await self.outbox.deliver(
            {"type": "send", "cid": cid, "body": body},
            lambda: self.calls.post("conversation/messages", {"cid": cid, "body": body}),
            after_write=after_write,
        )

    async def leave(self) -> None:
        await self.calls.post("conversation/leave", {"cid": make_cid()})

    async def read_back(self) -> list[Frame]:
        """The whole log over HTTP."""
        return await read_pages(self.calls, "conversation/events", after=0)

    async def hang_up(self) -> None:
        for task in self._filling:
            task.cancel()
        await self.line.close()

    def _hello(self) -> Frame:
        return {
            "type": "hello",
            "v": PROTOCOL_VERSION,
            "token": self.calls.bearer,
            "have": self.log.have,
        }

    def _take(self, frame: Frame) -> None:
        match frame["type"]:
            case "welcome":
                self.line.welcomed()
            case "event":
                self._take_event(frame)
            case "ack" | "nack":
                self.outbox.answered(frame)
            case "limited":
                self._fill(frame["have"])
            case "reset":
                self.log.drop_all()
                self.line.send({"type": "resync", "have": 0})
            case "pong":
                if any(head > self.log.have for head in frame["heads"].values()):
                    self._resync()
            case "bye":
                self.line.away = frame["after"] / 1000

    def _take_event(self, event: Frame) -> None:
        self.outbox.answered(event)
        if self.log.take(event) is Taken.GAP:
            self._resync()
        if event["kind"] == "closed":
            self.closed.set()

    def _resync(self) -> None:
        self.line.send({"type": "resync", "have": self.log.have})

    def _fill(self, _have: int) -> None:
        task = asyncio.create_task(self._page_then_resync())
        self._filling.add(task)
        task.add_done_callback(self._filling.discard)

    async def _page_then_resync(self) -> None:
        for event in await read_pages(self.calls, "conversation/events", after=self.log.have):
            self.log.take(event)
        self._resync()


async def read_pages(calls: Calls, path: str, *, after: int) -> list[Frame]:
    """All events after `after`, page by page; repeated where nobody answered."""
    events: list[Frame] = []
    failures = 0
    while True:
        try:
            page = await calls.get(f"{path}?after={after}&limit={PAGE}")
        except OSError:
            failures += 1
            if failures > 5:
                raise
            await asyncio.sleep(0.3 * failures)
            continue
        events += page["events"]
        if not page["events"] or page["events"][-1]["seq"] >= page["head"]:
            return events
        after = page["events"][-1]["seq"]
