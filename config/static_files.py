"""Are the files that are served as they lie there collected and compressed?"""

import fcntl
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_if_stale() -> None:
    """Collect what changed since the last time; processes that start together do it one after the other."""
    root = Path(settings.STATIC_ROOT)
    root.parent.mkdir(parents=True, exist_ok=True)
    stamp = root.parent / "static.collected"
    with stamp.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        found = fingerprint()
        if root.is_dir() and file.read() == found:
            return
        # What an earlier version left stays: its pages may still be open somewhere.
        call_command("collectstatic", interactive=False, verbosity=0)
        file.truncate(0)
        file.write(found)


def fingerprint() -> str:
    """Changes whenever a source is added, removed or written."""
    times = [
        Path(storage.path(path)).stat().st_mtime_ns
        for finder in get_finders()
        for path, storage in finder.list([])
    ]
    return f"{len(times)} files, {sum(times)}"
