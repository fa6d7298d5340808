"""How does the service run for a story? As its users start it: `manage.py serve`, or honcho with the Procfile."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psycopg

from tests.journeys.balancer import Balancer
from tests.services import postgresql, process, redis

ROOT = Path(__file__).resolve().parents[2]
PYTHON = Path(sys.executable)
MANAGE: tuple[str | Path, ...] = (PYTHON, ROOT / "manage.py")


@dataclass(frozen=True)
class Service:
    """A running service: where it is, and what its own tools can say of it."""

    port: int
    environment: dict[str, str] = field(repr=False)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def npo_origin(self) -> str:
        """Where the pages of the organisations stand: another site than the service for every browser."""
        return f"http://localhost:{self.port}"

    def ledger(self, question: str, *words: str) -> Any:
        """What the database says, asked by a process of its own (tests/journeys/ledger.py)."""
        done = subprocess.run(
            [PYTHON, "-m", "tests.journeys.ledger", question, *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)


class Embedded:
    """SQLite and one process. Prepared once, then started anew for each file of stories, on the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = process.free_port()
        self.seeded = folder / "seeded.sqlite3"

    def environment(self, var_dir: Path) -> dict[str, str]:
        return {**_environment(), "TOMOSHIBI_VAR_DIR": str(var_dir), "PORT": str(self.port)}

    def prepare(self) -> None:
        environment = self.environment(self.folder)
        for command in ("migrate", "seed_demo"):
            process.run_quietly([*MANAGE, command], env=environment)
        with (
            closing(sqlite3.connect(self.folder / "tomoshibi.sqlite3")) as source,
            closing(sqlite3.connect(self.seeded)) as target,
        ):
            source.backup(target)

    @contextmanager
    def running(self) -> Iterator[Service]:
        database = self.folder / "tomoshibi.sqlite3"
        for old in self.folder.glob(f"{database.name}*"):
            old.unlink()
        database.write_bytes(self.seeded.read_bytes())
        environment = self.environment(self.folder)
        with process.running(
            [*MANAGE, "serve"],
            answers=lambda: ready(self.port),
            log=self.folder / "log",
            env=environment,
        ):
            yield Service(self.port, environment)


class Machine:
    """One of several: honcho runs the Procfile's processes on it, and ends all of them when one ends."""

    def __init__(
        self, name: str, folder: Path, environment: dict[str, str], processes: Sequence[str]
    ) -> None:
        self.name = name
        self.port = process.free_port()
        self._log = folder / f"{name}.log"
        self._environment = environment
        self._processes = processes
        self._stack = ExitStack()

    def start(self) -> None:
        self._stack.enter_context(
            process.running(
                honcho("start", "--port", str(self.port), *self._processes),
                answers=lambda: ready(self.port),
                log=self._log,
                env=self._environment,
                cwd=ROOT,
            )
        )

    def kill_web(self) -> None:
        """As a machine that loses its power: nothing gets to say good-bye."""
        os.kill(web_process(self.port), signal.SIGKILL)

    def stop(self) -> None:
        self._stack.close()


@dataclass(frozen=True)
class Production:
    """PostgreSQL, Redis, and two machines with a web process each behind one address."""

    service: Service
    machines: tuple[Machine, Machine]


@contextmanager
def production(folder: Path) -> Iterator[Production]:
    with ExitStack() as stack:
        server = os.environ.get("DATABASE_URL") or stack.enter_context(postgresql.running())
        hints = os.environ.get("REDIS_URL") or stack.enter_context(redis.running())
        environment = {
            **_environment(),
            "TOMOSHIBI_VAR_DIR": str(folder),
            "DATABASE_URL": stack.enter_context(new_database(server)),
            "REDIS_URL": hints,
            "PATH": f"{PYTHON.parent}{os.pathsep}{os.environ['PATH']}",
        }
        balancer = stack.enter_context(Balancer())
        environment["TOMOSHIBI_PUBLIC_ORIGINS"] = (
            f"http://127.0.0.1:{balancer.port},http://localhost:{balancer.port}"
        )
        process.run_quietly(honcho("start", "release"), env=environment, cwd=ROOT)
        process.run_quietly([*MANAGE, "seed_demo"], env=environment)
        machines = (
            Machine("first", folder, environment, ["web", "sweeper"]),
            Machine("second", folder, environment, ["web"]),
        )
        for machine in machines:
            stack.callback(machine.stop)
            machine.start()
        balancer.backends = [machine.port for machine in machines]
        yield Production(Service(balancer.port, environment), machines)


def honcho(command: str, *arguments: str) -> list[str | Path]:
    return [PYTHON, "-m", "honcho", "--procfile", ROOT / "Procfile", command, *arguments]


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """A database of our own on that server, gone afterwards."""
    name = f"journeys_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield server.rpartition("/")[0] + f"/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def web_process(port: int) -> int:
    """The process that listens there; Linux tells it in /proc."""
    sockets = {
        row[9]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).exists()
        for row in map(str.split, Path(table).read_text().splitlines()[1:])
        if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port
    }
    for process_folder in Path("/proc").glob("[0-9]*"):
        if sockets & set(_open_sockets(process_folder)):
            return int(process_folder.name)
    raise AssertionError(f"nobody listens on {port}")


def _open_sockets(process_folder: Path) -> Iterator[str]:
    try:
        for descriptor in (process_folder / "fd").iterdir():
            yield str(descriptor.readlink()).removeprefix("socket:[").rstrip("]")
    except OSError:
        return  # it has just ended, or is somebody else's


def ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _environment() -> dict[str, str]:
    ours = ("TOMOSHIBI_", "DATABASE_URL", "REDIS_URL", "PORT", "DJANGO_", "PYTEST_", "COV_")
    told = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**told, "TOMOSHIBI_DEMO": "1"}
