"""Which Redis do the tests talk to? One of their own that keeps nothing on disk, gone after the run."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.services import machine, process

OLDEST = (6, 2)


def find() -> Path | None:
    for program in machine.candidates(["redis-server"]):
        if machine.version(program) >= OLDEST:
            return program
    return None


NEED = machine.Need("Redis 6.2 or newer (redis-server)", ("redis-server",), find)


@contextmanager
def running() -> Iterator[str]:
    """The REDIS_URL of a new, empty server."""
    program = machine.require(NEED)
    folder = Path(tempfile.mkdtemp(prefix="tomoshibi-redis-"))
    port = process.free_port()
    url = f"redis://127.0.0.1:{port}/0"
    command: list[str | Path] = [
        program,
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    try:
        with process.running(command, answers=lambda: answers(url), log=folder / "log", cwd=folder):
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def answers(url: str) -> bool:
    with Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except RedisError:
            return False
