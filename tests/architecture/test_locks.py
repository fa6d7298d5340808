"""Is every dependency pinned, by its content and not by the place it once came from?"""

import json
import re
from typing import Any

from tests.architecture.source import ROOT

REQUIREMENTS = ROOT / "requirements"
ADDRESS = re.compile(r"https?://|file://|--(index|extra-index|find-links)|ssh://|git\+")


def pins(name: str) -> dict[str, str]:
    """Each requirement of a lock with everything that belongs to it, hashes too."""
    text = (REQUIREMENTS / name).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    return {re.split(r"[=\[ ]", entry)[0].lower(): entry for entry in entries if entry.strip()}


def npm_lock() -> dict[str, Any]:
    packages: dict[str, Any] = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    return packages


def test_every_python_requirement_is_pinned_and_has_a_hash() -> None:
    for name in ("production.txt", "development.txt"):
        loose = [entry for entry in pins(name).values() if "==" not in entry or "--hash=sha256:" not in entry]
        assert loose == []


def test_what_is_tested_is_what_runs() -> None:
    version = re.compile(r"==(\S+)")
    development = {name: version.findall(entry) for name, entry in pins("development.txt").items()}
    for name, entry in pins("production.txt").items():
        assert development.get(name) == version.findall(entry), name


def test_no_lock_names_a_place_to_download_from() -> None:
    for path in REQUIREMENTS.glob("*.txt"):
        assert ADDRESS.findall(path.read_text(encoding="utf-8")) == []
    assert [name for name, package in npm_lock().items() if "resolved" in package] == []


def test_every_npm_package_has_a_hash() -> None:
    assert [name for name, package in npm_lock().items() if name and "integrity" not in package] == []


def test_the_npm_lock_holds_what_package_json_asks_for() -> None:
    asked = json.loads((ROOT / "frontend" / "package.json").read_text())
    locked = npm_lock()
    for kind in ("dependencies", "devDependencies"):
        assert locked[""].get(kind, {}) == asked.get(kind, {})
        for name, version in asked.get(kind, {}).items():
            assert locked[f"node_modules/{name}"]["version"] == version, "pin exact versions"
