"""Who runs the duties that have a due time? Any number of sweepers; a lease in the database decides."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections

from chat.services.sweeping import run_due_jobs

SECONDS = 1.0
FINISH_SECONDS = 5.0

logger = logging.getLogger(__name__)


class Sweeper:
    """Runs what is due until it is told to stop; a duty that fails is tried again and stops no other."""

    def __init__(self) -> None:
        self.stopping = threading.Event()

    def run(self) -> None:
        logger.info("sweeping")
        while not self.stopping.is_set():
            self.sweep()
            self.stopping.wait(SECONDS)

    def sweep(self) -> None:
        try:
            run_due_jobs()
        except Exception:
            logger.exception("sweep_failed")
        finally:
            close_old_connections()

    def stop(self) -> None:
        self.stopping.set()


@contextmanager
def sweeping_in_background(*, wanted: bool) -> Iterator[None]:
    """Sweep in a thread for as long as the block runs, and let the duty in hand finish."""
    if not wanted:
        yield
        return
    sweeper = Sweeper()
    thread = threading.Thread(target=sweeper.run, name="sweeper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        sweeper.stop()
        thread.join(timeout=FINISH_SECONDS)
