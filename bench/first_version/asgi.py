"""How is the first version served? One route over daphne."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.first_version.settings")
django.setup()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 - after the apps are loaded
from django.urls import path  # noqa: E402 - after the apps are loaded

from bench.first_version.consumers import RoomConsumer  # noqa: E402 - after the apps are loaded

application = ProtocolTypeRouter({"websocket": URLRouter([path("ws/<str:name>/", RoomConsumer.as_asgi())])})
