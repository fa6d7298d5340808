"""How many messages a second, and how soon? Opens the pairs of a plan, loads them, prints one JSON line.

Closed loop: each pair has one message under way, from either end in turn; it counts when both ends hold it.
Open loop: messages leave on a schedule, and latency runs from the scheduled moment to the other end.
"""

import argparse
import asyncio
import gc
import itertools
import os
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import uvloop

from bench.comparison import percentile
from bench.load.costs import Reading, memory_kib, with_children
from bench.load.dialects import DIALECTS, Dialect, End
from bench.load.socket import LeanSocket, client_frame, open_socket

WINDOW = 0.5
CLEAN_SHARE = 0.12


@dataclass(slots=True)
class Under:
    """A message under way."""

    begin: float
    pair: "Pair"
    sender: int
    left: int = 2


@dataclass(slots=True)
class Load:
    """What all pairs share."""

    dialect: Dialect
    under_way: dict[bytes, Under] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    done: int = 0
    sent: int = 0
    strays: int = 0
    refused: int = 0
    dropped: Counter[int] = field(default_factory=Counter)
    closed_loop: bool = False
    first_refusal: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(time.time_ns()))


class Pair:
    """A seeker's and a counsellor's socket in one conversation."""

    def __init__(self, load: Load, ends: tuple[End, End]) -> None:
        self.load = load
        self.ends = ends
        self.sockets: list[LeanSocket | None] = [None, None]
        self.ready = [asyncio.Event(), asyncio.Event()]
        self.turn = 0

    async def open(self, side: int, host: str, port: int) -> None:
        end = self.ends[side]
        socket = await open_socket(
            host=host,
            port=port,
            path=end.path,
            headers=end.headers,
            take=self._taker(side),
            dropped=self._dropped,
        )
        self.sockets[side] = socket
        if end.hello is None:
            return
        socket.send(client_frame(orjson.dumps(end.hello)))
        async with asyncio.timeout(30):
            await self.ready[side].wait()

    def say(self, begin: float) -> None:
        load, side = self.load, self.turn
        self.turn = 1 - side
        cid = b"%022d" % next(load.numbers)
        load.under_way[cid] = Under(begin, self, side)
        load.sent += 1
        socket = self.sockets[side]
        assert socket is not None
        if socket.closed:
            return  # its message counts as lost
        socket.send(load.dialect.make(self.ends[side], cid))

    def _dropped(self, code: int) -> None:
        self.load.dropped[code] += 1

    def _taker(self, side: int) -> Callable[[bytes], None]:
        load, ready = self.load, self.ready[side]
        cid_of, under_way = load.dialect.cid_of, load.under_way

        def take(payload: bytes) -> None:
            cid = cid_of(payload)
            if cid is None:
                self._other(payload, ready)
                return
            message = under_way.get(cid)
            if message is None:
                load.strays += 1
                return
            now = time.perf_counter()
            if side != message.sender:
                load.latencies.append(now - message.begin)
            message.left -= 1
            if message.left == 0:
                del under_way[cid]
                load.done += 1
                if load.closed_loop:
                    message.pair.say(now)

        return take

    def _other(self, payload: bytes, ready: asyncio.Event) -> None:
        if not ready.is_set() and self.load.dialect.is_ready(payload):
            ready.set()
        elif self.load.dialect.refused(payload):
            self.load.refused += 1
            self.load.first_refusal = self.load.first_refusal or payload[:200].decode()


class Bench:
    """The phases, and what each cost."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        plan = orjson.loads(Path(arguments.plan).read_bytes())
        self.arguments = arguments
        self.load = Load(DIALECTS[plan["dialect"]])
        self.pairs = [
            Pair(self.load, (End(**pair["seeker"]), End(**pair["counsellor"]))) for pair in plan["pairs"]
        ]
        self.roots: Mapping[str, int] = {
            name: int(pid) for name, _, pid in (item.partition("=") for item in arguments.pids.split(","))
        }
        self.server_programs = list(self.roots)
        self.roots = {**self.roots, "client": os.getpid()}

    async def run(self) -> dict[str, Any]:
        result: dict[str, Any] = {"sockets": 2 * len(self.pairs)}
        before = memory_kib(with_children(self.roots)["app"])
        await self._connect()
        await asyncio.sleep(self.arguments.settle)
        after = memory_kib(with_children(self.roots)["app"])
        result["kib_per_idle_socket"] = round((after - before) / (2 * len(self.pairs)), 1)
        gc.collect()
        gc.freeze()
        if self.arguments.wait:
            print("ready", flush=True)
            sys.stdin.readline()
        if self.arguments.closed:
            result["closed"] = await self._closed(self.arguments.closed)
        if self.arguments.open:
            result["open"] = await self._open(self.arguments.rate, self.arguments.open)
        load = self.load
        result |= {
            "total": load.done,
            "strays": load.strays,
            "refused": load.refused,
            "dropped": {str(code): times for code, times in load.dropped.items()},
        }
        if load.first_refusal:
            result["first_refusal"] = load.first_refusal
        return result

    async def _connect(self) -> None:
        gate = asyncio.Semaphore(16)

        async def one(pair: Pair, side: int) -> None:
            async with gate:
                await pair.open(side, self.arguments.host, self.arguments.port)

        await asyncio.gather(*(one(pair, side) for pair in self.pairs for side in (0, 1)))

    async def _closed(self, seconds: float) -> dict[str, Any]:
        self.load.closed_loop = True
        for pair in self.pairs:
            pair.say(time.perf_counter())
        await asyncio.sleep(min(1.5, seconds))
        measured = await self._windows(asyncio.sleep, seconds)
        self.load.closed_loop = False
        return {**measured, "lost": await self._drain()}

    async def _open(self, rate: float, seconds: float) -> dict[str, Any]:
        begin, count = time.perf_counter(), 0

        async def keep_the_pace(span: float) -> None:
            nonlocal count
            end = time.perf_counter() + span
            while (now := time.perf_counter()) < end:
                while (due := begin + count / rate) <= now:
                    self.pairs[(count * 7) % len(self.pairs)].say(due)
                    count += 1
                await asyncio.sleep(max(0.0, min(due, end) - time.perf_counter()))

        await keep_the_pace(0.5)
        measured = await self._windows(keep_the_pace, seconds)
        return {"rate": rate, **measured, "lost": await self._drain()}

    async def _windows(self, step: Callable[[float], Awaitable[Any]], seconds: float) -> dict[str, Any]:
        """Half-second windows; those in which strangers used the server's core are put aside if possible."""
        windows = []
        for _ in range(max(2, round(seconds / WINDOW))):
            self.load.latencies = []
            done, reading, begin = self.load.done, self._reading(), time.perf_counter()
            await step(WINDOW)
            span = time.perf_counter() - begin
            used, strangers = self._reading().since(reading, self.server_programs)
            windows.append((strangers / span, span, self.load.done - done, used, self.load.latencies))
        clean = [window for window in windows if window[0] <= CLEAN_SHARE]
        kept = clean if len(clean) * 3 >= len(windows) else windows
        span = sum(window[1] for window in kept)
        done = max(1, sum(window[2] for window in kept))
        latencies = [latency for window in kept for latency in window[4]]
        return {
            "per_second": round(done / span, 1),
            "messages": sum(window[2] for window in windows),
            "cpu_us": {
                name: round(sum(window[3][name] for window in kept) / done * 1e6, 1) for name in self.roots
            },
            "client_busy": round(sum(window[3]["client"] for window in kept) / span, 2),
            "strangers": round(sum(window[0] * window[1] for window in kept) / span, 2),
            "clean": kept is clean,
            **{f"p{share}_ms": _milliseconds(percentile(latencies, share / 100)) for share in (50, 95, 99)},
        }

    def _reading(self) -> Reading:
        return Reading.take(self.roots, self.arguments.server_core)

    async def _drain(self) -> int:
        """Messages that never reached both ends."""
        deadline = time.perf_counter() + self.arguments.drain
        while self.load.under_way and time.perf_counter() < deadline:  # noqa: ASYNC110 - polled once
            await asyncio.sleep(0.02)
        lost = len(self.load.under_way)
        self.load.under_way.clear()
        return lost


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 2)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--plan", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pids", required=True, help="app=PID,redis=PID,postgresql=PID")
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--closed", type=float, default=0.0, help="seconds")
    parser.add_argument("--open", type=float, default=0.0, help="seconds")
    parser.add_argument("--rate", type=float, default=400.0)
    parser.add_argument("--settle", type=float, default=1.0)
    parser.add_argument("--drain", type=float, default=5.0)
    parser.add_argument("--wait", action="store_true", help="say ready when connected, go on after a line")
    bench = Bench(parser.parse_args())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        result = runner.run(bench.run())
        print(orjson.dumps(result).decode(), flush=True)
        # Closing hundreds of sockets in order would tell nothing more.
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
