"""What must every dynamic answer carry that no single view should have to remember?"""

from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin


class NoStoreMiddleware(MiddlewareMixin):
    """Keep dynamic pages out of every cache, the browser's included: a phone may be shared."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response
