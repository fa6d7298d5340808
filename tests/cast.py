"""Who plays in the stories? Two organisations, each with a manager, two counsellors and a supervisor; the platform's
coordinator, operator and auditor; and help-seekers, as many as a story needs."""

import base64
import itertools
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import time
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import SyncToAsync
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.hashers import make_password
from django.db import connections, transaction
from django.http import HttpRequest
from django.test import Client

from chat.live.threads import close_connections
from chat.models import Conversation, Entry, Participant, Topic
from chat.models.clearance import LANGUAGES_TO_CLEAR
from chat.services.clearance import Ground, grant_clearance
from chat.services.conversation import Request, close_conversation, request_conversation
from chat.services.message import Answered, Post, post_message
from chat.services.notice import add_standard_notice
from chat.services.opening import set_weekly_hours
from chat.services.presence import set_presence
from chat.services.queue import accept_next
from chat.services.topic import add_standard_topics, serve_topic
from chat.services.wrap_up import Outcome, record_wrap_up
from chat.signals import StoredEntry
from organisations.models import Organisation, Person
from organisations.services.membership import grant_platform_role, grant_role

PASSWORD = "a lamp in the dark window"
PASSWORD_HASH = make_password(PASSWORD, hasher="pbkdf2_sha256")
SHARED_TOPIC = "loneliness"


def make_cid() -> str:
    return _url_safe(16)


def make_bearer() -> str:
    return _url_safe(32)


def _url_safe(octets: int) -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(octets)).rstrip(b"=").decode()


@dataclass(frozen=True)
class House:
    """One organisation and the people in it."""

    organisation: Organisation
    manager: Person
    counsellor: Person
    second_counsellor: Person
    supervisor: Person
    topics: tuple[str, ...]

    @property
    def staff(self) -> tuple[Person, ...]:
        return (self.manager, self.counsellor, self.second_counsellor, self.supervisor)


@dataclass(frozen=True)
class Seeker:
    """A help-seeker's browser: the bearer it made, and what it was given."""

    bearer: str
    conversation_id: UUID
    participant_id: UUID

    @property
    def conversation(self) -> Conversation:
        return Conversation.objects.get(pk=self.conversation_id)

    def says(self, body: str, *, cid: str | None = None) -> StoredEntry | Answered:
        return post_message(Post(self.conversation_id, self.participant_id, cid or make_cid(), body))

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.bearer}"}


@dataclass
class Cast:
    """Harbour and Hill both serve the shared topic; `women` is Harbour's alone, `disaster` Hill's."""

    harbour: House
    hill: House
    coordinator: Person
    operator: Person
    auditor: Person
    notice_version: int
    language: str = "ja"
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def people(self) -> tuple[Person, ...]:
        return (*self.harbour.staff, *self.hill.staff, self.coordinator, self.operator, self.auditor)

    def another_counsellor(self, house: House, *, cleared: bool = True) -> Person:
        """Cleared for everything, as all counsellors of the cast are, or for nothing."""
        number = next(self._numbers)
        person = make_counsellor(house.organisation, f"extra-{number}", f"そと{number}")
        if cleared:
            clear_for_everything(person, house.organisation)
        return person

    def seeker(self, topic: str = SHARED_TOPIC, **answers: str) -> Seeker:
        """Somebody who asks for a conversation and now waits."""
        bearer = make_bearer()
        conversation = request_conversation(
            request=Request(
                bearer=bearer,
                cid=make_cid(),
                topic=topic,
                language=self.language,
                notice_version=self.notice_version,
                answers=answers,
            )
        )
        participant = conversation.participants.get(role=Participant.Role.SEEKER)
        return Seeker(bearer, conversation.pk, participant.pk)

    def answered(self, by: Person | None = None, topic: str = SHARED_TOPIC, *, capacity: int = 10) -> Seeker:
        """Somebody who waits alone and whom `by` (Harbour's counsellor) has just taken."""
        seeker = self.seeker(topic)
        taken = take(by or self.harbour.counsellor, capacity=capacity)
        assert taken.pk == seeker.conversation_id, "somebody else was waiting before"
        return seeker


def take(by: Person, *, capacity: int = 10, cid: str | None = None) -> Conversation:
    """Come on duty and accept the first who waits."""
    set_presence(by=by, status="available", capacity=capacity)
    return accept_next(by=by, cid=cid or make_cid())


def reply(by: Person, seeker: Seeker, body: str, *, cid: str | None = None) -> StoredEntry | Answered:
    participant = Participant.objects.get(
        conversation_id=seeker.conversation_id, person=by, left_at__isnull=True
    )
    return post_message(Post(seeker.conversation_id, participant.pk, cid or make_cid(), body))


def wrap_up(by: Person, seeker: Seeker, *, note: str = "") -> None:
    record_wrap_up(
        conversation_id=seeker.conversation_id,
        by=by,
        cid=make_cid(),
        outcome=Outcome(category="listened", established=True, note=note),
    )


def finish(by: Person, seeker: Seeker) -> None:
    """Wrap up and close."""
    wrap_up(by, seeker)
    close_conversation(conversation_id=seeker.conversation_id, by=by, cid=make_cid())


def log_of(conversation_id: UUID) -> list[Entry]:
    return list(Entry.objects.filter(conversation_id=conversation_id).order_by("staff_seq"))


def sign_in(person: Person) -> str:
    """The key of a session made as signing in makes it."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return str(request.session.session_key)


def browser_of(person: Person, *, session: str | None = None) -> Client:
    """A browser in which the person is signed in."""
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session or sign_in(person)
    return browser


def clear_for_everything(person: Person, organisation: Organisation) -> None:
    """Each topic that needs it, and each further language."""
    grounds = [Ground(topic=topic) for topic in Topic.objects.filter(needs_clearance=True)]
    for ground in (*grounds, *(Ground(language=language) for language in LANGUAGES_TO_CLEAR)):
        grant_clearance(person=person, organisation=organisation, ground=ground, by=None)


def make_counsellor(organisation: Organisation, slug: str, name: str) -> Person:
    return _person(slug, name, organisation, "counsellor")


def _person(slug: str, name: str, organisation: Organisation | None, *roles: str) -> Person:
    person: Person = Person.objects.create(
        email=f"{slug}@example.org", display_name=name, full_name=f"{name} 山田", password=PASSWORD_HASH
    )
    for role in roles:
        if organisation is None:
            grant_platform_role(person=person, role=role, by=None)
        else:
            grant_role(person=person, organisation=organisation, role=role, by=None)
    return person


def _house(slug: str, name: str, topics: Iterable[str], **names: str) -> House:
    organisation = Organisation.objects.create(
        slug=slug, name=name, name_kana=name, prefecture_code="13", functions=["counselling"]
    )
    people: dict[str, Any] = {
        part: _person(f"{part.replace('_', '-')}-{slug}", shown, organisation, part.removeprefix("second_"))
        for part, shown in names.items()
    }
    for topic in topics:
        serve_topic(topic=Topic.objects.get(slug=topic), organisation=organisation, by=None)
    for part in ("counsellor", "second_counsellor"):
        clear_for_everything(people[part], organisation)
    return House(organisation=organisation, topics=tuple(topics), **people)


def make_cast() -> Cast:
    """Everybody, in an empty database: topics open day and night, a notice in force."""
    for topic in add_standard_topics(by=None):
        if topic.slug in {SHARED_TOPIC, "women", "disaster"}:
            set_weekly_hours(topic=topic, hours=[(day, time(0), time(0)) for day in range(7)], by=None)
    notice = add_standard_notice(by=None)
    assert notice is not None
    return Cast(
        harbour=_house(
            "harbour",
            "みなと相談室",
            (SHARED_TOPIC, "women"),
            manager="みさき",
            counsellor="あおい",
            second_counsellor="なぎさ",
            supervisor="しずか",
        ),
        hill=_house(
            "hill",
            "おか相談室",
            (SHARED_TOPIC, "disaster"),
            manager="まもる",
            counsellor="そら",
            second_counsellor="いずみ",
            supervisor="たかし",
        ),
        coordinator=_person("coordinator", "つなぐ", None, "coordinator"),
        operator=_person("operator", "うごく", None, "operator"),
        auditor=_person("auditor", "みる", None, "auditor"),
        notice_version=notice.version,
    )


@pytest.fixture
def database_threads(transactional_db: None) -> Iterator[None]:
    """The threads of chat.live, and the one of asgiref, give their connections back after the story."""
    yield
    close_connections()
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, in the database of this test."""
    with transaction.atomic():
        return make_cast()
