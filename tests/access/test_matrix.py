"""Does every page and every call answer each actor as the table says, and tell "not yours" from "not there" to none?"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from config.api import api
from tests.access.actors import ACTORS, World, never_heard_by, undone
from tests.access.table import API, GHOSTS, OPERATORS_SITE, PAGES, ROWS, Row

pytestmark = pytest.mark.django_db


def calls() -> Iterator[str]:
    """Every operation of the API, by method and path."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            whole = "/".join(part for part in ("/api/v1", prefix, path) if part)
            shape = re.sub(r"\{\w+:(\w+)\}", r"{\1}", whole)
            yield from (f"{method} {shape}" for operation in view.operations for method in operation.methods)


def pages() -> Iterator[str]:
    """Every address the resolver knows that is no operation of the API."""
    yield from _below(get_resolver(), "/")


def _below(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern, route)
        elif isinstance(pattern, URLPattern) and pattern.callback.__module__ != "ninja.operation":
            yield route


def test_every_call_has_a_row() -> None:
    assert {row.action for row in API} == set(calls())


def test_every_page_has_a_row() -> None:
    assert {row.action.split()[1] for row in (*PAGES, *OPERATORS_SITE)} == set(pages())


def outcome(response: Any) -> str:
    """The answer in the table's words."""
    if response.status_code in {301, 302}:
        return _where_to(response["Location"])
    if 200 <= response.status_code < 300:
        return "ok"
    if response["Content-Type"].startswith("application/json"):
        return str(response.json()["code"])
    names = {403: "forbidden", 404: "not_found", 405: "not_allowed"}
    return names.get(response.status_code, str(response.status_code))


def _where_to(location: str) -> str:
    for name, door in (("sign_in", "/accounts/login/"), ("door", "/operator/login/")):
        if location.startswith(f"{door}?next="):
            return name
    return "elsewhere"


def fingerprint(response: Any) -> tuple[int, bytes, list[tuple[str, str]]]:
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    return response.status_code, response.content, sorted(headers.items())


def title(row: Row) -> str:
    return f"{row.method} {row.path} {row.title}".strip()


@pytest.mark.parametrize("row", ROWS, ids=title)
def test_each_actor_gets_the_answer_of_the_table(world: World, row: Row) -> None:
    answers: dict[str, str] = {}
    for name in ACTORS:
        actor = world.actors[name]
        with undone():
            response = world.ask(actor, **row.request(world.things))
            answers[name] = outcome(response)
        for word in never_heard_by(name):
            assert word not in response.content.decode(), f"{name} read what was said at the other house"
        if answers[name] == "not_found":
            for thing in row.things():
                ghost = row.request({**world.things, thing: GHOSTS[thing]})
                with undone():
                    assert fingerprint(world.ask(actor, **ghost)) == fingerprint(response), name
    assert answers == row.expected()
