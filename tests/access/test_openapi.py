"""Is the description of the API sound, and does it name the very calls of docs/protocol.md?"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from chat.errors import DomainError
from chat.protocol import Close
from config.api import CODE_OF_STATUS
from tests.access.actors import World
from tests.architecture.source import ROOT

pytestmark = pytest.mark.django_db

PROTOCOL = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
METHODS = {"get", "post", "put", "patch", "delete"}
Operation = dict[str, Any]


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/json")
    document: dict[str, Any] = response.json()
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert method in METHODS
            yield method, path, operation


def test_every_operation_says_what_it_does_and_who_may(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    for method, path, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"], where
        assert operation["description"], where
        assert operation["tags"] in (["help-seeker"], ["console"]), where
        asked = [name for requirement in operation["security"] for name in requirement]
        assert set(asked) <= set(schemes), where
        assert bool(asked) == (path != "/api/v1/topics"), where
        assert operation["responses"], where
        assert all(answer["description"] for answer in operation["responses"].values()), where


def test_the_document_holds_together(document: dict[str, Any]) -> None:
    """The rules of OpenAPI 3.1 that a generator of clients trips over."""
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"]
    assert document["info"]["version"]
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    for _, path, operation in operations(document):
        declared = {given["name"] for given in operation.get("parameters", ()) if given["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))
        assert all("schema" in given for given in operation.get("parameters", ()))
    for reference in references(document):
        assert resolve(document, reference) is not None, reference


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from references(inner)


def resolve(document: dict[str, Any], reference: str) -> Any:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step, {})
    return found or None


def test_the_protocol_page_names_every_call_and_no_other(document: dict[str, Any]) -> None:
    described = {f"{method.upper()} {shape(path)}" for method, path, _ in operations(document)}
    assert set(calls_on_the_page()) == described


def calls_on_the_page() -> Iterator[str]:
    table = PROTOCOL.partition("## HTTP")[2].partition("\n## ")[0]
    for call in re.findall(r"^\| `([A-Z]+ [^`?]+)", table, flags=re.MULTILINE):
        yield shape(call)


def shape(call: str) -> str:
    return re.sub(r"{\w+}", "{id}", call.replace("/api/v1/", ""))


def codes_on_the_page() -> set[str]:
    return set(re.findall(r"`(\w+)`", PROTOCOL.partition("\n## Codes")[2].partition("\n`final`")[0]))


def test_the_protocol_page_names_every_code_the_api_answers_with() -> None:
    refusals = {refusal.code for refusal in subclasses(DomainError)}
    assert refusals | set(CODE_OF_STATUS.values()) <= codes_on_the_page()


def test_the_protocol_page_says_which_refusals_are_worth_another_try() -> None:
    worth = {refusal.code for refusal in subclasses(DomainError) if not refusal.final}
    sentence = PROTOCOL.partition("`final` is false for")[2].partition(", true for")[0]
    assert set(re.findall(r"`(\w+)`", sentence)) == worth


def test_the_protocol_page_names_every_close_code() -> None:
    table = PROTOCOL.partition("## Close codes")[2].partition("\n## ")[0]
    assert set(map(int, re.findall(r"^\| (\d{4}) ", table, flags=re.MULTILINE))) == set(Close)


def subclasses(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


TALK = "/api/v1/console/conversations/{talk}"
WRAPPED = "/api/v1/console/conversations/{wrapped}"
NAMED = {
    "GET topics": (r"`{(topics, notice)}`", "/api/v1/topics", "seeker", ()),
    "a topic": (r"- A topic: `{([^}]*)}`", "/api/v1/topics", "seeker", ("topics", 0)),
    "the notice": (r"The notice is\s+`{([^}]*)}`", "/api/v1/topics", "seeker", ("notice",)),
    "a phone line": (r"a phone line is `{([^}]*)}`", "/api/v1/topics", "seeker", ("topics", 0, "phone_lines", 0)),
    "a question": (r"a question `{([^}]*)}`", "/api/v1/topics", "seeker", ("topics", 0, "questions", 0)),
    "GET conversation": (r"`GET conversation` \| \| `{([^}]*)}`", "/api/v1/conversation", "seeker", ()),
    "people": (r"- `people`, everywhere: a list of `{([^}]*)}`", "/api/v1/conversation", "seeker", ("people", 0)),
    "the details": (r"- The details: `{([^}]*)}`", TALK, "holder", ()),
    "a reader": (r"`readers` says who can see it and why,\s+`{([^}]*)}`", TALK, "holder", ("readers", 0)),
    "an answer": (r"a list of `{(key, label, answer)}`", TALK, "holder", ("answers", 0)),
    "a wrap-up": (r"`wrap_up` is `{([^}]*)}`", WRAPPED, "holder", ("wrap_up",)),
    "a phrase": (r"list of `{(id, scope[^}]*)}`", "/api/v1/console/phrases", "holder", (0,)),
    "supervision": (r"supervises, `{([^}]*)}`", "/api/v1/console/supervision", "supervisor", ("conversations", 0)),
    "a holding": (r"`mine` \(list of `{([^}]*)}`", "/api/v1/console/board", "holder", ("mine", 0)),
}  # fmt: skip


@pytest.mark.parametrize("what", NAMED)
def test_the_protocol_page_names_the_fields_of_the_answers(world: World, what: str) -> None:
    pattern, path, by, steps = NAMED[what]
    found = re.search(pattern, PROTOCOL)
    assert found, what
    answer: Any = world.ask(world.actors[by], "GET", path.format(**world.things)).json()
    for step in steps:
        answer = answer[step]
    assert set(answer) == set(re.split(r",\s*", found[1]))
