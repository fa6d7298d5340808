"""What do the stories of the sockets begin with? The cast, a fresh hub, and no round but those they turn."""

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from chat.errors import DomainError
from chat.live.hub import current_hub
from tests.cast import Cast
from tests.chat.peer import Meeting


@pytest.fixture
async def meeting(database_threads: None, cast: Cast) -> AsyncIterator[Meeting]:
    hub = current_hub()
    hub.rounds.stop()
    meeting = Meeting(cast, hub)
    yield meeting
    await meeting.end()


@pytest.fixture
def race() -> Callable[..., list[Any]]:
    """Do things in threads that start at the same moment; what each returned, or the domain error it met."""

    def run(acts: list[Callable[[], Any]]) -> list[Any]:
        start = Barrier(len(acts))

        def compete(act: Callable[[], Any]) -> Any:
            try:
                start.wait(timeout=10)
                return act()
            except DomainError as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(compete, acts))

    return run
