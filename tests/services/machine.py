"""What is installed on this machine, and how does what is missing get there?"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """Something the tests cannot do without."""

    name: str
    packages: tuple[str, ...]  # of Debian and Ubuntu
    find: Callable[[], Path | None]


def require(need: Need) -> Path:
    """Where it is. If missing, root on Debian or Ubuntu installs it; others are told what to install."""
    found = need.find()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        apt_install(need.packages)
        found = need.find()
    if found is None:
        packages = " ".join(need.packages)
        sys.exit(f"The tests need {need.name}. Install it (Debian, Ubuntu: apt-get install {packages}).")
    return found


def apt_install(packages: Iterable[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        print("apt-get", *arguments, flush=True)
        command = ["apt-get", "-qq", *arguments]
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)


def candidates(names: Iterable[str], folders: Iterable[Path] = ()) -> list[Path]:
    """The programs of these names on the PATH, then those in these folders."""
    on_path = [Path(found) for name in names if (found := shutil.which(name))]
    elsewhere = [folder / name for folder in folders for name in names if (folder / name).is_file()]
    return on_path + elsewhere


def version(program: Path) -> tuple[int, ...]:
    """The first dotted number in what `program --version` prints; () if it does not run."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return ()
    number = re.search(r"\d+(\.\d+)+", done.stdout)
    return tuple(int(part) for part in number[0].split(".")) if number else ()
