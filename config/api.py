"""Which calls does /api/v1/ offer, and how does it say no?"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import BaseRenderer

from chat import errors
from chat.errors import DomainError
from chat.views import console_api, seeker_api, transfer_api

logger = logging.getLogger(__name__)


class PlainJson(BaseRenderer):
    """UTF-8 as it is: Japanese escaped to ASCII is twice as long on a thin line."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=_other)


def _other(value: Any) -> Any:
    """What orjson does not know: lazy translations and mappings of the OpenAPI document."""
    return dict(value) if isinstance(value, Mapping) else str(value)


api = NinjaAPI(
    renderer=PlainJson(),
    title="Tomoshibi",
    version="1",
    description="The message path over HTTP: docs/protocol.md.",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
)
api.add_router("", seeker_api.router)
api.add_router("console", console_api.router)
api.add_router("console", transfer_api.router)

CODE_OF_STATUS = {
    HTTPStatus.BAD_REQUEST: "bad_json",
    HTTPStatus.FORBIDDEN: "bad_origin",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limited",
}


def refusal(
    request: HttpRequest, code: str, *, status: int, final: bool = True, retry_after: float | None = None
) -> HttpResponse:
    """A code for programs, and a detail for people at a terminal that repeats nothing they sent."""
    body: dict[str, object] = {"code": code, "detail": code.replace("_", " "), "final": final}
    if retry_after is not None:
        body["retry_after"] = retry_after
    return api.create_response(request, body, status=status)


@api.exception_handler(DomainError)
def on_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    return refusal(request, error.code, status=error.status, final=error.final, retry_after=error.retry_after)


@api.exception_handler(ValidationError)
def on_bad_fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return refusal(request, "bad_frame", status=422)


@api.exception_handler(AuthenticationError)
def on_nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    staff = request.path.startswith("/api/v1/console/")
    return on_domain_error(request, errors.NotSignedInError() if staff else errors.BadTokenError())


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    status = HTTPStatus(error.status_code)
    code = CODE_OF_STATUS.get(status, "bad_frame")
    return refusal(request, code, status=status, final=code != "rate_limited")


@api.exception_handler(RequestDataTooBig)
def on_too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return refusal(request, "too_large", status=413)


@api.exception_handler(Http404)
@api.exception_handler(PermissionDenied)
def on_not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return refusal(request, "not_found", status=404)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def on_database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """Sending again with the same cid is safe, so say that it may help."""
    logger.warning("database_away", exc_info=error)
    return on_domain_error(request, errors.TryAgainError())


@api.exception_handler(Exception)
def on_anything_else(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("request_failed", exc_info=error, extra={"request": request})
    return on_domain_error(request, errors.InternalError())
