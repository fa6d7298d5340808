"""manage.py serve: one process that answers pages and sockets, drained on SIGTERM."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Serve pages and sockets. Without Redis it also runs the duties of the sweeper."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.TOMOSHIBI.port)
        sweeping = parser.add_mutually_exclusive_group()
        sweeping.add_argument("--with-sweeper", action="store_true", default=settings.TOMOSHIBI.embedded)
        sweeping.add_argument("--without-sweeper", action="store_false", dest="with_sweeper")

    def handle(self, *, host: str, port: int, with_sweeper: bool, **_: Any) -> None:
        # The order matters: the server installs the reactor, the static files are indexed by the application.
        from config.server import Server  # isort: skip
        from config.checks import refuse_if_insecure
        from config.logs import log_uncaught
        from config.static_files import collect_if_stale
        from config.sweeper import sweeping_in_background

        refuse_if_insecure()
        log_uncaught()
        collect_if_stale()
        from config.asgi import application

        if settings.TOMOSHIBI.demo:
            self.stdout.write(f"Tomoshibi is at http://localhost:{port}/ (stop it with Ctrl+C)")
        with sweeping_in_background(wanted=with_sweeper):
            Server(application, host=host, port=port).run()
