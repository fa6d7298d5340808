"""Is there a Node for every machine, also for one that has none or an old one?"""

import subprocess
import sys
from pathlib import Path

import pytest

NODE = Path(__file__).resolve().parent.parent.parent / "frontend" / "node.py"


def ask(path: Path, *arguments: str) -> str:
    """What frontend/node.py answers on a machine that has only the programs in this folder."""
    done = subprocess.run(
        [sys.executable, NODE, *arguments],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def put(folder: Path, *names: str, version: str) -> None:
    for name in names:
        program = folder / name
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(0o755)


def test_a_machine_without_node_uses_the_wheel(tmp_path: Path) -> None:
    assert ask(tmp_path, "node", "--version").startswith("v24.")
    assert int(ask(tmp_path, "npm", "--version").split(".")[0]) >= 10


@pytest.mark.parametrize("version", ["v18.20.4", "v20.18.1", "", "no version at all"])
def test_a_node_that_is_too_old_is_passed_over(tmp_path: Path, version: str) -> None:
    put(tmp_path, "node", "npm", "npx", version=version)
    assert ask(tmp_path, "node", "--version").startswith("v24.")


@pytest.mark.parametrize("version", ["v20.19.0", "v22.12.0", "v26.0.0"])
def test_a_node_that_is_new_enough_is_used(tmp_path: Path, version: str) -> None:
    put(tmp_path, "node", "npm", "npx", version=version)
    assert ask(tmp_path, "npm", "ci") == version


def test_a_node_without_npm_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "node", version="v22.12.0")
    assert ask(tmp_path, "node", "--version").startswith("v24.")


def test_commands_run_in_the_front_end_wherever_they_are_called_from(tmp_path: Path) -> None:
    assert ask(tmp_path, "node", "-p", "process.cwd()") == str(NODE.parent)


def test_scripts_find_the_chosen_node_on_the_path(tmp_path: Path) -> None:
    script = "console.log(require('child_process').execSync('node --version').toString())"
    (tmp_path / "sh").symlink_to("/bin/sh")
    assert ask(tmp_path, "node", "-e", script).startswith("v24.")
