"""How many committed, encrypted, delivered messages a second does one core carry, beside what? `make bench`.

Ours, a competent first version and a bare relay take turns, round after round, with the server side (web
process, PostgreSQL, Redis) on one core and the client on another. A table goes to standard error, JSON to
standard output.
"""

import argparse
import base64
import contextlib
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from bench.services import Database, Hints, on_core, running_database, running_hints
from tests.services import process

ROOT = Path(__file__).resolve().parent.parent
TARGET = 8.0
SERVER_CORE, CLIENT_CORE = 0, 1
FIRST_VERSION = "bench.first_version.asgi:application"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the compared servers: how it is prepared, started, and made ready for another round."""

    name: str
    title: str
    command: Sequence[str]
    environment: Mapping[str, str]
    prepare: Sequence[Sequence[str]]
    refresh: Sequence[str] = ()
    keeps: bool = True


@dataclass(slots=True)
class Stage:
    """What the candidates share."""

    arguments: argparse.Namespace
    database: Database
    hints: Hints
    folder: Path
    rounds: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def plan(self, candidate: Candidate) -> Path:
        return self.folder / f"{candidate.name}.json"


def candidates(stage: Stage, arguments: argparse.Namespace) -> list[Candidate]:
    pairs = ["--pairs", str(arguments.pairs)]
    python = sys.executable
    ours_plan, first_plan = (str(stage.folder / f"{name}.json") for name in ("ours", "first"))
    ours = {
        "DATABASE_URL": stage.database.make("ours"),
        "REDIS_URL": stage.hints.url,
        "TOMOSHIBI_VAR_DIR": str(stage.folder / "var"),
        "TOMOSHIBI_SECRET_KEY": secrets.token_urlsafe(64),
        "TOMOSHIBI_MASTER_KEYS": "bench:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "TOMOSHIBI_PUBLIC_ORIGINS": "https://bench.example",
        "TOMOSHIBI_BEHIND_PROXY": "1",
        "TOMOSHIBI_SENDS_PER_10S": "10000000",
        "TOMOSHIBI_LOG_LEVEL": "WARNING",
        **dict(item.split("=", 1) for item in arguments.ours_with),
    }
    first = {"DATABASE_URL": stage.database.make("first"), "REDIS_URL": f"{stage.hints.url[:-1]}1"}
    setup = [python, "-m", "bench.setup", "--plan", ours_plan]
    return [
        Candidate(
            "ours",
            "ours: committed, encrypted, delivered",
            arguments.ours_command.split() if arguments.ours_command else [python, "manage.py", "serve"],
            ours,
            [[python, "manage.py", "migrate", "--verbosity", "0"], [*setup, *pairs]],
            [*setup, "--refresh"],
        ),
        Candidate(
            "first",
            "first version: Channels, Redis layer, one acreate a message",
            [python, "-m", "daphne", "-b", "127.0.0.1", "-p", "{port}", "-v", "0", FIRST_VERSION],
            first,
            [[python, "-m", "bench.first_version.prepare", "--plan", first_plan, *pairs]],
        ),
        Candidate(
            "relay",
            "bare relay: nothing stored, nothing checked",
            [python, "-m", "bench.bare_relay", "{port}"],
            {},
            [],
            keeps=False,
        ),
    ]


def prepare(stage: Stage, candidate: Candidate) -> None:
    for command in candidate.prepare:
        process.run_quietly(command, env=environment_of(candidate), cwd=ROOT)
    if candidate.name == "relay":
        stage.plan(candidate).write_bytes(orjson.dumps(relay_plan(stage.arguments.pairs)))


def relay_plan(pairs: int) -> dict[str, Any]:
    ends: list[dict[str, Any]] = [
        {"path": f"/{number}", "headers": {}, "hello": None, "conversation": ""} for number in range(pairs)
    ]
    return {"dialect": "room", "pairs": [{"seeker": end, "counsellor": end} for end in ends]}


def environment_of(candidate: Candidate) -> dict[str, str]:
    """The caller's environment without anything it says of a service of its own."""
    own = ("TOMOSHIBI_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "PORT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return {**kept, **candidate.environment, "PYTHONPATH": str(ROOT)}


@contextlib.contextmanager
def serving(stage: Stage, candidate: Candidate) -> Iterator[tuple[int, int]]:
    """The candidate's server on the server's core; gives its port and pid."""
    port = process.free_port()
    command = [part.replace("{port}", str(port)) for part in candidate.command]
    server = process.running(
        command,
        answers=lambda: answers(port),
        log=stage.folder / f"{candidate.name}.log",
        cwd=ROOT,
        env={**environment_of(candidate), "PORT": str(port)},
    )
    with contextlib.ExitStack() as stack:
        with on_core(SERVER_CORE):
            pid = stack.enter_context(server).pid
        yield port, pid


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def load(stage: Stage, candidate: Candidate, port: int, pid: int, phases: Sequence[str]) -> list[str]:
    pids = {"app": pid, "redis": stage.hints.pid, "postgresql": stage.database.pid}
    listed = ",".join(f"{name}={number}" for name, number in pids.items())
    command = [sys.executable, "-m", "bench.load", "--plan", str(stage.plan(candidate)), "--port", str(port)]
    return [*command, "--pids", listed, "--server-core", str(SERVER_CORE), *phases]


def play_round(stage: Stage, candidate: Candidate) -> dict[str, Any]:
    """One timed turn of one candidate."""
    seconds = str(stage.arguments.seconds)
    if candidate.refresh:
        process.run_quietly(candidate.refresh, env=environment_of(candidate), cwd=ROOT)
    with serving(stage, candidate) as (port, pid):
        phases = ["--closed", seconds, "--open", seconds, "--rate", str(stage.arguments.rate)]
        command = load(stage, candidate, port, pid, phases)
        with on_core(CLIENT_CORE):
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    log = (stage.folder / f"{candidate.name}.log").read_text(errors="replace")
    if done.returncode:
        raise RuntimeError(f"{candidate.name} could not be loaded:\n{done.stderr[-3000:]}\n{log[-2000:]}")
    result: dict[str, Any] = orjson.loads(done.stdout.splitlines()[-1])
    if result["dropped"] or result["refused"]:
        tell(
            f"{candidate.name} dropped sockets {result['dropped']}, refused {result['refused']}: {log[-3000:]}"
        )
    return result


def count_statements(stage: Stage, candidate: Candidate, phase: Sequence[str]) -> dict[str, float]:
    """Statements a message, by first word; an untimed turn, since writing them down costs."""
    if candidate.refresh:
        process.run_quietly(candidate.refresh, env=environment_of(candidate), cwd=ROOT)
    counted: Counter[str] = Counter()
    with (
        serving(stage, candidate) as (port, pid),
        on_core(CLIENT_CORE),
        subprocess.Popen(
            [*load(stage, candidate, port, pid, phase), "--wait"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as client,
    ):
        assert client.stdin is not None
        assert client.stdout is not None
        client.stdout.readline()
        with stage.database.statements(counted):
            client.stdin.write("\n")
            client.stdin.flush()
            result = orjson.loads(client.stdout.readline())
    messages = max(1, result["total"])
    per_message = {word: round(count / messages, 3) for word, count in counted.most_common() if count}
    return {"all": round(sum(counted.values()) / messages, 3), **per_message}


def bench(arguments: argparse.Namespace) -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        with on_core(SERVER_CORE):
            database = stack.enter_context(running_database())
            hints = stack.enter_context(running_hints())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tomoshibi-bench-"))
        stage = Stage(arguments, database, hints, Path(folder))
        chosen = [c for c in candidates(stage, arguments) if c.name in arguments.only.split(",")]
        for candidate in chosen:
            tell(f"preparing {candidate.title}")
            prepare(stage, candidate)
        for number in range(arguments.rounds):
            for candidate in chosen:
                result = play_round(stage, candidate)
                stage.rounds.setdefault(candidate.name, []).append(result)
                tell(
                    f"round {number + 1}: {candidate.name} {result['closed']['per_second']} messages a second"
                )
        statements = {}
        for candidate in chosen:
            if candidate.keeps and not arguments.no_statements:
                statements[candidate.name] = {
                    "at_rate": count_statements(
                        stage, candidate, ["--open", "2", "--rate", str(arguments.rate)]
                    ),
                    "saturated": count_statements(stage, candidate, ["--closed", "1"]),
                }
        return summarise(stage, chosen, statements)


def summarise(stage: Stage, chosen: Sequence[Candidate], statements: dict[str, Any]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for candidate in chosen:
        figures[candidate.name] = {
            "title": candidate.title,
            **medians(stage.rounds[candidate.name]),
            "statements": statements.get(candidate.name),
        }
    ratios = {}
    if {"ours", "first"} <= figures.keys():
        ours, first = figures["ours"], figures["first"]
        ratios = {
            "per_second": round(ours["per_second"] / first["per_second"], 2),
            "server_cpu": round(first["server_cpu_us"] / ours["server_cpu_us"], 2),
            "target": TARGET,
        }
    return {
        "pairs": stage.arguments.pairs,
        "rate": stage.arguments.rate,
        "ratios": ratios,
        "figures": figures,
    }


def medians(rounds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    closed = [turn["closed"] for turn in rounds]
    opened = [turn["open"] for turn in rounds]
    cpu = {name: median(turn["cpu_us"][name] for turn in closed) for name in closed[0]["cpu_us"]}
    return {
        "per_second": median(turn["per_second"] for turn in closed),
        "cpu_us": cpu,
        "server_cpu_us": round(sum(spent or 0.0 for name, spent in cpu.items() if name != "client"), 1),
        "client_busy": median(turn["client_busy"] for turn in closed),
        "saturated_p99_ms": median(turn["p99_ms"] for turn in closed),
        "p50_ms": median(turn["p50_ms"] for turn in opened),
        "p99_ms": median(turn["p99_ms"] for turn in opened),
        "kib_per_idle_socket": median(turn["kib_per_idle_socket"] for turn in rounds),
        "lost": sum(turn["closed"]["lost"] + turn["open"]["lost"] for turn in rounds),
        "strays": sum(turn["strays"] for turn in rounds),
        "refused": sum(turn["refused"] for turn in rounds),
        "dropped": [turn["dropped"] for turn in rounds if turn["dropped"]],
        "strangers": median(turn["strangers"] for turn in closed),
        "clean_rounds": len([turn for turn in closed if turn["clean"]]),
        "rounds": len(rounds),
        "each_per_second": [turn["per_second"] for turn in closed],
    }


def median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(statistics.median(known), 2) if known else None


def table(result: Mapping[str, Any]) -> str:
    """For people; the JSON has the rest."""
    head = (
        "server side on one core",
        "msg/s",
        "CPU us a message: app + Redis + PostgreSQL",
        f"p50 / p99 ms at {result['rate']:.0f}/s",
        "statements a message at rate / saturated",
        "KiB a socket",
        "lost",
    )
    rows = [head]
    for figures in result["figures"].values():
        cpu, statements = figures["cpu_us"], figures["statements"]
        counted = "-"
        if statements:
            counted = f"{statements['at_rate']['all']} / {statements['saturated']['all']}"
        rows.append(
            (
                figures["title"],
                f"{figures['per_second']:,.0f}",
                f"{cpu['app']:.0f} + {cpu['redis']:.0f} + {cpu['postgresql']:.0f}",
                f"{figures['p50_ms']} / {figures['p99_ms']}",
                counted,
                f"{figures['kib_per_idle_socket']}",
                f"{figures['lost']}",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines += [f"{f['title']}: {note}" for f in result["figures"].values() for note in notes(f)]
    if result["ratios"]:
        ratios = result["ratios"]
        lines.append(
            f"ours to first version: {ratios['per_second']} times the messages (target {TARGET:.0f}), "
            f"{ratios['server_cpu']} times less CPU a message"
        )
    return "\n".join(lines)


def notes(figures: Mapping[str, Any]) -> Iterator[str]:
    if figures["client_busy"] > 0.9:
        yield "the client was the limit here; the server could do more"
    if figures["clean_rounds"] < figures["rounds"]:
        yield f"other programs used {figures['strangers']:.0%} of the server's core; read the CPU column"


def tell(what: str) -> None:
    print(f"bench: {what}", file=sys.stderr, flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6.0, help="of each phase")
    parser.add_argument("--rate", type=float, default=400.0, help="messages a second in the open loop")
    parser.add_argument("--only", default="ours,first,relay")
    parser.add_argument("--no-statements", action="store_true")
    parser.add_argument(
        "--ours-with", nargs="*", default=[], metavar="NAME=VALUE", help="environment of ours"
    )
    parser.add_argument("--ours-command", default="", help="another way to serve ours; {port} is replaced")
    arguments = parser.parse_args(argv)
    if len(os.sched_getaffinity(0)) < 2:
        print("bench: needs two cores, one for the server side and one for the client", file=sys.stderr)
        return 2
    result = bench(arguments)
    print(table(result), file=sys.stderr)
    print(orjson.dumps(result).decode())
    enough = not result["ratios"] or result["ratios"]["per_second"] >= TARGET
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
