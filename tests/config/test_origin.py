"""Which pages may open a socket?"""

from typing import Any

import pytest

from config.origin import OriginGate

OURS = ("https://chat.example.org", "https://two.example.org:8443")


async def handshake(*origins: str, host: str = "chat.example.org", local: bool = False) -> list[str]:
    """What happens to a handshake with these Origin headers."""
    happened = []

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        happened.append("admitted")

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        happened.append(message["type"])

    headers = [(b"host", host.encode()), *((b"origin", origin.encode()) for origin in origins)]
    gate = OriginGate(application, origins=OURS, local=local)
    await gate({"type": "websocket", "path": "/ws/v1/seeker/", "headers": headers}, receive, send)
    return happened


@pytest.mark.parametrize("origin", [*OURS, "HTTPS://Chat.Example.org"])
async def test_our_own_pages_are_let_in(origin: str) -> None:
    assert await handshake(origin) == ["admitted"]


@pytest.mark.parametrize(
    "origins",
    [
        (),
        ("null",),
        ("http://chat.example.org",),
        ("https://chat.example.org:8443",),
        ("https://chat.example.org.evil.example",),
        ("https://evil.example",),
        ("file://chat.example.org",),
        ("https://chat.example.org/",),
        ("https://chat.example.org", "https://evil.example"),
        ("https://[",),
    ],
)
async def test_every_other_page_is_refused_before_the_application_hears_of_it(
    origins: tuple[str, ...],
) -> None:
    assert await handshake(*origins) == ["websocket.close"]


async def test_the_host_header_alone_admits_nobody_in_a_real_service() -> None:
    assert await handshake("http://localhost:9", host="localhost:9") == ["websocket.close"]


async def test_a_local_page_is_let_in_where_nothing_is_real() -> None:
    assert await handshake("http://localhost:9", host="localhost:9", local=True) == ["admitted"]
    assert await handshake("http://localhost:8", host="localhost:9", local=True) == ["websocket.close"]
    assert await handshake("http://evil.example", host="evil.example", local=True) == ["websocket.close"]
