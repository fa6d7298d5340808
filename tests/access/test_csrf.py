"""Can another website make a signed-in counsellor's browser do anything?"""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.access.actors import World
from tests.access.table import API, PAGES, Row
from tests.access.test_bad_input import everything_stored
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

COMMANDS = [row for row in API if row.path.startswith("/api/v1/console/") and row.method != "GET"]
FORMS = [row for row in PAGES if row.method == "POST"]


STAFF = ("holder", "stranger", "manager")
ALLOWED = [row for row in COMMANDS if "ok" in {row.expected()[name] for name in STAFF}]


def performer(row: Row) -> str:
    """Somebody to whom the table says yes."""
    return next(name for name in STAFF if row.expected()[name] == "ok")


def browser(world: World, name: str) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.cookies.load(world.actors[name].cookies)
    return client


def send(client: Client, row: Row, world: World, **headers: str) -> Any:
    request = row.request(world.things)
    method = request["method"].lower()
    if "form" in request:
        return getattr(client, method)(request["path"], request["form"], headers=headers)
    body = json.dumps(request.get("body", {}), default=str)
    return getattr(client, method)(request["path"], body, "application/json", headers=headers)


@pytest.mark.parametrize("row", ALLOWED, ids=lambda row: f"{row.method} {row.path} {row.title}")
@pytest.mark.parametrize("attempt", ["no token", "a made-up token", "another site", "the cookie alone"])
def test_a_call_without_the_pages_token_changes_nothing(world: World, row: Row, attempt: str) -> None:
    client = browser(world, performer(row))
    token = client.get("/accounts/password/change/").context["csrf_token"]
    headers = {}
    if attempt == "no token":
        del client.cookies[settings.CSRF_COOKIE_NAME]
    elif attempt == "a made-up token":
        headers = {"X-CSRFToken": "a" * 64}
    elif attempt == "another site":
        headers = {"X-CSRFToken": str(token), "Origin": "https://elsewhere.example"}
    before = everything_stored()
    response = send(client, row, world, **headers)
    assert response.status_code == 403
    assert response.json() == {"code": "bad_origin", "detail": "bad origin", "final": True}
    assert everything_stored() == before


@pytest.mark.parametrize("row", ALLOWED, ids=lambda row: f"{row.method} {row.path} {row.title}")
def test_the_same_call_with_the_token_is_done(world: World, row: Row) -> None:
    client = browser(world, performer(row))
    token = client.get("/accounts/password/change/").context["csrf_token"]
    before = everything_stored()
    response = send(client, row, world, **{"X-CSRFToken": str(token)})
    assert response.status_code in {200, 201, 204}
    assert everything_stored() != before


def test_the_console_hands_its_page_a_token_that_counts(world: World) -> None:
    client = browser(world, "holder")
    page = client.get("/console/").content.decode()
    token = page.partition('data-csrf="')[2].partition('"')[0]
    response = client.post(
        "/api/v1/console/presence",
        json.dumps({"status": "away", "capacity": 2}),
        "application/json",
        headers={"X-CSRFToken": token},
    )
    assert response.json()["status"] == "away"


@pytest.mark.parametrize("row", FORMS, ids=lambda row: row.path)
def test_a_form_without_the_pages_token_changes_nothing(world: World, row: Row) -> None:
    before = everything_stored()
    response = send(browser(world, "manager"), row, world)
    assert response.status_code == 403
    assert response["Content-Type"].startswith("text/html")
    assert everything_stored() == before


def test_a_help_seekers_call_needs_no_token_and_a_session_gives_it_no_right(world: World) -> None:
    client = browser(world, "holder")
    body = json.dumps({"cid": "a" * 22, "body": "はい"})
    refused = client.post("/api/v1/conversation/messages", body, "application/json")
    assert refused.json()["code"] == "bad_token"
    done = client.post(
        "/api/v1/conversation/messages",
        body,
        "application/json",
        headers=world.actors["seeker"].headers,
    )
    assert done.status_code == 200


def test_the_sessions_cookie_is_kept_from_scripts_and_other_sites(world: World) -> None:
    person = world.cast.harbour.second_counsellor
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
