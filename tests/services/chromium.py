"""Which browser do the journeys drive, and can it draw Japanese?"""

import os
import shutil
import subprocess
from pathlib import Path

from tests.services import machine

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> Path | None:
    """The one CHROMIUM names, one on the PATH, or one that `playwright install chromium` fetched."""
    chosen = [Path(os.environ["CHROMIUM"])] if os.environ.get("CHROMIUM") else []
    fetched = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"), reverse=True)
    for program in chosen + machine.candidates(NAMES) + fetched:
        if machine.version(program):
            return program
    return None


def find_japanese_font() -> Path | None:
    """A font with Japanese glyphs; without one every label would be boxes of another width."""
    if not shutil.which("fc-list"):
        return None
    done = subprocess.run(["fc-list", ":lang=ja", "file"], capture_output=True, text=True, check=False)
    return Path(done.stdout.splitlines()[0].rstrip(": ")) if done.stdout.strip() else None


BROWSER = machine.Need("Chromium or Chrome", ("chromium",), find)
FONT = machine.Need("a Japanese font and fontconfig", ("fonts-noto-cjk", "fontconfig"), find_japanese_font)


def require() -> Path:
    machine.require(FONT)
    return machine.require(BROWSER)
