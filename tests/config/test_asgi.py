"""Do handshakes end where they should, before any frame is read?"""

from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from config.asgi import application, sockets

OURS = b"http://localhost:8000"
Communicator: Any = ApplicationCommunicator


def scope(path: str, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"localhost:8000"), *headers],
        "subprotocols": [],
    }


async def first_answer(path: str, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    communicator = Communicator(application, scope(path, *headers))
    await communicator.send_input({"type": "websocket.connect"})
    answer: dict[str, Any] = await communicator.receive_output(5)
    await communicator.send_input({"type": "websocket.disconnect", "code": 1000})
    await communicator.wait(5)
    return answer


@pytest.mark.parametrize("path", ["/ws/v1/seeker/", "/ws/v1/console/"])
async def test_a_foreign_page_opens_no_socket(path: str) -> None:
    for headers in ([], [(b"origin", b"https://evil.example")]):
        assert (await first_answer(path, *headers))["type"] == "websocket.close"


async def test_an_address_that_leads_nowhere_is_refused_not_an_error() -> None:
    assert (await first_answer("/ws/v1/nowhere/", (b"origin", OURS)))["type"] == "websocket.close"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/ws/v1/seeker/", "/ws/v1/console/"])
async def test_our_own_page_opens_one(path: str) -> None:
    answer = await first_answer(path, (b"origin", OURS))
    assert answer["type"] in {"websocket.accept", "websocket.close"}
    if path == "/ws/v1/seeker/":
        assert answer["type"] == "websocket.accept"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "sees"), [("/ws/v1/seeker/", False), ("/ws/v1/console/", True)])
async def test_only_a_staff_socket_sees_a_session(path: str, sees: bool) -> None:
    seen: list[bool] = []

    async def routes(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.append("session" in scope or "user" in scope)

    await Communicator(sockets(routes), scope(path, (b"cookie", b"s=anything"))).wait(5)
    assert seen == [sees]
