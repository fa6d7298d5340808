"""Which PostgreSQL and Redis does the bench use? New ones that keep every promise to the disk."""

import os
import re
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.services import machine, postgresql, process, redis

_STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]*): \s*(\w+)")


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started in the block stays on this core; this thread itself does not."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, [core])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True, slots=True)
class Database:
    """The server, and what it writes down."""

    url: str
    pid: int
    log: Path

    def make(self, name: str) -> str:
        """The URL of a new, empty database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    @contextmanager
    def statements(self, into: Counter[str]) -> Iterator[None]:
        """Counts every statement executed in the block by its first word: the server logs them all."""
        self._log_statements("all")
        begin = self.log.stat().st_size
        try:
            yield
        finally:
            self._log_statements("none")
            with self.log.open("rb") as log:
                log.seek(begin)
                text = log.read().decode(errors="replace")
            into.update(word.upper() for word in _STATEMENT.findall(text))
            into.subtract({"ALTER": into["ALTER"]})

    def _log_statements(self, which: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET log_statement = '{which}'")
            connection.execute("SELECT pg_reload_conf()")


@dataclass(frozen=True, slots=True)
class Hints:
    """The Redis server."""

    url: str
    pid: int


@contextmanager
def running_database() -> Iterator[Database]:
    """As PostgreSQL is installed: it waits for the disk at each commit."""
    program = machine.require(postgresql.NEED)
    folder = Path(tempfile.mkdtemp(prefix="tomoshibi-bench-postgresql-"))
    try:
        account = postgresql.account_for(folder)
        data = folder / "data"
        initdb: list[str | Path] = [
            program.with_name("initdb"),
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        process.run_quietly([*initdb, "--locale=C"], cwd=folder, **account)
        port = process.free_port()
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        command: list[str | Path] = [
            program,
            "-D",
            data,
            "-p",
            str(port),
            f"--unix_socket_directories={folder}",
        ]
        with process.running(
            [*command, "--listen_addresses=127.0.0.1", "--max_connections=300"],
            answers=lambda: postgresql.accepts(url),
            log=folder / "log",
            stop_signal=signal.SIGINT,
            cwd=folder,
            **account,
        ) as server:
            yield Database(url, server.pid, folder / "log")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_hints() -> Iterator[Hints]:
    program = machine.require(redis.NEED)
    folder = Path(tempfile.mkdtemp(prefix="tomoshibi-bench-redis-"))
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
        with process.running(
            command, answers=lambda: redis.answers(url), log=folder / "log", cwd=folder
        ) as server:
            yield Hints(url, server.pid)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
