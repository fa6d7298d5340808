"""Is each call that cannot be used refused with the code and status of docs/protocol.md, and nothing stored?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from chat.models import Conversation, HelpSeeker
from tests.access.actors import CLOSED_TOPIC, Actor, World
from tests.cast import make_bearer, make_cid

API = "/api/v1/"
TALK = "/api/v1/console/conversations/{talk}"


def everything_stored() -> dict[str, list[dict[str, Any]]]:
    """Every row of ours, sessions apart."""
    models = [
        model for label in ("chat", "organisations") for model in apps.get_app_config(label).get_models()
    ]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


@pytest.fixture(scope="module")
def at_dusk(world: World) -> dict[str, list[dict[str, Any]]]:
    """What every test of this module finds in the database."""
    return everything_stored()


@dataclass(frozen=True)
class Wrong:
    """One unusable call. `body` is sent as JSON unless it is bytes already; `{cid}` stands for a fresh one."""

    title: str
    call: str
    body: Any
    status: int
    code: str
    by: str = "seeker"


def request(**changes: Any) -> dict[str, Any]:
    good = {"cid": "{cid}", "topic": "loneliness", "language": "ja", "notice": "{notice}", "answers": {}}
    return {key: value for key, value in {**good, **changes}.items() if value is not ...}


def message(**changes: Any) -> dict[str, Any]:
    good = {"cid": "{cid}", "body": "はい"}
    return {key: value for key, value in {**good, **changes}.items() if value is not ...}


def wrap_up(**changes: Any) -> dict[str, Any]:
    good = {"cid": "{cid}", "category": "listened", "established": True, "note": ""}
    return {key: value for key, value in {**good, **changes}.items() if value is not ...}


NOT_JSON = {
    "an open brace": b"{",
    "Shift_JIS": "{'body': 'はい'}".encode("shift_jis"),
    "a form": b"cid=1&body=2",
}
NOT_A_BODY = {"nothing": b"", "a list": b"[]", "a text": b'"x"', "null": b"null", "a number": b"1"}
CIDS = {
    "no cid": ...,
    "a short cid": "a" * 21,
    "a long cid": "a" * 23,
    "a padded cid": "a" * 20 + "==",
    "a cid in full width": "ａ" * 22,
    "a cid with a line end": "a" * 22 + "\n",
    "a number as cid": 12,
    "a list as cid": ["a" * 22],
    "no value as cid": None,
}
TEXTS = {
    "nothing": ("", "body_empty"),
    "white space": (" \n　\t", "body_empty"),
    "4,001 characters": ("あ" * 4001, "body_too_long"),
    "NUL": ("a\0b", "body_control_character"),
    "an escape sequence": ("a\x1b[2Jb", "body_control_character"),
    "a C1 control": ("a\x85b", "body_control_character"),
}
NO_TEXT: dict[str, Any] = {
    "no body": ...,
    "a number": 5,
    "a list": ["はい"],
    "no value": None,
    "an object": {},
}
WRITES = (
    ("POST conversation/messages", "seeker"),
    (f"POST {TALK}/messages", "holder"),
    (f"POST {TALK}/notes", "holder"),
)
HALF = b'{"cid": "%s", "body": "a\\ud83d"}' % (b"a" * 22)
NEXT, PHRASES = "POST console/accept-next", "POST console/phrases"
ASK = "POST conversations"
OUT_OF_RANGE = (
    *("limit=0", "limit=201", "limit=-1", "limit=x"),
    *("after=-1", "after=x", "after=1.5", f"after={10**30}"),
)


def phrase(**changes: Any) -> dict[str, Any]:
    return {"shortcut": "a", "text": "a", **changes}


WRONG = (
    *(
        Wrong(f"{title} for JSON", call, body, 400, "bad_json", by)
        for title, body in NOT_JSON.items()
        for call, by in (("POST conversations", "new"), *WRITES)
    ),
    *(
        Wrong(f"{title} for an object", call, body, 422, "bad_frame", by)
        for title, body in NOT_A_BODY.items()
        for call, by in (("POST conversations", "new"), *WRITES)
    ),
    *(
        Wrong(title, call, make(cid=cid), 422, "bad_frame", by)
        for title, cid in CIDS.items()
        for call, make, by in (
            ("POST conversations", request, "new"),
            *((call, message, by) for call, by in WRITES),
            (f"POST {TALK}/wrap-up", wrap_up, "holder"),
        )
    ),
    *(
        Wrong(f"{title} as body", call, message(body=text), 422, code, by)
        for title, (text, code) in TEXTS.items()
        for call, by in WRITES
    ),
    *(
        Wrong(f"{title} as body", call, message(body=text), 422, "bad_frame", by)
        for title, text in NO_TEXT.items()
        for call, by in WRITES
    ),
    *(
        Wrong("half of a surrogate pair", call, HALF, 422, "bad_frame", by)
        for call, by in WRITES
    ),
    *(
        Wrong("a quarter of a megabyte", call, b'{"body": "%s"}' % (b"a" * 262_144), 413, "too_large", by)
        for call, by in (("POST conversations", "new"), *WRITES)
    ),
    Wrong("a topic nobody knows", ASK, request(topic="nothing"), 404, "not_found", "new"),
    Wrong("a topic nobody serves", ASK, request(topic="single-parents"), 404, "not_found", "new"),
    Wrong("a closed topic", ASK, request(topic=CLOSED_TOPIC), 409, "topic_closed", "new"),
    Wrong("NUL in a topic", ASK, request(topic="a\0"), 422, "bad_frame", "new"),
    Wrong("an endless topic", ASK, request(topic="a" * 41), 422, "bad_frame", "new"),
    Wrong("no topic", ASK, request(topic=...), 422, "bad_frame", "new"),
    Wrong("an older notice", ASK, request(notice=0), 409, "notice_outdated", "new"),
    Wrong("a notice to come", ASK, request(notice=10**30), 409, "notice_outdated", "new"),
    Wrong("a draft as notice", ASK, request(notice="{draft_version}"), 409, "notice_outdated", "new"),
    Wrong("a notice in words", ASK, request(notice="1"), 422, "bad_frame", "new"),
    Wrong("a notice that is true", ASK, request(notice=True), 422, "bad_frame", "new"),
    Wrong("a language not spoken", ASK, request(language="fr"), 422, "bad_frame", "new"),
    Wrong("answers in a list", ASK, request(answers=["a"]), 422, "bad_frame", "new"),
    Wrong("an answer of 501", ASK, request(answers={"hope": "a" * 501}), 422, "bad_frame", "new"),
    Wrong("a number as answer", ASK, request(answers={"hope": 1}), 422, "bad_frame", "new"),
    Wrong("21 answers", ASK, request(answers={str(n): "a" for n in range(21)}), 422, "bad_frame", "new"),
    Wrong("another cid", ASK, request(), 409, "token_used", "seeker"),
    *(
        Wrong(f"{query} at {call}", f"{call}?{query}", None, 422, "bad_frame", by)
        for query in OUT_OF_RANGE
        for call, by in (("GET conversation/events", "seeker"), (f"GET {TALK}/events", "holder"))
    ),
    *(
        Wrong(f"wrap-up: {fields}", f"POST {TALK}/wrap-up", wrap_up(**fields), 422, code, "holder")
        for fields, code in (
            ({"category": "cured"}, "bad_frame"),
            ({"category": ""}, "bad_frame"),
            ({"category": 1}, "bad_frame"),
            ({"category": ...}, "bad_frame"),
            ({"established": "yes"}, "bad_frame"),
            ({"established": 1}, "bad_frame"),
            ({"established": ...}, "bad_frame"),
            ({"note": 1}, "bad_frame"),
            ({"note": "a\0"}, "body_control_character"),
            ({"note": "あ" * 4001}, "body_too_long"),
        )
    ),
    *(
        Wrong(f"presence: {body}", "POST console/presence", body, 422, "bad_frame", "holder")
        for body in (
            {"status": "busy", "capacity": 1},
            {"status": "", "capacity": 1},
            {"status": 1, "capacity": 1},
            {"capacity": 1},
            *({"status": "available", "capacity": number} for number in (0, -1, 51, 10**30, "3", 1.5, True)),
        )
    ),
    Wrong("accept for nobody", NEXT, message(organisation="harbour"), 422, "bad_frame", "holder"),
    Wrong("accept for another", NEXT, message(organisation="{hill}"), 404, "not_found", "holder"),
    Wrong("accept NUL", NEXT, message(topic="a\0"), 422, "bad_frame", "holder"),
    Wrong("accept what is not served", NEXT, message(topic="disaster"), 409, "nobody_waiting", "holder"),
    Wrong("a phrase of nothing", PHRASES, phrase(shortcut="a", text=" "), 422, "body_empty", "holder"),
    Wrong("a phrase without a name", PHRASES, phrase(shortcut=" ", text="a"), 422, "body_empty", "holder"),
    Wrong("a long name", PHRASES, phrase(shortcut="a" * 31, text="a"), 422, "body_too_long", "holder"),
    Wrong("a name once more", PHRASES, phrase(shortcut="own", text="a"), 409, "wrong_state", "holder"),
    Wrong("a phrase in French", PHRASES, phrase(language="fr"), 422, "bad_frame", "holder"),
    Wrong("a phrase for nobody", PHRASES, phrase(organisation="{talk}"), 404, "not_found", "holder"),
    Wrong("a phrase beyond all numbers", f"DELETE console/phrases/{10**30}", None, 404, "not_found", "holder"),
    Wrong("a phrase in words", "DELETE console/phrases/own", None, 404, "not_found", "holder"),
    Wrong("a conversation in words", "GET console/conversations/first", None, 404, "not_found", "holder"),
    Wrong("an address that is none", "GET console/nothing", None, 404, "not_found", "holder"),
    Wrong("closing before recording", f"POST {TALK}/close", {"cid": "{cid}"}, 409, "wrap_up_first", "holder"),
)  # fmt: skip


def filled(value: Any, words: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: filled(inner, words) for key, inner in value.items()}
    if isinstance(value, str) and value.startswith("{") and value[1:-1] in words:
        return words[value[1:-1]]
    return value


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.title}: {wrong.call}"[:90])
def test_an_unusable_call_is_named_and_stores_nothing(
    world: World, at_dusk: dict[str, Any], wrong: Wrong
) -> None:
    words = {
        **world.things,
        "cid": make_cid(),
        "draft_version": world.cast.notice_version + 1,
        "hill": str(world.cast.hill.organisation.pk),
        "talk": str(world.things["talk"]),
    }
    body = wrong.body if isinstance(wrong.body, bytes) else json.dumps(filled(wrong.body, words))
    actor = Actor("new", bearer=make_bearer()) if wrong.by == "new" else world.actors[wrong.by]
    method, path = wrong.call.format(**words).split(maxsplit=1)
    response = send(actor, method, API + path.removeprefix(API), body)
    assert (response.status_code, response.json()["code"]) == (wrong.status, wrong.code)
    assert response.json()["final"] is True
    assert set(response.json()) == {"code", "detail", "final"}
    assert everything_stored() == at_dusk


def send(actor: Actor, method: str, path: str, body: str | bytes) -> Any:
    client = Client(raise_request_exception=False)
    client.cookies.load(actor.cookies)
    given = {} if method == "GET" else {"data": body, "content_type": "application/json"}
    return getattr(client, method.lower())(path, headers=actor.headers, **given)


AUTHORIZATIONS = {
    "none": None,
    "an empty one": "",
    "the word alone": "Bearer",
    "a bearer of 42": f"Bearer {'a' * 42}",
    "a bearer of 44": f"Bearer {'a' * 44}",
    "a bearer outside base64url": f"Bearer {'a' * 42}+",
    "a padded bearer": f"Bearer {'a' * 42}=",
    "a name and a password": "Basic YTph",
    "the hash that is stored": "{hash}",
}


@pytest.mark.django_db
@pytest.mark.parametrize("given", AUTHORIZATIONS.values(), ids=AUTHORIZATIONS)
@pytest.mark.parametrize("call", ["GET conversation", "POST conversation/messages", "POST conversations"])
def test_a_bearer_of_another_shape_opens_nothing(world: World, call: str, given: str | None) -> None:
    stored = HelpSeeker.objects.filter(token_hash__isnull=False).values_list("token_hash", flat=True)[0]
    headers = {} if given is None else {"Authorization": given.format(hash=f"Bearer {stored}")}
    method, path = call.split()
    before = everything_stored()
    body = json.dumps({**filled(request(), {**world.things, "cid": make_cid()}), "body": "はい"})
    response = Client().generic(method, API + path, body, content_type="application/json", headers=headers)
    assert (response.status_code, json.loads(response.content)["code"]) == (401, "bad_token")
    assert everything_stored() == before


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["あ" * 4000, "👩‍👩‍👧", "  はい\r\n\tいいえ  "])
def test_a_text_within_the_rule_is_stored(world: World, text: str) -> None:
    seeker = world.actors["seeker"]
    body = {"cid": make_cid(), "body": text}
    assert world.ask(seeker, "POST", f"{API}conversation/messages", body=body).status_code == 200
    after = world.ask(seeker, "GET", f"{API}conversation/events").json()["events"][-1]
    assert after["body"] == text.strip().replace("\r\n", "\n")


@pytest.mark.django_db
def test_somebody_with_a_forged_ticket_is_heard_all_the_same(world: World) -> None:
    body = filled(request(ticket="harbour:forged"), {**world.things, "cid": make_cid()})
    response = world.ask(Actor("new", bearer=make_bearer()), "POST", f"{API}conversations", body=body)
    assert response.status_code == 201
    assert Conversation.objects.get(pk=response.json()["conversation"]).entry_organisation is None


@pytest.mark.django_db
def test_unknown_fields_and_unasked_answers_are_ignored(world: World) -> None:
    asked = request(answers={"nobody-asked": "a"}, later="thing")
    body = filled(asked, {**world.things, "cid": make_cid()})
    response = world.ask(Actor("new", bearer=make_bearer()), "POST", f"{API}conversations", body=body)
    assert Conversation.objects.get(pk=response.json()["conversation"]).answers is None


@pytest.mark.django_db
def test_a_late_repeat_over_http_gets_its_first_answer(world: World) -> None:
    """Also after the close: the counsellor's last word was stored, only its acknowledgement was lost."""
    holder, wrapped = world.actors["holder"], world.things["wrapped"]
    path = f"{API}console/conversations/{wrapped}"
    said = {"cid": make_cid(), "body": "さようなら"}
    first = world.ask(holder, "POST", f"{path}/messages", body=said)
    close = {"cid": make_cid()}
    assert world.ask(holder, "POST", f"{path}/close", body=close).json() == {"status": "closed"}
    before = everything_stored()
    assert world.ask(holder, "POST", f"{path}/messages", body=said).json() == first.json()
    assert world.ask(holder, "POST", f"{path}/close", body=close).json() == {"status": "closed"}
    new = world.ask(holder, "POST", f"{path}/messages", body={"cid": make_cid(), "body": "もうひとつ"})
    assert new.json()["code"] == "conversation_closed"
    assert everything_stored() == before
