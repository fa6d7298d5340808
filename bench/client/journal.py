"""What did this end send and receive, and when? Kept in order, never with a bearer in it."""

import time
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from bench.client.wire import Frame

_SECRET_FIELDS = ("token",)


@dataclass(slots=True)
class Journal:
    """One end's history: (seconds, "sent" | "received" | "noted", frame)."""

    name: str
    entries: list[tuple[float, str, Frame]] = field(default_factory=list)

    def sent(self, frame: Frame) -> None:
        kept = {key: value for key, value in frame.items() if key not in _SECRET_FIELDS}
        self.entries.append((time.perf_counter(), "sent", kept))

    def received(self, frame: Frame) -> None:
        self.entries.append((time.perf_counter(), "received", frame))

    def noted(self, what: str, **details: object) -> None:
        self.entries.append((time.perf_counter(), "noted", {"what": what, **details}))

    def count(self, what: str) -> int:
        return sum(1 for _, kind, entry in self.entries if kind == "noted" and entry["what"] == what)

    def write(self, folder: Path) -> None:
        lines = (orjson.dumps([round(at, 6), kind, entry]) for at, kind, entry in self.entries)
        (folder / f"{self.name}.jsonl").write_bytes(b"\n".join(lines) + b"\n")
