"""Start the servers, run one command with their addresses, stop them whatever happened."""

import os
import signal
import subprocess
import sys
from types import FrameType

import tests.services
from tests.services import chromium, machine, postgresql, redis


def main(arguments: list[str]) -> int:
    match arguments:
        case ["provide"]:
            return provide()
        case ["run", "--", *command] if command:
            return run(command)
        case _:
            sys.exit(tests.services.__doc__)


def provide() -> int:
    for need in (postgresql.NEED, redis.NEED, chromium.FONT, chromium.BROWSER):
        found = machine.require(need)
        number = "" if need is chromium.FONT else ".".join(map(str, machine.version(found)))
        print(f"{need.name}: {found} {number}".rstrip(), flush=True)
    return 0


def run(command: list[str]) -> int:
    # A polite kill must unwind the blocks below, or the servers would outlive this process.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    browser = chromium.require()
    with postgresql.running() as database_url, redis.running() as redis_url:
        given = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "CHROMIUM": str(browser)}
        with subprocess.Popen(command, env={**os.environ, **given}) as child:
            try:
                return child.wait()
            except BaseException:
                child.terminate()
                raise


def leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
