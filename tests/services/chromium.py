"""Which browser do the journeys drive, and can it draw Japanese?"""

import os
import shutil
import subprocess
from pathlib import Path

from tests.services import machine

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> Path | None:
    """The one CHROMIUM names, one on the PATH, or one that `playwright install chromium` fetched."""
    chosen = os.environ.get("CHROMIUM")
    fetched = Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome")
    for program in [*([Path(chosen)] if chosen else []), *machine.candidates(NAMES), *sorted(fetched, reverse=True)]:
        if machine.version(program):
            return program
    return None


def find_japanese_font() -> Path | None:
    """A font with Japanese glyphs; without one every label would be boxes of another width."""
    if not shutil.which("fc-list"):
        return None
    listed = subprocess.run(["fc-list", ":lang=ja", "file"], capture_output=True, text=True, check=False).stdout
    return Path(listed.splitlines()[0].rstrip(": ")) if listed.strip() else None


BROWSER = machine.Need("Chromium or Chrome", ("chromium",), find)
FONT = machine.Need("a Japanese font and fontconfig", ("fonts-noto-cjk", "fontconfig"), find_japanese_font)


def require() -> Path:
    machine.require(FONT)
    return machine.require(BROWSER)
