"""What runs while things are killed and cut: two web processes and a Redis, and people who talk through them."""

import asyncio
import base64
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import connection

from bench.client.counsellor import CounsellorClient
from bench.client.log import ConversationLog
from bench.client.seeker import SeekerClient
from bench.client.wire import Address, make_cid
from chat.live.threads import in_pool
from chat.models import Entry
from organisations.models import Person
from tests.cast import Cast, Seeker, sign_in
from tests.services import machine, process, redis

ROOT = Path(__file__).parents[2]
TOLD = ("TOMOSHIBI_", "DATABASE_URL", "REDIS_URL", "PORT", "DJANGO_")
PATIENCE = 30.0


class Hints:
    """A Redis that can go away and come back at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = process.free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    @contextmanager
    def running(self) -> Iterator[None]:
        program = machine.require(redis.NEED)
        command: list[str | Path] = [
            program,
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        with process.running(
            command, answers=lambda: redis.answers(self.url), log=self.folder / "redis.log", cwd=self.folder
        ):
            yield


def surroundings(redis_url: str, folder: Path, hint_bus: str) -> dict[str, str]:
    """The same database, secrets and keys as this test."""
    url = urlsplit(os.environ["DATABASE_URL"])
    keys = settings.TOMOSHIBI.master_keys.items()
    return {name: value for name, value in os.environ.items() if not name.startswith(TOLD)} | {
        "DATABASE_URL": url._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "REDIS_URL": redis_url,
        "TOMOSHIBI_DEMO": "1",
        "TOMOSHIBI_VAR_DIR": str(folder),
        "TOMOSHIBI_SECRET_KEY": settings.SECRET_KEY,
        "TOMOSHIBI_MASTER_KEYS": ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in keys),
        "TOMOSHIBI_HINT_BUS": hint_bus,
        "TOMOSHIBI_SENDS_PER_10S": "1000",
    }


@dataclass
class Web:
    """One process of `manage.py serve`."""

    process: asyncio.subprocess.Process
    address: Address
    log: Path

    def kill(self) -> None:
        self.process.kill()

    async def drain(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)

    async def listening(self) -> None:
        async with asyncio.timeout(60):
            while True:
                assert self.process.returncode is None, self.log.read_text()[-2000:]
                try:
                    _, writer = await asyncio.open_connection(self.address.host, self.address.port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    return


@asynccontextmanager
async def web(name: str, hints: Hints, *, hint_bus: str = "") -> AsyncIterator[Web]:
    port = process.free_port()
    log = hints.folder / f"{name}.log"
    with log.open("wb") as output:
        served = await asyncio.create_subprocess_exec(
            *(sys.executable, "manage.py", "serve", "--port", str(port)),
            cwd=ROOT,
            env=surroundings(hints.url, hints.folder, hint_bus),
            stdout=output,
            stderr=output,
        )
    running = Web(served, Address("http", "127.0.0.1", port), log)
    try:
        yield running
    finally:
        if served.returncode is None:
            served.terminate()  # politely: the database must be empty of sessions when it is dropped
            await served.wait()


@dataclass
class Talk:
    """One conversation under way, and what each end was told is stored."""

    seeker: SeekerClient
    counsellor: CounsellorClient
    conversation: UUID
    acknowledged: list[str] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def counsellors_log(self) -> ConversationLog:
        return self.counsellor.logs[str(self.conversation)]

    async def seeker_says(self, body: str) -> str:
        cid = make_cid()
        await self.seeker.send(body, cid=cid)
        self._acknowledge(cid)
        return cid

    async def counsellor_says(self, body: str) -> str:
        cid = make_cid()
        await self.counsellor.send(str(self.conversation), body, cid=cid)
        self._acknowledge(cid)
        return cid

    def _acknowledge(self, cid: str) -> None:
        self.acknowledged.append(cid)
        self._more.set()

    async def has_said(self, count: int) -> None:
        """So many messages have been acknowledged."""
        while len(self.acknowledged) < count:
            self._more.clear()
            await self._more.wait()

    async def goes_on(self, count: int, *, between: float = 0.0, first: int = 0) -> None:
        """Both speak, each without waiting for the other."""

        async def speak(say: Callable[[str], object], who: str) -> None:
            for number in range(first, first + count):
                await say(f"{who} {number}")  # type: ignore[misc]
                await asyncio.sleep(between)

        await asyncio.gather(speak(self.seeker_says, "相談者"), speak(self.counsellor_says, "相談員"))

    async def is_complete(self) -> None:
        """Both ends hold every acknowledged message once, in the order of the database."""
        async with asyncio.timeout(PATIENCE):
            for cid in self.acknowledged:
                await self.seeker.log.until(cid)
                await self.counsellors_log.until(cid)
        rows = Entry.objects.filter(conversation_id=self.conversation, kind="message").order_by("staff_seq")
        stored = [cid or "" for cid in await in_pool(lambda: list(rows.values_list("cid", flat=True)))]
        assert set(self.acknowledged) <= set(stored), "lost"
        assert len(stored) == len(set(stored)), "doubled"
        for log in (self.seeker.log, self.counsellors_log):
            assert [message.cid for message in log.messages] == stored, "another order"
            assert [event["seq"] for event in log.events] == list(range(1, len(log.events) + 1))

    async def hang_up(self) -> None:
        await self.seeker.hang_up()


@dataclass
class Deployment:
    """Two web processes, their Redis, and the conversations that go through them."""

    cast: Cast
    hints: Hints
    first: Web
    second: Web
    stack: AsyncExitStack
    redis: AsyncExitStack
    random: Random = field(default_factory=lambda: Random(20261124))

    async def redis_goes_away(self) -> None:
        await self.redis.aclose()

    async def redis_comes_back(self) -> None:
        await asyncio.to_thread(self.redis.enter_context, self.hints.running())

    async def talk(
        self, person: Person, *, seeker_at: list[Web] | None = None, counsellor_at: list[Web] | None = None
    ) -> Talk:
        """A conversation that `person` has just accepted; either end may use these processes."""
        asked: Seeker = await in_pool(self.cast.answered, person)
        seeker = SeekerClient(self._addresses(seeker_at), name="seeker", random=self._chance())
        seeker.calls.bearer = asked.bearer
        seeker.conversation = str(asked.conversation_id)
        counsellor = CounsellorClient(
            self._addresses(counsellor_at), name="counsellor", random=self._chance()
        )
        counsellor.calls.cookies |= {"s": await in_pool(sign_in, person), "c": "q" * 32}
        counsellor.follow(seeker.conversation)
        for line in (seeker.line, counsellor.line):
            line.open()
            self.stack.push_async_callback(line.close)
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(seeker.line.ready.wait(), counsellor.line.ready.wait())
        return Talk(seeker, counsellor, asked.conversation_id)

    def _addresses(self, processes: list[Web] | None) -> list[Address]:
        return [each.address for each in processes or [self.first, self.second]]

    def _chance(self) -> Random:
        return Random(self.random.random())


@asynccontextmanager
async def deployment(cast: Cast, folder: Path, *, first_bus: str = "") -> AsyncIterator[Deployment]:
    hints = Hints(folder)
    async with AsyncExitStack() as stack:
        redis_stack = await stack.enter_async_context(AsyncExitStack())
        await asyncio.to_thread(redis_stack.enter_context, hints.running())
        first = await stack.enter_async_context(web("first", hints, hint_bus=first_bus))
        second = await stack.enter_async_context(web("second", hints))
        await asyncio.gather(first.listening(), second.listening())
        yield Deployment(cast, hints, first, second, stack, redis_stack)
