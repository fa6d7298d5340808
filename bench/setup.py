"""Whose sockets does the bench load? People and conversations in its own database; no part of the product.

python -m bench.setup --pairs 200 --plan FILE    makes them and writes the plan
python -m bench.setup --refresh --plan FILE      writes into the plan how far each conversation has come
"""

import argparse
import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import orjson

from bench.client.wire import make_bearer, make_cid

if TYPE_CHECKING:
    from chat.models import Conversation
    from organisations.models import Organisation, Person

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--refresh", action="store_true")
    arguments = parser.parse_args()
    django.setup()
    if arguments.refresh:
        plan = orjson.loads(arguments.plan.read_bytes())
        refresh(plan["pairs"])
    else:
        plan = {"dialect": "ours", "pairs": make_pairs(arguments.pairs)}
    arguments.plan.write_bytes(orjson.dumps(plan))


def make_pairs(count: int) -> list[dict[str, Any]]:
    """So many conversations, each accepted by a counsellor of its own."""
    organisation, topic = make_desk()
    return [make_pair(organisation, topic, number) for number in range(count)]


def make_desk() -> "tuple[Organisation, str]":
    from datetime import time

    from chat.services.notice import add_standard_notice
    from chat.services.opening import set_weekly_hours
    from chat.services.topic import add_standard_topics, serve_topic
    from organisations.models import Organisation

    organisation = Organisation.objects.create(
        slug="bench", name="Bench", prefecture_code="13", functions=["counselling"]
    )
    topic = add_standard_topics(by=None)[0]
    add_standard_notice(by=None)
    set_weekly_hours(topic=topic, hours=[(day, time(0), time(0)) for day in range(7)], by=None)
    serve_topic(topic=topic, organisation=organisation, by=None)
    return organisation, topic.slug


def make_pair(organisation: "Organisation", topic: str, number: int) -> dict[str, Any]:
    from chat.selectors.notice import current_notice
    from chat.services.conversation import Request, request_conversation
    from chat.services.presence import set_presence
    from chat.services.queue import accept_next
    from organisations.models import Membership, Person
    from organisations.services.membership import grant_role

    person = Person.objects.create_person(
        email=f"counsellor-{number}@bench.invalid", display_name=f"Counsellor {number}"
    )
    grant_role(person=person, organisation=organisation, role=Membership.Role.COUNSELLOR, by=None)
    notice = current_notice()
    assert notice is not None
    bearer = make_bearer()
    request_conversation(
        request=Request(
            bearer=bearer,
            cid=make_cid(),
            topic=topic,
            language="ja",
            notice_version=notice.version,
            answers={},
        )
    )
    set_presence(by=person, status="available", capacity=1)
    conversation = accept_next(by=person, cid=make_cid())
    return plan_of(bearer, session_of(person), conversation)


def session_of(person: "Person") -> str:
    """A signed-in session's key, made as signing in makes it."""
    from django.conf import settings
    from django.contrib.auth import login
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return str(request.session.session_key)


def plan_of(bearer: str, session: str, conversation: "Conversation") -> dict[str, Any]:
    from django.conf import settings

    origin = settings.TOMOSHIBI.public_origins[0]
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
    name = str(conversation.pk)
    return {
        "seeker": {
            "path": "/ws/v1/seeker/",
            "headers": {"Origin": origin},
            "hello": {"type": "hello", "v": 1, "token": bearer, "have": conversation.public_seq},
            "conversation": "",
        },
        "counsellor": {
            "path": "/ws/v1/console/",
            "headers": {"Origin": origin, "Cookie": cookie},
            "hello": {"type": "hello", "v": 1, "have": {name: conversation.staff_seq}},
            "conversation": name,
        },
    }


def refresh(pairs: list[dict[str, Any]]) -> None:
    """Nothing is to be caught up with: each hello says that all is held."""
    from chat.models import Conversation

    heads = {
        str(key): (public, staff)
        for key, public, staff in Conversation.objects.values_list("pk", "public_seq", "staff_seq")
    }
    for pair in pairs:
        name = pair["counsellor"]["conversation"]
        public, staff = heads[name]
        pair["seeker"]["hello"]["have"] = public
        pair["counsellor"]["hello"]["have"] = {name: staff}


if __name__ == "__main__":
    main()
