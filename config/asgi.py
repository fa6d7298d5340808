"""How do pages and sockets reach the application? Runs unchanged under other servers than ours."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages: Any = get_asgi_application()  # loads the apps: what follows needs them (hence the late imports)

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
SENDS = "tomoshibi.send"
anything_else: Any = refuse

draining.on_drain(say_farewell)


def sockets(routes: Application) -> Application:
    """Only staff sockets see a session; a help-seeker's browser may hold one, and it must not matter."""

    async def past_the_session(scope: Scope, receive: Receive, _: Send) -> None:
        # Channels looks at the session again with every frame that goes out; a socket never changes it.
        await routes(scope, receive, scope.pop(SENDS))

    with_session: Application = AuthMiddlewareStack(past_the_session)

    async def choose(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(SESSION_PREFIX):
            await with_session({**scope, SENDS: send}, receive, send)
        else:
            await routes(scope, receive, send)

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
