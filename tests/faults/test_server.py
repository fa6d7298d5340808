"""Does the server hold what daphne alone does not: drain, limits in both directions, close codes, silence?"""

import asyncio
import json
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]
MEBIBYTE = 1 << 20


@dataclass
class RunningServer:
    process: asyncio.subprocess.Process
    port: int = 0
    log: list[str] = field(default_factory=list)

    def socket(self, path: str, **options: Any) -> connect:
        return connect(f"ws://127.0.0.1:{self.port}/{path}", proxy=None, **options)

    async def get(self, path: str, *headers: str) -> str:
        """A whole HTTP answer, head and body, over a connection of its own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = [f"GET /{path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
        writer.write("\r\n".join(lines).encode())
        answer = await reader.read()
        writer.close()
        return answer.decode()

    async def saw(self) -> dict[str, Any]:
        """The next thing the application told us."""
        assert self.process.stdout
        line = await asyncio.wait_for(self.process.stdout.readline(), 20)
        seen: dict[str, Any] = json.loads(line)
        return seen

    async def listening(self) -> None:
        while not self.port:
            line = await self.read_log()
            self.port = line.get("port", 0)

    async def read_log(self) -> dict[str, Any]:
        assert self.process.stderr
        line = (await asyncio.wait_for(self.process.stderr.readline(), 20)).decode()
        assert line, f"the server ended: {self.log}"
        self.log.append(line)
        entry: dict[str, Any] = json.loads(line)
        return entry

    async def ended(self) -> int:
        assert self.process.stderr
        self.log += (await asyncio.wait_for(self.process.stderr.read(), 20)).decode().splitlines()
        return await self.process.wait()

    def resident(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024


@asynccontextmanager
async def running(drain_seconds: float = 8) -> AsyncIterator[RunningServer]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.small_application", str(drain_seconds)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    server = RunningServer(process)
    try:
        await server.listening()
        yield server
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def opened(socket: connect) -> ClientConnection:
    return await socket


async def close_code(socket: ClientConnection) -> int:
    """Read until the other side closes."""
    try:
        while True:
            await asyncio.wait_for(socket.recv(), 20)
    except ConnectionClosed:
        assert socket.close_code is not None
        return socket.close_code


async def test_a_restart_says_goodbye_and_closes_sockets_with_1012() -> None:
    async with running() as server, server.socket("echo") as first, server.socket("echo") as second:
        server.process.send_signal(signal.SIGTERM)
        for socket in (first, second):
            assert await asyncio.wait_for(socket.recv(), 20) == "bye"
            assert await close_code(socket) == 1012
        assert [await server.saw() for _ in "12"] == [{"saw": "disconnect", "code": 1012}] * 2
        assert await server.ended() == 0


async def test_a_restart_lets_a_running_request_finish() -> None:
    async with running() as server:
        request = asyncio.create_task(server.get("gate"))
        assert await server.saw() == {"saw": "request"}
        server.process.send_signal(signal.SIGTERM)
        answer = await asyncio.wait_for(request, 20)
        assert answer.startswith("HTTP/1.1 200")
        assert answer.count("answered") == 10_000
        assert await server.ended() == 0


async def test_a_server_that_leaves_takes_nobody_new() -> None:
    async with running() as server, server.socket("never") as held:
        server.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(held.recv(), 20) == "bye"
        with pytest.raises(ConnectionRefusedError):
            await server.get("scope")


async def test_a_socket_that_opens_while_the_server_leaves_is_sent_on() -> None:
    async with running() as server:
        opening = asyncio.create_task(opened(server.socket("hesitant")))
        assert await server.saw() == {"saw": "handshake"}
        server.process.send_signal(signal.SIGTERM)
        assert await close_code(await asyncio.wait_for(opening, 20)) == 1012
        assert await server.ended() == 0


async def test_an_application_that_will_not_end_is_cancelled_in_time() -> None:
    async with running(drain_seconds=1) as server, server.socket("never") as socket:
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert await close_code(socket) == 1012
        assert await server.ended() == 0
        assert 0.9 < time.monotonic() - started < 6
        assert json.loads(server.log[-1]) | {"event": "drained", "count": 1} == json.loads(server.log[-1])


async def test_a_reader_that_stops_is_cut_off_before_it_costs_memory() -> None:
    async with running() as server:
        before = server.resident()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1024)
        handshake = (
            "GET /pour HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        writer.write(handshake.encode())
        assert b"101" in await reader.readline()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        assert (await server.read_log())["event"] == "slow_reader_aborted"
        assert await server.saw() == {"saw": "disconnect", "code": 1006}
        assert server.resident() - before < 24 * MEBIBYTE
        writer.transport.abort()


async def test_a_flood_is_refused_with_4429_and_costs_no_memory() -> None:
    async with running() as server, server.socket("late", compression=None) as socket:
        before = server.resident()

        async def flood() -> None:
            for _ in range(5_000):
                await socket.send("x" * 10_000)

        with pytest.raises(ConnectionClosed):
            await flood()
        assert await close_code(socket) == 4429
        assert server.resident() - before < 24 * MEBIBYTE
        await server.get("open")
        assert await server.saw() == {"saw": "disconnect", "code": 4429, "count": 200}


async def test_a_frame_for_a_socket_that_is_closing_is_no_error() -> None:
    async with running() as server, server.socket("after") as socket:
        assert await server.saw() == {"saw": "no error"}
        assert await close_code(socket) == 4401


async def one_long_frame(socket: ClientConnection) -> None:
    await socket.send("x" * 65_537)


async def many_fragments(socket: ClientConnection) -> None:
    await socket.send(["x" * 1024] * 65)


async def far_too_much(socket: ClientConnection) -> None:
    await socket.send("x" * 16 * MEBIBYTE)


@pytest.mark.parametrize("send", [one_long_frame, many_fragments, far_too_much])
async def test_an_oversized_frame_is_answered_with_4413_and_the_others_live(
    send: Callable[[ClientConnection], Coroutine[Any, Any, None]],
) -> None:
    async with running() as server, server.socket("echo") as other, server.socket("echo") as socket:
        with suppress(ConnectionClosed):
            await send(socket)
        assert await close_code(socket) == 4413
        await other.send("x" * 65_536)
        assert await other.recv() == "65536"


async def test_the_server_tells_and_believes_nothing_it_should_not() -> None:
    async with running() as server:
        answer = await server.get("scope?token=canary", "Daphne-Root-Path: /canary", "Cookie: canary")
        assert '{"root_path": ""}' in answer
        assert "server:" not in answer.lower()
        async with server.socket("echo", additional_headers={"Daphne-Root-Path": "/canary"}) as socket:
            await socket.send("canary")
            await socket.recv()
        server.process.send_signal(signal.SIGTERM)
        await server.ended()
        written = "".join(server.log)
        assert "canary" not in written
        assert "127.0.0.1" not in written
