"""Which files are ours, and what do they say?"""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_OURS = {"node_modules", "dist", "var", "__pycache__", "migrations"}


@dataclass(frozen=True)
class Module:
    """One Python file, with its name from the root of the project."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.name)

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def imported(self) -> Iterator[str]:
        """Dotted names of the modules, and of the names taken from modules, that this one imports."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def contracts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pyproject()["tool"]["importlinter"]["contracts"]
    return found


def floors() -> list[str]:
    """The apps from the top floor to the ground, as the import contract has them."""
    between = next(
        contract for contract in contracts() if contract["type"] == "layers" and "containers" not in contract
    )
    layers: list[str] = between["layers"]
    return layers


def files(folder: Path, *endings: str) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in endings and NOT_OURS.isdisjoint(path.relative_to(ROOT).parts)
    ]


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    return tuple(Module(path) for folder in folders for path in files(ROOT / folder, ".py"))


def app_modules() -> tuple[Module, ...]:
    return modules(*floors())


def all_modules() -> tuple[Module, ...]:
    return modules(*floors(), "tests", "bench", "frontend")
