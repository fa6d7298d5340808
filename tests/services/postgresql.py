"""Which PostgreSQL do the tests talk to? One of their own, in a temporary folder, gone after the run."""

import os
import pwd
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.services import machine, process

OLDEST = (15,)
INITDB = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "300",
    # These two lose data only when the machine loses its power: what survives a kill is still tested.
    "fsync": "off",
    "full_page_writes": "off",
}


def find() -> Path | None:
    """The `postgres` program whose neighbour is `initdb`; Debian keeps them off the PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=number_of, reverse=True)
    for program in machine.candidates(["postgres"], folders):
        if program.with_name("initdb").exists() and machine.version(program) >= OLDEST:
            return program
    return None


def number_of(folder: Path) -> int:
    number = re.match(r"\d+", folder.parent.name)
    return int(number[0]) if number else 0


NEED = machine.Need("PostgreSQL 15 or newer", ("postgresql",), find)


@contextmanager
def running() -> Iterator[str]:
    """The DATABASE_URL of a new, empty server."""
    program = machine.require(NEED)
    folder = Path(tempfile.mkdtemp(prefix="tomoshibi-postgresql-"))
    try:
        account = account_for(folder)
        data = folder / "data"
        process.run_quietly(
            [program.with_name("initdb"), "-D", data, *INITDB],
            cwd=folder,
            **account,
        )
        port = process.free_port()
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        settings = {**SETTINGS, "port": str(port), "unix_socket_directories": str(folder)}
        with process.running(
            [program, "-D", data, *(f"--{name}={value}" for name, value in settings.items())],
            answers=lambda: accepts(url),
            log=folder / "log",
            stop_signal=signal.SIGINT,  # fast: ends the sessions that are left instead of waiting for them
            cwd=folder,
            **account,
        ):
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def account_for(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: root lends the folder to an account without rights."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def accepts(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
