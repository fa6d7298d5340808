"""Does every socket get 1, 2, 3, ... each once, whatever hints are lost, doubled, late, and whoever comes and goes?

A model without database or network: the real hub and followers over a log in memory, a bus that cannot be relied
on, reads that take their time or fail, clients that reconnect in the middle of anything.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chat.live import follower as follower_module
from chat.live.follower import Follower
from chat.live.hub import Hub
from chat.selectors.round import Facts
from chat.signals import HeadsMoved, StoredEntry
from tests.faults.lossy import LossyHintBus

CONVERSATION = UUID(int=1)
BACKLOG = 6
Frame = dict[str, Any]


class Log:
    """What is committed."""

    def __init__(self) -> None:
        self.entries: list[StoredEntry] = []
        self.public_seq = 0

    def commit(self, *, public: bool) -> StoredEntry:
        self.public_seq += public
        entry = StoredEntry(
            CONVERSATION,
            len(self.entries) + 1,
            self.public_seq if public else None,
            "message" if public else "note",
            "seeker",
            None,
            None,
            f"{len(self.entries) + 1}",
            None,
            timezone.now(),
        )
        self.entries.append(entry)
        return entry

    def stream(self, *, staff: bool) -> list[tuple[int, str]]:
        """(number, text) as a reader of the stream must hold them in the end."""
        entries = self.entries if staff else [entry for entry in self.entries if entry.public_seq]
        return [(place, str(entry.body)) for place, entry in enumerate(entries, start=1)]

    def after(self, seq: int, *, staff: bool, limit: int) -> list[StoredEntry]:
        entries = self.entries if staff else [entry for entry in self.entries if entry.public_seq]
        return entries[seq : seq + limit]

    def heads(self) -> HeadsMoved:
        return HeadsMoved(CONVERSATION, self.public_seq, len(self.entries), 0, "")


class Client:
    """A client as docs/protocol.md wants it: it takes the next number only, pages when limited, keeps what it has
    over a reconnect. A number out of turn on one connection is the server's fault."""

    person_id: UUID | None = None
    session_key: str | None = None

    def __init__(self, hub: Hub, log: Log, *, staff: bool) -> None:
        self.hub, self.log, self.staff = hub, log, staff
        self.held: list[tuple[int, str]] = []
        self.must_page = False
        self.follower: Follower | None = None

    def connect(self) -> None:
        self.disconnect()
        self.must_page = False
        self.follower = Follower(self, CONVERSATION, staff=self.staff)
        self.hub.follow(self.follower)
        self.resync()

    def disconnect(self) -> None:
        if self.follower is not None:
            self.hub.unfollow(self.follower)
            self.follower = None

    def resync(self) -> None:
        assert self.follower is not None
        head = len(self.log.entries) if self.staff else self.log.public_seq
        self.follower.begin(have=len(self.held), head=head)

    def push(self, text: str) -> None:
        frame: Frame = json.loads(text)
        if frame["type"] == "limited":
            self.must_page = True
        elif frame["type"] == "event":
            assert not self.must_page, "nothing is sent until the client has paged"
            assert self.follower is not None, "nothing is sent to somebody who has gone"
            assert not self.follower.held, "nothing is sent while the right is being looked at"
            assert frame["seq"] == len(self.held) + 1, (frame["seq"], len(self.held))
            self.held.append((frame["seq"], frame["body"]))
        else:
            raise AssertionError(frame)

    def page(self) -> None:
        if self.must_page:
            self.held = self.log.stream(staff=self.staff)
            self.must_page = False
            self.resync()

    def shut(self, code: int) -> None:
        raise AssertionError(code)

    def recheck(self, follower: Follower | None) -> None:
        raise AssertionError

    def show(self, facts: Facts) -> None:
        raise AssertionError


class FanOut(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(follower_module, "BACKLOG_LIMIT", BACKLOG)
        self.patch.setattr(follower_module, "in_pool", self.read)
        # One process: what Redis does with a hint is another story, and this loop ends with each run.
        self.patch.setattr(settings, "TOMOSHIBI", replace(settings.TOMOSHIBI, redis_url=""))
        self.log = Log()
        self.hub = Hub(self.loop)
        self.bus = LossyHintBus(self.hub.hear)
        self.clients = [Client(self.hub, self.log, staff=staff) for staff in (False, True, True)]
        self.slowness = 0
        self.fails = False
        self.all(Client.connect)

    async def read(self, _: Any, __: UUID, *, staff: bool, after: int, limit: int) -> list[StoredEntry]:
        """As the pool of threads: reads at one moment, answers at a later one, or not at all."""
        if self.fails:
            raise OperationalError
        entries = self.log.after(after, staff=staff, limit=limit)
        for _turn in range(self.slowness):
            await asyncio.sleep(0)
        return entries

    def act(self, do: Callable[[], object], *, turns: int = 0) -> None:
        async def doing() -> None:
            do()
            for _ in range(turns):
                await asyncio.sleep(0)

        self.run(doing())

    def all(self, do: Callable[[Client], None], *, turns: int = 0) -> None:
        for client in self.clients:
            self.act(partial(do, client))
        self.act(lambda: None, turns=turns)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self.loop.run_until_complete(work)

    @rule(public=st.booleans(), count=st.integers(1, 4), turns=st.integers(0, 3))
    def somebody_writes(self, public: bool, count: int, turns: int) -> None:
        self.act(lambda: self.bus.tell([self.log.commit(public=public) for _ in range(count)]), turns=turns)

    @rule(public=st.booleans(), turns=st.integers(0, 3))
    def another_process_writes(self, public: bool, turns: int) -> None:
        """Here only its heads are heard of, if anything is."""
        self.log.commit(public=public)
        self.act(lambda: self.bus._hear_badly([self.log.heads()]), turns=turns)

    @rule(turns=st.integers(1, 6))
    def time_passes(self, turns: int) -> None:
        self.act(lambda: None, turns=turns)

    @rule(late=st.integers(0, 3))
    def a_round_is_turned(self, late: int) -> None:
        """Its reading may be old when it is told."""
        heads = self.log.heads()
        if late:
            self.log.commit(public=True)
        self.act(lambda: self.hub.hear([heads]), turns=late)

    @rule(which=st.integers(0, 2), away=st.booleans())
    def a_client_reconnects(self, which: int, away: bool) -> None:
        client = self.clients[which]
        self.act(client.disconnect if away else client.connect)

    @rule(which=st.integers(0, 2))
    def a_client_asks_again(self, which: int) -> None:
        client = self.clients[which]
        if client.follower is not None and not client.must_page:
            self.act(client.resync)

    @rule(which=st.integers(0, 2))
    def a_client_pages(self, which: int) -> None:
        if self.clients[which].follower is not None:
            self.act(self.clients[which].page)

    @rule(which=st.integers(0, 2), hold=st.booleans())
    def a_right_is_looked_at(self, which: int, hold: bool) -> None:
        follower = self.clients[which].follower
        if follower is not None:
            self.act(follower.hold if hold else follower.release)

    @rule(slowness=st.integers(0, 5))
    def the_database_is_slower(self, slowness: int) -> None:
        self.slowness = slowness

    @rule(fails=st.booleans())
    def the_database_fails(self, fails: bool) -> None:
        self.fails = fails

    @invariant()
    def nobody_holds_anything_but_the_beginning_of_the_log(self) -> None:
        for client in self.clients:
            assert client.held == self.log.stream(staff=client.staff)[: len(client.held)]

    def teardown(self) -> None:
        """The database is back and everybody is connected: one round heals what does not have to be paged."""
        self.fails, self.slowness = False, 1
        for client in self.clients:
            if client.follower is None:
                self.act(client.connect)
            elif client.follower.held:
                self.act(client.follower.release)
        self.all(Client.page, turns=20)
        self.act(lambda: self.hub.hear([self.log.heads()]), turns=60)
        self.all(Client.page, turns=20)
        try:
            for client in self.clients:
                assert client.held == self.log.stream(staff=client.staff)
        finally:
            self.all(Client.disconnect, turns=2)
            self.loop.close()
            self.patch.undo()


FanOut.TestCase.settings = hypothesis_settings(max_examples=120, stateful_step_count=40, deadline=None)
TestFanOut = FanOut.TestCase
