"""Do the processes of a deployment start, refuse, answer and stop as they should?"""

import asyncio
import base64
import json
import os
import secrets
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]
TOLD = ("TOMOSHIBI_", "DATABASE_URL", "REDIS_URL", "PORT", "DJANGO_")


def surroundings(**told: str) -> dict[str, str]:
    """The environment of this test without what it says of a service, and with what is given."""
    return {name: value for name, value in os.environ.items() if not name.startswith(TOLD)} | told


@asynccontextmanager
async def started(*command: str, **told: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, env=surroundings(**told), stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def run(*command: str, **told: str) -> tuple[int, str]:
    async with started(*command, **told) as process:
        out, err = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode is not None
        return process.returncode, out.decode() + err.decode()


async def port_of(process: Process) -> int:
    """The first line of the log that names a port."""
    assert process.stderr
    while line := (await asyncio.wait_for(process.stderr.readline(), 60)).decode():
        if line.startswith("{") and (port := json.loads(line).get("port")):
            return int(port)
        if "Uvicorn running on" in line:
            return int(line.split("127.0.0.1:")[1].split()[0])
    raise AssertionError("the process ended before it listened")


async def status_of(port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 30)
    writer.close()
    return int(answer.split()[1])


@pytest.mark.parametrize("command", ["serve", "sweep"])
async def test_a_real_service_without_secrets_does_not_start(command: str, tmp_path: Path) -> None:
    code, said = await run("manage.py", command, TOMOSHIBI_VAR_DIR=str(tmp_path))
    assert code == 1
    assert "Refusing to start" in said
    assert "E001" in said
    assert "E003" in said
    assert "Traceback" not in said


async def test_a_real_service_passes_django_s_own_checks_as_well(tmp_path: Path) -> None:
    code, said = await run(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        TOMOSHIBI_VAR_DIR=str(tmp_path),
        TOMOSHIBI_SECRET_KEY=secrets.token_urlsafe(64),
        TOMOSHIBI_MASTER_KEYS="2026:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        TOMOSHIBI_PUBLIC_ORIGINS="https://chat.example.org",
        TOMOSHIBI_BEHIND_PROXY="1",
    )
    assert code == 0, said


SERVERS = {
    "ours": ("manage.py", "serve", "--port", "0"),
    "uvicorn": ("-m", "uvicorn", "config.asgi:application", "--port", "0"),
}


@pytest.mark.parametrize("server", SERVERS)
async def test_the_same_application_runs_on_either_server(server: str, tmp_path: Path) -> None:
    told = {"TOMOSHIBI_DEMO": "1", "TOMOSHIBI_VAR_DIR": str(tmp_path)}
    assert await run("manage.py", "migrate", "--verbosity", "0", **told) == (0, "")
    async with started(*SERVERS[server], **told) as process:
        port = await port_of(process)
        address = f"ws://127.0.0.1:{port}/ws/v1/seeker/"
        assert await status_of(port, "/healthz") == 200
        assert await status_of(port, "/readyz") == 200
        assert await status_of(port, "/nowhere/") == 404
        with pytest.raises(InvalidStatus) as refused:
            await connect(address, origin="https://evil.example", proxy=None)  # type: ignore[arg-type]
        assert refused.value.response.status_code == 403
        own = f"http://127.0.0.1:{port}"
        async with connect(address, origin=own, proxy=None) as socket:  # type: ignore[arg-type]
            process.send_signal(signal.SIGTERM)
            with suppress(ConnectionClosed):
                while True:
                    await asyncio.wait_for(socket.recv(), 20)
            assert socket.close_code == 1012
        await asyncio.wait_for(process.wait(), 20)
        assert process.returncode in {0, -signal.SIGTERM}


async def test_a_sweeper_stops_when_asked(tmp_path: Path) -> None:
    told = {"TOMOSHIBI_DEMO": "1", "TOMOSHIBI_VAR_DIR": str(tmp_path), "TOMOSHIBI_LOG_LEVEL": "DEBUG"}
    await run("manage.py", "migrate", "--verbosity", "0", **told)
    async with started("manage.py", "sweep", **told) as process:
        assert process.stderr
        while "sweeping" not in (await asyncio.wait_for(process.stderr.readline(), 30)).decode():
            pass
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
