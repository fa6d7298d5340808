"""Is this process on its way out, and who wants to know?

The server says when it begins; the application registers what it does about it (config.asgi). No settings
here: the server and its tests run without Django.
"""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

logger = logging.getLogger(__name__)

Farewell: TypeAlias = Callable[[], Awaitable[object] | object]

_farewells: list[Farewell] = []
_draining = False


def on_drain(farewell: Farewell) -> None:
    """Register what is done, in the event loop, before sockets are closed: plain or asynchronous."""
    if farewell not in _farewells:
        _farewells.append(farewell)


def is_draining() -> bool:
    return _draining


async def begin_drain(*, within: float) -> None:
    """Mark the process as leaving and say goodbye; a farewell that fails or is slow does not hold it up."""
    global _draining  # noqa: PLW0603 - one process drains once
    _draining = True
    waiting = [result for farewell in _farewells if (result := begin(farewell)) is not None]
    if waiting:
        try:
            async with asyncio.timeout(within):
                for failure in await asyncio.gather(*waiting, return_exceptions=True):
                    if isinstance(failure, BaseException):
                        logger.error("farewell_failed", exc_info=failure)
        except TimeoutError:
            logger.warning("farewell_took_too_long")


def begin(farewell: Farewell) -> Awaitable[object] | None:
    try:
        result = farewell()
    except Exception:
        logger.exception("farewell_failed")
        return None
    return result if inspect.isawaitable(result) else None
