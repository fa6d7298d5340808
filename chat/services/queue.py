"""Who answers the next person? One transaction: the counsellor's row locked, the load counted under that lock,
the first of the queue taken so that no other taker can have it, the reason written down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from chat.errors import AtCapacityError, NobodyWaitingError, NotAvailableError, NotFoundError
from chat.models import Assignment, Conversation, Entry, Participant, Presence
from chat.models.lifecycle import Status, check_step
from chat.selectors.queue import load_of, topics_served_by
from chat.services.log import Draft, append, touch_access
from chat.services.presence import lock_presence
from chat.signals import QueueMoved, announce
from organisations.models import Organisation, Person
from organisations.permissions import organisations_with

TAKES = 8  # tries when another taker was quicker; each try sees a fresh queue


@dataclass(frozen=True, slots=True)
class Taking:
    """Why this conversation went to this counsellor; stored with the assignment. No text."""

    rule: str
    candidates: int
    load: int
    capacity: int

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "candidates": self.candidates,
            "load": self.load,
            "capacity": self.capacity,
        }


def accept_next(
    *, by: Person, cid: str, organisation_id: UUID | None = None, topic: str | None = None
) -> Conversation:
    """Give `by` the first waiting conversation of the topics their organisation serves.

    The same `cid` gets the same conversation again. Raises NotFoundError (no such organisation of theirs),
    NotAvailableError, AtCapacityError, NobodyWaitingError.
    """
    organisation = _serving_organisation(by, organisation_id)
    with transaction.atomic():
        presence = lock_presence(by)
        earlier = Assignment.objects.filter(person=by, cid=cid).select_related("conversation").first()
        if earlier is not None:
            return earlier.conversation
        if presence.status != Presence.Status.AVAILABLE:
            raise NotAvailableError
        load = load_of(by)
        if load >= presence.capacity:
            raise AtCapacityError
        waiting = _waiting_for(organisation, topic)
        taking = Taking("first_waiting", waiting.count(), load, presence.capacity)
        conversation = _take_first(waiting, by, organisation)
        _record(conversation, by, organisation, taking, cid)
        return conversation


def _serving_organisation(by: Person, organisation_id: UUID | None) -> Organisation:
    mine = organisations_with(by, "serve_conversations").order_by("name", "id")
    if organisation_id is not None:
        mine = mine.filter(pk=organisation_id)
    organisation = mine.first()
    if organisation is None:
        raise NotFoundError
    return organisation


def _waiting_for(organisation: Organisation, topic: str | None) -> QuerySet[Conversation]:
    waiting = Conversation.objects.waiting().filter(topic__in=topics_served_by([organisation.pk]))
    if topic is not None:
        waiting = waiting.filter(topic__slug=topic)
    return waiting.in_queue_order()


def _take_first(waiting: QuerySet[Conversation], by: Person, organisation: Organisation) -> Conversation:
    """The row lock keeps other PostgreSQL takers off; the conditional update decides on either database."""
    now = timezone.now()
    for _ in range(TAKES):
        candidates = waiting
        if connection.features.has_select_for_update_skip_locked:
            candidates = waiting.select_for_update(skip_locked=True, of=("self",))
        conversation = candidates.first()
        if conversation is None:
            raise NobodyWaitingError
        if _claim(conversation, by, organisation, now):
            return Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    raise NobodyWaitingError


def _claim(conversation: Conversation, by: Person, organisation: Organisation, now: datetime) -> bool:
    check_step(conversation.status, Status.ACCEPTED)
    claimed = Conversation.objects.filter(pk=conversation.pk, status=Status.WAITING, counsellor=None).update(
        status=Status.ACCEPTED, counsellor=by, organisation=organisation, accepted_at=now
    )
    return claimed == 1


def _record(
    conversation: Conversation, by: Person, organisation: Organisation, taking: Taking, cid: str
) -> None:
    now = timezone.now()
    Assignment.objects.create(
        conversation=conversation,
        person=by,
        organisation=organisation,
        cid=cid,
        reason=taking.as_json(),
        assigned_at=now,
    )
    participant = Participant.objects.create(
        conversation=conversation,
        role=Participant.Role.COUNSELLOR,
        person=by,
        organisation=organisation,
        name=by.display_name,
        joined_at=now,
    )
    touch_access(conversation)
    joined = _joined(participant, organisation.name_in(conversation.language))
    append(conversation, [_assigned(organisation, taking), joined], at=now)
    announce([QueueMoved()])


def _assigned(organisation: Organisation, taking: Taking) -> Draft:
    return Draft(
        kind=Entry.Kind.ASSIGNED,
        role="system",
        public=False,
        data={"organisation": str(organisation.pk), "reason": taking.as_json()},
    )


def _joined(participant: Participant, organisation: str) -> Draft:
    """`organisation` is its name in the help-seeker's language."""
    return Draft(
        kind=Entry.Kind.JOINED,
        role=participant.role,
        public=True,
        participant_id=participant.pk,
        data={
            "participant": {
                "id": str(participant.pk),
                "role": participant.role,
                "name": participant.name,
                "organisation": organisation,
            }
        },
    )
