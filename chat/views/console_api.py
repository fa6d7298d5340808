"""What may a console call? Everything here asks for a signed-in person and for the right on the thing itself."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from ninja.security import SessionAuth

from chat.errors import NotFoundError, NotSignedInError
from chat.live.board import Board
from chat.models import CannedPhrase, Participant
from chat.models.language import Language
from chat.protocol import BACKLOG_LIMIT, milliseconds
from chat.selectors.console import ConsoleAccess, console_access, presence_of
from chat.selectors.conversation import staff_access
from chat.selectors.details import details_of
from chat.selectors.log import page_of
from chat.selectors.phrase import phrases_for
from chat.selectors.picking import takers_of
from chat.selectors.queue import load_of
from chat.selectors.round import Question, read_facts
from chat.selectors.watch import Watched, live_under_supervision
from chat.services.conversation import close_conversation
from chat.services.looking import open_for_reading
from chat.services.message import Post, post_at_pace
from chat.services.moment import ask_for_a_moment
from chat.services.note import post_note
from chat.services.phrase import add_phrase, remove_phrase
from chat.services.picking import take_out_of_order
from chat.services.presence import renew_leases, set_presence
from chat.services.queue import accept_next
from chat.services.text import usable_text
from chat.services.wrap_up import Outcome, record_wrap_up
from chat.views.schemas import (
    AcceptIn,
    After,
    Command,
    Limit,
    MessageIn,
    PhraseIn,
    PresenceIn,
    TakeIn,
    WrapUpIn,
    page,
    stored,
)
from organisations.models import Organisation, Person
from organisations.permissions import MANAGE, organisations_with

router = Router(tags=["console"], auth=SessionAuth())


def _console(request: HttpRequest) -> ConsoleAccess:
    """The person at this console, asked anew each time."""
    if not isinstance(request.user, Person):
        raise NotSignedInError
    return console_access(request.user.pk)


def _phrase_keeper(request: HttpRequest) -> Person:
    """Whoever has a console, and managers: they keep their organisation's phrases."""
    person = request.user
    if isinstance(person, Person) and organisations_with(person, MANAGE).exists():
        return person
    return _console(request).person


def _part_of(person: Person, conversation_id: UUID) -> Participant:
    access = staff_access(person, conversation_id)
    if access.participant is None:
        raise NotFoundError
    return access.participant


@router.get("board")
def board(request: HttpRequest) -> dict[str, Any]:
    """The newest picture, for a console whose socket is away; asking for it keeps the lease as a ping does."""
    access = _console(request)
    renew_leases(people=[access.person.pk], help_seekers=())
    facts = read_facts(Question(conversations=(), people=[access.person.pk], sessions=(), waiting=False))
    picture = Board()
    picture.sight = access.sight
    return picture.fields(facts, access.person.pk)


@router.post("presence")
def presence(request: HttpRequest, body: PresenceIn) -> dict[str, Any]:
    """Available or away, and for how many conversations at once."""
    person = _console(request).person
    set_presence(by=person, status=body.status, capacity=body.capacity)
    return presence_of(person, load_of(person))


@router.post("accept-next")
def accept(request: HttpRequest, body: AcceptIn) -> dict[str, Any]:
    """The first of the queue, for this counsellor."""
    person = _console(request).person
    conversation = accept_next(by=person, cid=body.cid, organisation_id=body.organisation, topic=body.topic)
    return {"conversation": str(conversation.pk)}


@router.get("conversations/{uuid:conversation_id}/takers")
def takers(request: HttpRequest, conversation_id: UUID) -> dict[str, Any]:
    """To whom a supervisor could give one who waits."""
    return {"takers": takers_of(_console(request).person, conversation_id)}


@router.post("conversations/{uuid:conversation_id}/take")
def take(request: HttpRequest, conversation_id: UUID, body: TakeIn) -> dict[str, Any]:
    """A supervisor's choice of one who waits, for a counsellor of theirs or for themselves."""
    taken = take_out_of_order(
        conversation_id=conversation_id,
        by=_console(request).person,
        cid=body.cid,
        reason=body.reason,
        counsellor_id=body.counsellor,
    )
    return {"conversation": str(taken.pk)}


@router.get("conversations/{uuid:conversation_id}")
def conversation(request: HttpRequest, conversation_id: UUID) -> dict[str, Any]:
    """What stands beside the conversation: topic, answers, people, readers, wrap-up."""
    access = open_for_reading(person=_console(request).person, conversation_id=conversation_id)
    return details_of(access)


@router.get("conversations/{uuid:conversation_id}/events")
def events(
    request: HttpRequest,
    conversation_id: UUID,
    after: After = 0,
    limit: Limit = BACKLOG_LIMIT,
) -> dict[str, Any]:
    """The staff stream after a number, in order."""
    open_for_reading(person=_console(request).person, conversation_id=conversation_id)
    return page(page_of(conversation_id, staff=True, after=after, limit=limit), staff=True)


@router.post("conversations/{uuid:conversation_id}/messages")
def message(request: HttpRequest, conversation_id: UUID, body: MessageIn) -> dict[str, Any]:
    """One message to the help-seeker, where no socket is to be had."""
    participant = _part_of(_console(request).person, conversation_id)
    post = Post(conversation_id, participant.pk, body.cid, usable_text(body.body))
    return stored(body.cid, post_at_pace(post), staff=True)


@router.post("conversations/{uuid:conversation_id}/notes")
def note(request: HttpRequest, conversation_id: UUID, body: MessageIn) -> dict[str, Any]:
    """A note among staff; no way leads from here to the help-seeker."""
    entry = post_note(
        conversation_id=conversation_id, by=_console(request).person, cid=body.cid, body=body.body
    )
    return stored(body.cid, entry, staff=True)


@router.post("conversations/{uuid:conversation_id}/moment")
def moment(request: HttpRequest, conversation_id: UUID, body: Command) -> dict[str, Any]:
    """Tell the help-seeker that the counsellor is thinking; at most once a minute."""
    entry = ask_for_a_moment(conversation_id=conversation_id, by=_console(request).person, cid=body.cid)
    return stored(body.cid, entry, staff=True)


@router.post("conversations/{uuid:conversation_id}/wrap-up")
def wrap_up(request: HttpRequest, conversation_id: UUID, body: WrapUpIn) -> dict[str, Any]:
    """Record what it came to."""
    outcome = Outcome(category=body.category, established=body.established, note=body.note)
    done = record_wrap_up(
        conversation_id=conversation_id, by=_console(request).person, cid=body.cid, outcome=outcome
    )
    return {"status": done.status}


@router.post("conversations/{uuid:conversation_id}/close")
def close(request: HttpRequest, conversation_id: UUID, body: Command) -> dict[str, Any]:
    """End it; needs the wrap-up first."""
    done = close_conversation(conversation_id=conversation_id, by=_console(request).person, cid=body.cid)
    return {"status": done.status}


@router.get("phrases")
def phrases(request: HttpRequest) -> list[dict[str, Any]]:
    """Own phrases first, then those of the organisations."""
    return [_phrase(phrase) for phrase in phrases_for(_phrase_keeper(request))]


@router.post("phrases", response={201: dict[str, Any]})
def new_phrase(request: HttpRequest, body: PhraseIn) -> Status[dict[str, Any]]:
    """Keep a phrase for oneself, or as a manager for the organisation."""
    organisation = None
    if body.organisation is not None:
        organisation = Organisation.objects.filter(pk=body.organisation, is_active=True).first()
        if organisation is None:
            raise NotFoundError
    phrase = add_phrase(
        shortcut=body.shortcut,
        text=body.text,
        by=_phrase_keeper(request),
        language=Language(body.language),
        organisation=organisation,
    )
    return Status(201, _phrase(phrase))


@router.delete("phrases/{int:phrase_id}", response={204: None})
def no_phrase(request: HttpRequest, phrase_id: int) -> Status[None]:
    """Remove one's own phrase, or as a manager one of the organisation's."""
    remove_phrase(phrase_id=phrase_id, by=_phrase_keeper(request))
    return Status(204, None)


@router.get("supervision")
def supervision(request: HttpRequest) -> dict[str, Any]:
    """Live conversations of the organisations the person supervises; no text."""
    person = _console(request).person
    return {"conversations": [_live(row) for row in live_under_supervision(person, timezone.now())]}


def _phrase(phrase: CannedPhrase) -> dict[str, Any]:
    return {
        "id": phrase.pk,
        "scope": "own" if phrase.person_id else "organisation",
        "shortcut": phrase.shortcut,
        "text": phrase.text,
        "language": phrase.language,
    }


def _live(watched: Watched) -> dict[str, Any]:
    row = watched.conversation
    counsellor = row.counsellor
    organisation = row.organisation
    gone_since, silent_since = watched.counsellor_gone_since, watched.silent_since
    return {
        "conversation": str(row.pk),
        "topic": row.topic.slug,
        "status": row.status,
        "language": row.language,
        "counsellor": counsellor.display_name if counsellor else "",
        "organisation": organisation.name if organisation else "",
        "accepted_at": row.accepted_at and milliseconds(row.accepted_at),
        "last_seeker_at": row.last_seeker_at and milliseconds(row.last_seeker_at),
        "last_staff_at": row.last_staff_at and milliseconds(row.last_staff_at),
        "counsellor_gone_since": gone_since and milliseconds(gone_since),
        "silent_since": silent_since and milliseconds(silent_since),
    }
