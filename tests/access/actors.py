"""Who asks, and what is there to be asked for? The cast and those beside it, each with what their browser holds,
and a busy night in which every text of Harbour's carries one word and every text of Hill's another."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.utils import timezone

from chat.models import Conversation, ConversationAccess, PreChatQuestion, Topic, TopicService
from chat.models.language import Wording
from chat.models.opening import Campaign, DateException
from chat.models.phone_line import PhoneLine
from chat.permissions import READ_CONVERSATION
from chat.services.conversation import close_conversation, forget_bearer
from chat.services.note import post_note
from chat.services.notice import draft_notice
from chat.services.phrase import add_phrase
from chat.services.presence import set_presence
from chat.services.topic import serve_topic
from chat.services.transfer import Offer, offer_transfer
from chat.services.wrap_up import Outcome, record_wrap_up
from organisations.models import AuditEntry, Membership, Person
from organisations.permissions import grant_access
from organisations.services.invitation import invite
from organisations.services.membership import deactivate_person, end_role, grant_role
from tests.cast import SHARED_TOPIC, Cast, House, Seeker, make_cid, reply, sign_in, take

HARBOUR_WORD = "みなとだけのことば"
TRANSFER_NOTE = "引き継ぎのメモ"
HILL_WORD = "おかだけのことば"
CLOSED_TOPIC = "under-18"
HARBOUR_PHRASE = "みなとのみんなの定型文"  # of the organisation, so its manager's business too

SIGNED_OUT = "anonymous seeker other_seeker revoked_seeker deactivated"
AT_A_CONSOLE = "holder colleague supervisor stranger foreign_supervisor granted expired moved"
NO_CONSOLE = "manager foreign_manager regional_worker coordinator operator auditor role_ended"
ACTORS = tuple(f"{SIGNED_OUT} {AT_A_CONSOLE} {NO_CONSOLE}".split())
WITHOUT_TEXT = frozenset(NO_CONSOLE.split()) | {"anonymous", "deactivated"}
AT_HARBOUR = frozenset(["seeker", "holder", "colleague", "supervisor"])
AT_HILL = frozenset(["other_seeker", "stranger", "foreign_supervisor", "expired", "moved"])


@dataclass(frozen=True)
class Actor:
    """What somebody's browser holds: a session, a bearer, both or nothing."""

    name: str
    person: Person | None = None
    session: str | None = None
    bearer: str | None = None

    @property
    def cookies(self) -> dict[str, str]:
        return {} if self.session is None else {settings.SESSION_COOKIE_NAME: self.session}

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.bearer is None else {"Authorization": f"Bearer {self.bearer}"}


@dataclass
class World:
    """The cast, the actors by name, and the things they ask for: ids and slugs by name."""

    cast: Cast
    actors: dict[str, Actor]
    things: dict[str, Any]
    _client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def ask(
        self,
        actor: Actor,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, Any] | None = None,
    ) -> Any:
        """One request of a browser that keeps nothing from one to the next."""
        self._client.cookies = SimpleCookie(actor.cookies)
        options: dict[str, Any] = {"headers": actor.headers}
        if body is not None:
            options |= {"data": body, "content_type": "application/json"}
        elif form is not None:
            options["data"] = form
        return getattr(self._client, method.lower())(path, **options)


def make_world(cast: Cast, *, offering: bool = True) -> World:
    """A night at both houses: conversations waiting, going on, recorded and ended; people who came and went."""
    harbour, hill = cast.harbour, cast.hill
    PreChatQuestion.objects.create(
        topic=Topic.objects.get(slug=SHARED_TOPIC),
        key="call-me",
        kind="text",
        label_ja="なんと呼ばれたいですか",
    )
    serve_topic(topic=Topic.objects.get(slug=CLOSED_TOPIC), organisation=harbour.organisation, by=None)
    leaving = _leaving(cast)
    talks = {
        "theirs": _talk(cast, hill, hill.counsellor, HILL_WORD),
        "ended": _talk(cast, harbour, leaving["moved"], HARBOUR_WORD),
        "talk": _talk(cast, harbour, leaving["role_ended"], HARBOUR_WORD),
    }
    _finish(talks["ended"], leaving["moved"])
    sessions = {name: sign_in(person) for name, person in leaving.items()}
    _send_away(cast, leaving)
    assert take(harbour.counsellor).pk == talks["talk"].conversation_id
    _speak(talks["talk"], harbour.counsellor, HARBOUR_WORD)
    talks["wrapped"] = _talk(cast, harbour, harbour.counsellor, HARBOUR_WORD)
    _wrap_up(talks["wrapped"], harbour.counsellor)
    if offering:
        talks |= _offered(cast)
    revoked = cast.seeker()
    forget_bearer(help_seeker=revoked.conversation.help_seeker)
    talks["waiting"] = cast.seeker(**{"call-me": HARBOUR_WORD})
    people = _people(cast, talks["talk"])
    actors = {name: Actor(name, person, sign_in(person)) for name, person in people.items()}
    actors |= {name: Actor(name, person, sessions[name]) for name, person in leaving.items()}
    actors |= {
        "anonymous": Actor("anonymous"),
        "seeker": Actor("seeker", bearer=talks["talk"].bearer),
        "other_seeker": Actor("other_seeker", bearer=talks["theirs"].bearer),
        "revoked_seeker": Actor("revoked_seeker", bearer=revoked.bearer),
    }
    for name in ("holder", "colleague", "stranger", "granted", "expired", "moved"):
        person = actors[name].person
        assert person is not None
        set_presence(by=person, status="available", capacity=10)
    assert set(actors) == set(ACTORS)
    return World(cast, actors, _things(cast, talks))


def _leaving(cast: Cast) -> dict[str, Person]:
    """Three counsellors of Harbour who will not be that for much longer."""
    return {name: cast.another_counsellor(cast.harbour) for name in ("deactivated", "role_ended", "moved")}


def _send_away(cast: Cast, leaving: Mapping[str, Person]) -> None:
    deactivate_person(person=leaving["deactivated"], by=None)
    for name in ("role_ended", "moved"):
        end_role(membership=Membership.objects.in_force().get(person=leaving[name]), by=None)
    grant_role(person=leaving["moved"], organisation=cast.hill.organisation, role="counsellor", by=None)


def _people(cast: Cast, talk: Seeker) -> dict[str, Person]:
    harbour, hill = cast.harbour, cast.hill
    worker = cast.another_counsellor(harbour)
    end_role(membership=Membership.objects.in_force().get(person=worker), by=None)
    grant_role(person=worker, organisation=harbour.organisation, role="regional_worker", by=None)
    expired = cast.another_counsellor(hill)
    _grant(hill.second_counsellor, talk, harbour.supervisor)
    _grant(expired, talk, harbour.supervisor)
    ConversationAccess.objects.filter(user=expired).update(expires_at=timezone.now() - timedelta(seconds=1))
    return {
        "holder": harbour.counsellor,
        "colleague": harbour.second_counsellor,
        "supervisor": harbour.supervisor,
        "manager": harbour.manager,
        "stranger": hill.counsellor,
        "foreign_supervisor": hill.supervisor,
        "foreign_manager": hill.manager,
        "granted": hill.second_counsellor,
        "expired": expired,
        "regional_worker": worker,
        "coordinator": cast.coordinator,
        "operator": cast.operator,
        "auditor": cast.auditor,
    }


def _offered(cast: Cast) -> dict[str, Seeker]:
    """Two of Harbour's that stand offered to Hill: to one person, and to whoever is free there."""
    harbour, hill = cast.harbour, cast.hill
    offers = {
        "offered": Offer(kind="person", to=str(hill.counsellor.pk), note=TRANSFER_NOTE),
        "wide": Offer(kind="organisation", to=str(hill.organisation.pk), note=TRANSFER_NOTE),
    }
    given = {}
    for name, offer in offers.items():
        given[name] = _talk(cast, harbour, harbour.counsellor, HARBOUR_WORD)
        offer_transfer(
            conversation_id=given[name].conversation_id, by=harbour.counsellor, cid=make_cid(), offer=offer
        )
    return given


def _grant(to: Person, talk: Seeker, by: Person) -> None:
    grant_access(
        grant_model=ConversationAccess,
        to=to,
        on=talk.conversation,
        codename=READ_CONVERSATION,
        purpose="引き継ぎの準備",
        by=by,
        expires_at=timezone.now() + timedelta(hours=1),
    )


def _talk(cast: Cast, house: House, counsellor: Person, word: str) -> Seeker:
    """Somebody of this house's, answered by `counsellor`: a message each way, a note, a name."""
    seeker = cast.seeker(**{"call-me": f"{word} 名前"})
    assert take(counsellor).pk == seeker.conversation_id
    _speak(seeker, counsellor, word)
    return seeker


def _speak(seeker: Seeker, counsellor: Person, word: str) -> None:
    seeker.says(f"{word} 相談")
    reply(counsellor, seeker, f"{word} 返事")
    post_note(conversation_id=seeker.conversation_id, by=counsellor, cid=make_cid(), body=f"{word} メモ")


def _wrap_up(seeker: Seeker, by: Person) -> None:
    record_wrap_up(
        conversation_id=seeker.conversation_id,
        by=by,
        cid=make_cid(),
        outcome=Outcome(category="listened", established=True, note=f"{HARBOUR_WORD} 記録"),
    )


def _finish(seeker: Seeker, by: Person) -> None:
    _wrap_up(seeker, by)
    close_conversation(conversation_id=seeker.conversation_id, by=by, cid=make_cid())


def _things(cast: Cast, talks: Mapping[str, Seeker]) -> dict[str, Any]:
    harbour = cast.harbour
    topic = Topic.objects.get(slug=SHARED_TOPIC)
    invitation, token = invite(
        organisation=harbour.organisation, email="new@example.org", role="counsellor", by=harbour.manager
    )
    own = add_phrase(shortcut="own", text=f"{HARBOUR_WORD} わたしの定型文", by=harbour.counsellor)
    house = add_phrase(
        shortcut="house",
        text=HARBOUR_PHRASE,
        by=harbour.manager,
        organisation=harbour.organisation,
    )
    campaign = Campaign.objects.create(
        topic=topic, name_ja="年末", starts_at=timezone.now(), ends_at=timezone.now() + timedelta(days=7)
    )
    closed = DateException.objects.create(topic=topic, date=timezone.localdate(), kind="open")
    line = PhoneLine.objects.create(topic=topic, label_ja="電話", number="0120-000-000")
    words = Wording(ja="次の約束", en="", easy="")
    return {
        **{name: seeker.conversation_id for name, seeker in talks.items()},
        "slug": harbour.organisation.slug,
        "foreign": cast.hill.organisation.pk,
        "grant": ConversationAccess.objects.get(user=cast.hill.second_counsellor).pk,
        "organisation": harbour.organisation.pk,
        "topic": SHARED_TOPIC,
        "notice": cast.notice_version,
        "invitation": invitation.pk,
        "token": token,
        "membership": harbour.second_counsellor.memberships.get().pk,
        "phrase": own.pk,
        "house_phrase": house.pk,
        "campaign": campaign.pk,
        "dateexception": closed.pk,
        "phoneline": line.pk,
        "draft": draft_notice(title=words, body=words, by=None).pk,
        "conversation_type": ContentType.objects.get_for_model(Conversation).pk,
        "platformrole": cast.operator.platform_roles.get().pk,
        "person": harbour.counsellor.pk,
        "auditentry": AuditEntry.objects.latest("pk").pk,
        "topic_pk": topic.pk,
        "topicservice": TopicService.objects.filter(topic=topic).values_list("pk", flat=True)[0],
        "openingwindow": topic.opening_windows.values_list("pk", flat=True)[0],
    }


def never_heard_by(name: str) -> tuple[str, ...]:
    """The words that must not be in anything this actor receives."""
    if name == "manager":
        return (HARBOUR_WORD, HILL_WORD)
    if name in WITHOUT_TEXT:
        return (HARBOUR_WORD, HILL_WORD, HARBOUR_PHRASE)
    if name in AT_HARBOUR:
        return (HILL_WORD,)
    return (HARBOUR_WORD, HARBOUR_PHRASE) if name in AT_HILL else ()


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside did not happen."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)
