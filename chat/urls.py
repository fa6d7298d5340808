"""Which addresses does the chat answer, as pages and as sockets?"""

from typing import Any

from django.urls import URLPattern, URLResolver, path

from chat.consumers.console import ConsoleSocket
from chat.consumers.seeker import SeekerSocket
from chat.views import clearances, desk_rules, pages

app_name = "chat"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("chat/", pages.seeker, name="seeker"),
    path("embed/<slug:slug>/", pages.embedded, name="embedded"),
    path("console/", pages.console, name="console"),
    path("demo/<slug:slug>/", pages.demo, name="demo"),
    path("organisation/at/<slug:slug>/desk/", desk_rules.limits, name="desk_rules"),
    path("organisation/at/<slug:slug>/clearances/", clearances.sheet, name="clearances"),
]
websocket_urlpatterns: list[Any] = [
    path("ws/v1/seeker/", SeekerSocket.as_asgi()),
    path("ws/v1/console/", ConsoleSocket.as_asgi()),
]
