"""What did it cost: CPU of each program, memory, and what strangers took of the core? From /proc."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
Programs = Mapping[str, Sequence[int]]


def with_children(roots: Mapping[str, int]) -> dict[str, list[int]]:
    """Every root process with all its descendants: PostgreSQL has a process a connection."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: dict[str, list[int]] = {}
    for name, root in roots.items():
        todo, found[name] = [root], []
        while todo:
            pid = todo.pop()
            found[name].append(pid)
            todo += children.get(pid, [])
    return found


def cpu_seconds(programs: Programs) -> dict[str, float]:
    return {
        name: sum(int(fields[11]) + int(fields[12]) for pid in pids if (fields := _stat(pid))) / _TICK
        for name, pids in programs.items()
    }


def core_busy_seconds(core: int) -> float:
    """Time the core spent on anything at all."""
    for line in (_PROC / "stat").read_text().splitlines():
        if line.startswith(f"cpu{core} "):
            fields = line.split()
            return sum(int(fields[column]) for column in (1, 2, 3, 6, 7)) / _TICK
    raise ValueError(f"no core {core}")


def memory_kib(pids: Sequence[int]) -> int:
    """Proportional set size: shared pages count once among those who share them."""
    total = 0
    for pid in pids:
        try:
            lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def _stat(pid: int) -> list[str]:
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU at one moment."""

    programs: dict[str, float]
    core: float

    @classmethod
    def take(cls, roots: Mapping[str, int], core: int) -> "Reading":
        return cls(cpu_seconds(with_children(roots)), core_busy_seconds(core))

    def since(self, before: "Reading", server_programs: Sequence[str]) -> tuple[dict[str, float], float]:
        """Seconds of CPU a program, and of strangers on the server's core."""
        used = {
            name: max(0.0, self.programs[name] - before.programs.get(name, 0.0)) for name in self.programs
        }
        strangers = self.core - before.core - sum(used[name] for name in server_programs)
        return used, max(0.0, strangers)
