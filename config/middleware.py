"""What must every dynamic answer carry, and how are static files sent?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.deprecation import MiddlewareMixin
from whitenoise.middleware import WhiteNoiseMiddleware

LOADER_SECONDS = 3600
STAFF_PATHS = ("/console/", "/organisation/", "/operator/", "/accounts/", "/api/v1/console/")


class CookiesForStaffMiddleware(MiddlewareMixin):
    """Read cookies on the staff's addresses and nowhere else: no answer to a help-seeker may depend on what a
    counsellor, or somebody's partner, once did in the same browser."""

    def process_request(self, request: HttpRequest) -> None:
        if not request.path.startswith(STAFF_PATHS):
            request.COOKIES = {}


class NoStoreMiddleware(MiddlewareMixin):
    """Keep dynamic pages out of every cache, the browser's included: a phone may be shared."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compress what anybody may fetch: a help-seeker's line may be thin.

    An answer to a request that carries a cookie or a bearer may hold a secret beside words from the address, and
    its compressed length would help to guess it: such answers stay as they are.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.headers.get("Cookie") or request.headers.get("Authorization"):
            return response
        return super().process_response(request, response)


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc] # WhiteNoise has no types
    """WhiteNoise, plus the embed loader under the short address that host pages carry for years."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise warns of a missing one
        super().__init__(get_response)
        loader = settings.STATIC_ROOT / "fe" / "embed"
        if not loader.is_dir():
            loader = settings.FRONTEND_DIST / "embed"
        if loader.is_dir():
            self.max_age = LOADER_SECONDS
            self.add_files(loader, prefix="/embed/")

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """In one piece: the files are small, and a file that streams does not suit an asynchronous server."""
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file:
                content = found.file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response
