"""Does a process leave even if its farewells fail?"""

import asyncio
import logging

import pytest

from config import draining


@pytest.fixture(autouse=True)
def _staying_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "_draining", False)
    monkeypatch.setattr(draining, "_farewells", [])


async def test_every_farewell_is_said_once_plain_or_asynchronous() -> None:
    said = []

    def plain() -> None:
        said.append(("plain", draining.is_draining()))

    async def asynchronous() -> None:
        await asyncio.sleep(0)
        said.append(("asynchronous", draining.is_draining()))

    for farewell in (plain, asynchronous, plain):
        draining.on_drain(farewell)
    assert not draining.is_draining()
    await draining.begin_drain(within=5)
    assert said == [("plain", True), ("asynchronous", True)]


async def test_a_farewell_that_fails_or_hangs_holds_nobody_up(caplog: pytest.LogCaptureFixture) -> None:
    said = []

    def fails() -> None:
        raise ValueError("canary")

    async def fails_later() -> None:
        raise ValueError("canary")

    async def hangs() -> None:
        await asyncio.Event().wait()

    for farewell in (fails, fails_later, hangs, lambda: said.append("bye")):
        draining.on_drain(farewell)
    with caplog.at_level(logging.WARNING):
        await draining.begin_drain(within=0.01)
    assert said == ["bye"]
    assert draining.is_draining()
    assert {record.msg for record in caplog.records} == {"farewell_failed", "farewell_took_too_long"}
