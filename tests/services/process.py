"""How is a server started on a free port, waited for, and stopped for certain?"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START_SECONDS = 60
STOP_SECONDS = 20


class DidNotStartError(RuntimeError):
    """The server ended, or stayed silent, before it answered; carries the end of its log."""


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    answers: Callable[[], bool],
    log: Path,
    stop_signal: signal.Signals = signal.SIGTERM,
    **popen: Any,
) -> Iterator[subprocess.Popen[bytes]]:
    """The process, from its first answer to the end of the block; nothing of it is left after that."""
    with log.open("wb") as output:
        # A session of its own: Ctrl-C reaches the tests first, and they stop it in order.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **popen,
        )
    try:
        wait_until(answers, process, log)
        yield process
    finally:
        stop(process, stop_signal)


def wait_until(answers: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            end_of_log = log.read_text(errors="replace")[-2000:]
            raise DidNotStartError(f"{process.args!r} did not start:\n{end_of_log}")
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes], stop_signal: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(stop_signal)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def run_quietly(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, **popen: Any) -> None:
    """Run to the end; what it printed is shown only when it failed."""
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **popen
    )
    if done.returncode:
        raise DidNotStartError(f"{done.args!r} failed:\n{done.stdout}{done.stderr}")
