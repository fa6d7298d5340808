"""manage.py sweep: run the duties that are due, each second, until SIGTERM; any number may."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from config.checks import refuse_if_insecure
from config.logs import log_uncaught


class Command(BaseCommand):
    help = "Run the duties that are due, until stopped. Several sweepers share the work under leases."
    requires_system_checks = ()

    def handle(self, **_: Any) -> None:
        from config.sweeper import Sweeper

        refuse_if_insecure()
        log_uncaught()
        sweeper = Sweeper()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sweeper.stop())
        sweeper.run()
