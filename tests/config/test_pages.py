"""What does every answer carry, and how does the service say no?"""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from chat.errors import AtCapacityError, RateLimitedError
from config.api import api
from config.middleware import StaticFilesMiddleware
from config.pages import csrf_failure, permission_denied, server_error

pytestmark = pytest.mark.django_db


def directives(header: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in header.split(";") if part.strip())}


@pytest.mark.parametrize(
    "path", ["/chat/", "/chat/?lang=en", "/api/v1/topics", "/nowhere/", "/accounts/login/"]
)
def test_pages_are_closed_to_everything_foreign(client: Client, path: str) -> None:
    response = client.get(path)
    policy = directives(response["Content-Security-Policy"])
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert "ws://localhost:8000" in policy["connect-src"]
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]
    assert response["Cache-Control"].startswith(("no-store", "max-age=0, no-cache, no-store"))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.parametrize(
    "path", ["/chat/", "/chat/?lang=en", "/api/v1/topics", "/api/v1/conversation", "/nowhere/"]
)
def test_a_help_seeker_gets_no_cookie_and_no_answer_depends_on_one(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize(
    ("path", "words"), [("/nowhere/", "ページが見つかりません"), ("/nowhere/", "This page was not found")]
)
def test_a_missing_page_says_so_in_both_languages(client: Client, path: str, words: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert words in response.content.decode()


def test_pages_for_anybody_are_compressed_and_no_others(client: Client) -> None:
    packed = client.get("/chat/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    client.cookies["s"] = "anything"
    assert "Content-Encoding" not in client.get("/chat/", headers={"accept-encoding": "gzip"})
    bearer = Client(headers={"authorization": "Bearer anything", "accept-encoding": "gzip"})
    assert "Content-Encoding" not in bearer.get("/chat/")


def test_pages_that_cannot_be_shown_are_made_without_session_or_database(
    rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        request = rf.get("/console/")
        assert permission_denied(request, PermissionDenied()).status_code == 403
        assert "もう一度お試しください" in csrf_failure(request).content.decode()
        assert "こちらの不具合です" in server_error(request).content.decode()


def test_programs_are_refused_in_the_words_of_the_protocol(client: Client) -> None:
    response = client.get("/api/v1/nowhere")
    assert response.status_code == 404
    assert response.json() == {"code": "not_found", "detail": "not found", "final": True}


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (AtCapacityError(), 409, {"code": "at_capacity", "final": True}),
        (
            RateLimitedError(retry_after=2.5),
            429,
            {"code": "rate_limited", "final": False, "retry_after": 2.5},
        ),
        (OperationalError("canary"), 503, {"code": "try_again", "final": False}),
        (PermissionDenied("canary"), 404, {"code": "not_found", "final": True}),
        (ZeroDivisionError("canary"), 500, {"code": "internal", "final": False}),
    ],
)
def test_whatever_goes_wrong_behind_the_api_becomes_a_code(
    rf: RequestFactory, error: Exception, status: int, body: dict[str, Any]
) -> None:
    response = api.on_exception(rf.get("/api/v1/topics"), error)
    assert response.status_code == status
    told = api_body(response.content)
    assert told | body == told
    assert "canary" not in response.content.decode()


def api_body(content: bytes) -> dict[str, Any]:
    import json

    body: dict[str, Any] = json.loads(content)
    return body


def test_a_bad_body_is_named_and_not_repeated(client: Client) -> None:
    for content, code in ((b"{canary", "bad_json"), (b'{"cid": "canary"}', "bad_frame")):
        response = client.post(
            "/api/v1/conversations",
            content,
            content_type="application/json",
            headers={"authorization": "Bearer " + "a" * 43},
        )
        assert response.json()["code"] == code
        assert b"canary" not in response.content


def test_a_call_without_its_key_is_told_which_key(client: Client) -> None:
    assert client.get("/api/v1/conversation").json()["code"] == "bad_token"
    assert client.get("/api/v1/console/board").json()["code"] == "not_signed_in"


def test_the_api_describes_itself(client: Client) -> None:
    description = client.get("/api/v1/openapi.json").json()
    assert "/api/v1/conversation/messages" in description["paths"]
    assert "/api/v1/console/accept-next" in description["paths"]
    assert client.get("/api/v1/docs").status_code == 404


def test_the_loader_has_a_short_address_and_built_files_never_change(
    tmp_path: Path, settings: Settings
) -> None:
    settings.STATIC_ROOT = tmp_path
    for name in ("fe/embed/v1.js", "fe/assets/main-B3xQ-_9z.js", "fe/manifest.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("content")
    client = Client()
    loader = client.get("/embed/v1.js")
    assert loader.content == b"content"
    assert "max-age=3600" in loader["Cache-Control"]
    assert not loader.streaming
    assert "immutable" in client.get("/static/fe/assets/main-B3xQ-_9z.js")["Cache-Control"]
    assert "immutable" not in client.get("/static/fe/manifest.json")["Cache-Control"]
    assert client.head("/embed/v1.js").status_code == 200
    assert (
        client.get("/embed/v1.js", headers={"if-modified-since": loader["Last-Modified"]}).status_code == 304
    )
    assert isinstance(StaticFilesMiddleware(lambda _: HttpRequest()), StaticFilesMiddleware)  # type: ignore[arg-type,return-value]
