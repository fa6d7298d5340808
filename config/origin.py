"""May the page that opens this socket do so?

Channels' own check is not enough: it accepts any port, plain http and file: pages.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Any
from urllib.parse import urlsplit

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "testserver"})


class OriginGate:
    """Lets a handshake through if its Origin is, to the letter, one of ours; a missing one is refused (403).

    `local` also admits a page of this machine whose origin is the host that was called, on whatever port.
    """

    def __init__(self, application: Application, *, origins: Collection[str], local: bool) -> None:
        self.application = application
        self.origins = frozenset(origins)
        self.local = local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.admits(scope):
            await self.application(scope, receive, send)
        else:
            await refuse(scope, receive, send)

    def admits(self, scope: Scope) -> bool:
        origin = header(scope, b"origin")
        if origin is None:
            return False
        return origin in self.origins or (self.local and is_same_local_host(origin, header(scope, b"host")))


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Closing before accepting makes the server answer 403; also the end of addresses that lead nowhere."""
    await receive()
    await send({"type": "websocket.close", "code": 4403})


def header(scope: Scope, name: bytes) -> str | None:
    """The one value of a header; None if it is missing or said twice."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin1").lower() if len(values) == 1 else None


def is_same_local_host(origin: str, host: str | None) -> bool:
    try:
        hostname = urlsplit(origin).hostname
    except ValueError:
        return False
    return hostname in LOCAL_HOSTS and origin == f"http://{host}"
