"""Do the tests' own servers end with the tests, and is what is missing named instead of left out?"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.services import machine, postgresql, process, redis


def test_a_server_is_gone_after_its_block_even_when_the_block_fails() -> None:
    urls: list[str] = []

    def fail_with_a_server_running() -> None:
        with redis.running() as url:
            assert redis.answers(url)
            urls.append(url)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_with_a_server_running()
    assert not redis.answers(urls[0])


def test_two_servers_side_by_side_know_nothing_of_each_other() -> None:
    with postgresql.running() as one, postgresql.running() as other:
        assert one != other
        with psycopg.connect(one) as connection:
            connection.execute("CREATE TABLE lamp ()")
        with psycopg.connect(other) as connection, pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT * FROM lamp")


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(process.DidNotStartError, match="no such lamp"),
        process.running(
            [sys.executable, "-c", "raise SystemExit('no such lamp')"],
            answers=lambda: False,
            log=tmp_path / "log",
        ),
    ):
        pass


def test_a_polite_kill_of_the_run_leaves_no_server_behind() -> None:
    words = "import os; print(os.environ['REDIS_URL'], flush=True); input()"
    run = subprocess.Popen(
        [sys.executable, "-m", "tests.services", "run", "--", sys.executable, "-c", words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with run:
        assert run.stdout is not None
        url = run.stdout.readline().strip()
        assert redis.answers(url)
        run.send_signal(signal.SIGTERM)
        assert run.wait(timeout=30) == 128 + signal.SIGTERM
    assert not redis.answers(url)


def test_the_run_ends_with_the_answer_of_its_command() -> None:
    command = [
        sys.executable,
        "-m",
        "tests.services",
        "run",
        "--",
        sys.executable,
        "-c",
        "raise SystemExit(7)",
    ]
    assert subprocess.run(command, check=False).returncode == 7


def test_what_cannot_be_found_or_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    lamp = machine.Need("a lamp", ("lamp-server", "lamp-oil"), lambda: None)
    with pytest.raises(SystemExit, match=r"The tests need a lamp\. .*apt-get install lamp-server lamp-oil"):
        machine.require(lamp)


def test_root_installs_what_is_missing_and_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(machine, "apt_install", installed.extend)
    lamp = machine.Need("a lamp", ("lamp-server",), lambda: Path("/usr/bin/lamp") if installed else None)
    assert machine.require(lamp) == Path("/usr/bin/lamp")


def test_a_version_is_read_from_whatever_the_program_prints(tmp_path: Path) -> None:
    program = tmp_path / "lamp"
    program.write_text("#!/bin/sh\necho 'Lamp server v=7.0.15 sha=0 bits=64'\n")
    program.chmod(0o755)
    assert machine.version(program) == (7, 0, 15)
    assert machine.version(tmp_path / "nowhere") == ()
