"""Does a help-seeker's browser keep nothing of ours, and may only those frame a page whom its organisation lists?"""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from organisations.models import Organisation
from tests.access.actors import Actor, World
from tests.architecture.source import ROOT, files, floors
from tests.cast import PASSWORD, make_bearer, make_cid

pytestmark = pytest.mark.django_db

HELP_SEEKERS_PAGES = (
    "/",
    "/chat/",
    "/chat/?lang=en",
    "/chat/?lang=ja-easy",
    "/embed/harbour/",
    "/embed/nowhere/",
)
STAFF_PAGES = ("/console/", "/organisation/", "/organisation/at/harbour/", "/operator/", "/accounts/login/")


def directives(response: Any) -> dict[str, list[str]]:
    header = response["Content-Security-Policy"]
    parts = (part.split() for part in header.split(";") if part.strip())
    return {name: values for name, *values in parts}


def seekers_calls(world: World) -> list[dict[str, Any]]:
    cid = make_cid()
    request = {
        "cid": cid,
        "topic": "loneliness",
        "language": "ja",
        "notice": world.cast.notice_version,
        "answers": {},
    }
    at = "/api/v1/conversation"
    return [
        {"method": "GET", "path": "/api/v1/topics"},
        {"method": "POST", "path": "/api/v1/conversations", "body": request},
        {"method": "GET", "path": at},
        {"method": "GET", "path": f"{at}/events"},
        {"method": "POST", "path": f"{at}/messages", "body": {"cid": make_cid(), "body": "はい"}},
        {"method": "POST", "path": f"{at}/leave", "body": {"cid": make_cid()}},
        {"method": "POST", "path": f"{at}/forget", "body": {}},
    ]


def with_staff_session(world: World, bearer: str) -> Actor:
    """A counsellor who, on the browser they work with, asks for help themself."""
    return Actor("both", world.cast.harbour.counsellor, world.actors["holder"].session, bearer)


@pytest.fixture
def no_session_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object) -> None:
        raise AssertionError("a session was read for a help-seeker")

    monkeypatch.setattr("organisations.sessions.SessionStore.load", opened)


@pytest.mark.usefixtures("no_session_is_opened")
@pytest.mark.parametrize("path", HELP_SEEKERS_PAGES)
def test_a_help_seekers_page_sets_no_cookie_and_reads_none(world: World, path: str) -> None:
    without = world.ask(Actor("anonymous"), "GET", path)
    given = with_cookies(world, path)
    for response in (without, given):
        assert response.cookies == {}
        assert "Cookie" not in response.get("Vary", "")
        assert response["Cache-Control"] == "no-store"
    assert same_page(without) == same_page(given)


def with_cookies(world: World, path: str) -> Any:
    """The same address from a browser that holds a staff session, a form's token and a chosen language."""
    client = Client()
    client.cookies.load(
        {
            settings.SESSION_COOKIE_NAME: world.actors["holder"].session or "",
            settings.CSRF_COOKIE_NAME: "c" * 32,
            settings.LANGUAGE_COOKIE_NAME: "en",
        }
    )
    return client.get(path)


def same_page(response: Any) -> tuple[int, str, list[tuple[str, str]]]:
    """All of it but the ticket, which is signed anew each second, and whether it might have been compressed."""
    text = re.sub(r'data-ticket="[^"]*"', "", response.content.decode())
    others = {name: value for name, value in response.headers.items() if name != "Vary"}
    return response.status_code, text, sorted(others.items())


@pytest.mark.usefixtures("no_session_is_opened")
def test_a_help_seekers_calls_set_no_cookie_and_read_none(world: World) -> None:
    actor = with_staff_session(world, make_bearer())
    for call in seekers_calls(world):
        response = world.ask(actor, **call)
        assert response.status_code in {200, 201}, call
        assert response.cookies == {}
        assert "Cookie" not in response.get("Vary", "")
        assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [*STAFF_PAGES, "/api/v1/console/board", "/api/v1/openapi.json"])
def test_no_answer_to_staff_is_kept_in_a_cache(world: World, path: str) -> None:
    for name in ("holder", "manager", "operator", "anonymous"):
        assert "no-store" in world.ask(world.actors[name], "GET", path)["Cache-Control"]


@pytest.mark.parametrize(
    "origins", [["https://harbour.example"], ["https://harbour.example", "http://localhost:9000"]]
)
def test_an_organisations_own_sites_and_no_others_may_frame_its_page(
    world: World, origins: list[str]
) -> None:
    Organisation.objects.filter(slug="harbour").update(embed_origins=origins)
    response = world.ask(Actor("anonymous"), "GET", "/embed/harbour/")
    assert directives(response)["frame-ancestors"] == origins
    assert "X-Frame-Options" not in response
    other = world.ask(Actor("anonymous"), "GET", "/embed/hill/")
    assert directives(other)["frame-ancestors"] == ["'none'"]


def test_an_organisation_that_lists_no_site_is_framed_by_nobody(world: World) -> None:
    response = world.ask(Actor("anonymous"), "GET", "/embed/harbour/")
    assert directives(response)["frame-ancestors"] == ["'none'"]


def test_an_organisation_that_has_left_is_framed_by_nobody(world: World) -> None:
    Organisation.objects.filter(slug="harbour").update(embed_origins=["https://a.example"], is_active=False)
    response = world.ask(Actor("anonymous"), "GET", "/embed/harbour/")
    assert response.status_code == 404
    assert directives(response)["frame-ancestors"] == ["'none'"]


@pytest.mark.parametrize("path", [*HELP_SEEKERS_PAGES, *STAFF_PAGES, "/api/v1/topics", "/nowhere/"])
@pytest.mark.parametrize("name", ["anonymous", "holder", "manager", "operator"])
def test_every_page_runs_our_own_files_only(world: World, name: str, path: str) -> None:
    Organisation.objects.filter(slug="harbour").update(embed_origins=["https://harbour.example"])
    response = world.ask(world.actors[name], "GET", path)
    policy = directives(response)
    framed = ["https://harbour.example"] if path == "/embed/harbour/" else ["'none'"]
    assert policy["frame-ancestors"] == framed
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["form-action"] == ["'self'"]
    assert policy["base-uri"] == ["'none'"]
    if response["Content-Type"].startswith("text/html"):
        assert inline_parts(response.content.decode()) == []


class Inline(HTMLParser):
    """Collects what a strict policy would refuse: scripts and styles that stand in the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append("script")
        if tag == "style":
            self.found.append("style")
        for attribute, value in attrs:
            handler = attribute.startswith("on")
            code = (value or "").strip().lower().startswith("javascript:")
            if handler or attribute == "style" or code:
                self.found.append(f"{tag} {attribute}")


def inline_parts(page: str) -> list[str]:
    parser = Inline()
    parser.feed(page)
    return parser.found


def test_no_template_holds_a_script_or_a_style() -> None:
    """Also in the branches that no test renders."""
    templates = [path for floor in floors() for path in files(ROOT / floor, ".html")]
    assert len(templates) > 20
    wrong = {
        path.name: found
        for path in templates
        if (found := inline_parts(re.sub(r"{%.*?%}|{{.*?}}", "", path.read_text(encoding="utf-8"))))
    }
    assert wrong == {}


def test_what_is_inline_is_found() -> None:
    page = '<p onclick="x()" style="a"><script>1</script><style>a</style><a href="javascript:1">a</a>'
    assert inline_parts(page) == ["p onclick", "p style", "script", "style", "a href"]


class TestDemonstration:
    """What exists only where the data is made up."""

    def in_demo(self, settings: Settings, *, demo: bool) -> None:
        settings.TOMOSHIBI = replace(settings.TOMOSHIBI, demo=demo)

    def test_the_stand_in_site_is_not_there(self, world: World, settings: Settings) -> None:
        self.in_demo(settings, demo=False)
        assert world.ask(Actor("anonymous"), "GET", "/demo/harbour/").status_code == 404

    def test_with_demonstration_data_it_is_and_may_not_be_framed(
        self, world: World, settings: Settings
    ) -> None:
        self.in_demo(settings, demo=True)
        response = world.ask(Actor("anonymous"), "GET", "/demo/harbour/")
        assert response.status_code == 200
        service = f"http://127.0.0.1:{settings.TOMOSHIBI.port}"
        policy = directives(response)
        assert policy["script-src"] == ["'self'", service]
        assert policy["frame-src"] == [service]
        assert policy["frame-ancestors"] == ["'none'"]
        assert inline_parts(response.content.decode()) == []
        assert response.cookies == {}

    @pytest.mark.parametrize("demo", [True, False])
    def test_a_demonstration_account_signs_in_there_only(
        self, world: World, settings: Settings, demo: bool
    ) -> None:
        self.in_demo(settings, demo=demo)
        person = world.cast.harbour.second_counsellor
        type(person).objects.filter(pk=person.pk).update(is_demo=True)
        board = world.ask(world.actors["colleague"], "GET", "/api/v1/console/board")
        assert board.status_code == (200 if demo else 401)
        form = {"login": person.email, "password": PASSWORD}
        signed_in = world.ask(Actor("anonymous"), "POST", "/accounts/login/", form=form)
        assert (signed_in.status_code == 302) is demo
