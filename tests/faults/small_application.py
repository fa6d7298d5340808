"""Which misbehaviours does the server have to stand? A small ASGI application, run as a process of its own.

It writes what it saw to its standard output, one JSON object a line.
"""

from config import server  # isort: skip - first: it installs the reactor

import asyncio
import json
import logging.config
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from config import draining
from config.logs import logging_settings

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

gate = asyncio.Event()
open_sockets: set[Send] = set()


def tell(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    path = scope["path"].strip("/")
    if scope["type"] == "http":
        await PAGES[path](scope, send)
        return
    await receive()
    if path == "hesitant":
        tell(saw="handshake")
        await gate.wait()
    await send({"type": "websocket.accept"})
    open_sockets.add(send)
    try:
        await SOCKETS[path](receive, send)
    finally:
        open_sockets.discard(send)


async def echo(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": str(len(message["text"]))})
    tell(saw="disconnect", code=message["code"])


async def pour(receive: Receive, send: Send) -> None:
    """Send 200 MB as fast as the server takes them, then see how it ended."""
    for _ in range(3200):
        await send({"type": "websocket.send", "text": "x" * 65_536})
        await asyncio.sleep(0)
    message = await receive()
    tell(saw="disconnect", code=message["code"])


async def listen_late(receive: Receive, send: Send) -> None:
    """Take nothing until the gate opens."""
    await gate.wait()
    count = 0
    while (message := await receive())["type"] == "websocket.receive":
        count += 1
    tell(saw="disconnect", code=message["code"], count=count)


async def never_end(receive: Receive, send: Send) -> None:
    await asyncio.Event().wait()


async def go_on_after_the_end(receive: Receive, send: Send) -> None:
    await send({"type": "websocket.close", "code": 4401})
    await send({"type": "websocket.send", "text": "into nothing"})
    tell(saw="no error")


async def answer(send: Send, body: str) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body.encode()})


async def open_gate(scope: dict[str, Any], send: Send) -> None:
    gate.set()
    await answer(send, "open")


async def wait_at_gate(scope: dict[str, Any], send: Send) -> None:
    tell(saw="request")
    await gate.wait()
    await answer(send, "answered" * 10_000)


async def show_scope(scope: dict[str, Any], send: Send) -> None:
    await answer(send, json.dumps({"root_path": scope["root_path"]}))


async def say_goodbye() -> None:
    for send in list(open_sockets):
        await send({"type": "websocket.send", "text": "bye"})
    # The request that waits is answered only after the server has begun to leave.
    asyncio.get_running_loop().call_later(0.2, gate.set)


PAGES = {"gate": wait_at_gate, "open": open_gate, "scope": show_scope}
SOCKETS = {
    "echo": echo,
    "hesitant": echo,
    "pour": pour,
    "late": listen_late,
    "never": never_end,
    "after": go_on_after_the_end,
}

if __name__ == "__main__":
    logging.config.dictConfig(logging_settings(level="INFO"))
    server.DRAIN_SECONDS = float(sys.argv[1])
    draining.on_drain(say_goodbye)
    server.Server(application, host="127.0.0.1", port=0).run()
