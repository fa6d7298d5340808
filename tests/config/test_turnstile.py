"""Does a burst wait instead of failing?"""

import asyncio
from typing import Any

from config.databases import POOL
from config.turnstile import AT_ONCE, Turnstile


async def test_a_burst_waits_for_places_and_a_proxy_s_question_does_not() -> None:
    inside, most, answered = 0, 0, []
    full, may_go = asyncio.Event(), asyncio.Event()

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        nonlocal inside, most
        if scope["path"] == "/readyz":
            answered.append(scope["path"])
            return
        inside += 1
        most = max(most, inside)
        if inside == 3:
            full.set()
        await may_go.wait()
        inside -= 1
        answered.append(scope["path"])

    turnstile = Turnstile(application, at_once=3)

    async def call(path: str) -> None:
        await turnstile({"type": "http", "path": path}, None, None)  # type: ignore[arg-type]

    burst = [asyncio.create_task(call(f"/{number}")) for number in range(20)]
    await full.wait()
    await call("/readyz")
    assert answered == ["/readyz"]
    may_go.set()
    await asyncio.gather(*burst)
    assert most == 3
    assert len(answered) == 21


async def test_an_answer_that_fails_gives_its_place_back() -> None:
    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        raise ZeroDivisionError

    turnstile = Turnstile(application, at_once=1)
    for _ in range(3):
        try:
            await turnstile({"type": "http", "path": "/"}, None, None)  # type: ignore[arg-type]
        except ZeroDivisionError:
            continue
    assert not turnstile.places.locked()


def test_the_pool_has_a_connection_for_every_thread_of_a_process() -> None:
    chat_threads, writer, sweeper = 8, 1, 1
    assert POOL["max_size"] >= AT_ONCE + chat_threads + writer + sweeper
