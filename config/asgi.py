"""How do pages and sockets reach the application? Runs unchanged under other servers than ours."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages: Any = get_asgi_application()  # loads the apps: what follows needs them

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import re_path  # noqa: E402

from chat.live.hub import say_farewell  # noqa: E402
from chat.urls import websocket_urlpatterns  # noqa: E402
from config import draining  # noqa: E402
from config.origin import Application, OriginGate, Receive, Scope, Send, refuse  # noqa: E402
from config.turnstile import Turnstile  # noqa: E402

SESSION_PREFIX = "/ws/v1/console/"
anything_else: Any = refuse

draining.on_drain(say_farewell)


def sockets(routes: Application) -> Application:
    """Only staff sockets see a session; a help-seeker's browser may hold one, and it must not matter."""
    with_session: Application = AuthMiddlewareStack(routes)

    async def choose(scope: Scope, receive: Receive, send: Send) -> None:
        chosen = with_session if scope["path"].startswith(SESSION_PREFIX) else routes
        await chosen(scope, receive, send)

    return choose


application = ProtocolTypeRouter(
    {
        "http": Turnstile(pages),
        "websocket": OriginGate(
            sockets(URLRouter([*websocket_urlpatterns, re_path(r"", anything_else)])),
            origins=settings.TOMOSHIBI.public_origins,
            local=settings.TOMOSHIBI.relaxed,
        ),
    }
)
