"""Which addresses does the chat answer, as pages and as sockets?"""

from typing import Any

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
websocket_urlpatterns: list[Any] = []
