"""What happens to the conversations of a counsellor who may no longer serve, or whose browser is gone? They go back
to the head of the queue with their history, and the person who waits for an answer is not lost."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat.models import Assignment, Conversation, Entry, Participant
from chat.models.lifecycle import Status, check_step
from chat.permissions import SERVE
from chat.selectors.watch import unattended
from chat.services.conversation import closing, end
from chat.services.log import Draft, append, lock_conversation, touch_access
from chat.services.presence import lock_presence
from chat.services.settling import settle_open
from chat.signals import QueueMoved, RightsMoved, announce
from organisations.models import Person
from organisations.permissions import organisations_with
from organisations.services.audit import record

Reason = Literal["revoked", "gone"]
BATCH = 200


def withdraw_person(*, person: Person, organisation_id: UUID | None) -> None:
    """Take the person out of the conversations they hold for organisations they no longer serve.

    Runs inside the transaction that changed the rights; sockets hear of it on commit.
    """
    announce([RightsMoved(person.pk), QueueMoved()])
    with transaction.atomic():
        held = Conversation.objects.held_by_counsellors().filter(counsellor=person)
        if organisation_id is not None:
            held = held.filter(organisation=organisation_id)
        still_serving = organisations_with(person, SERVE).values("pk")
        for pk in held.exclude(organisation__in=still_serving).order_by("pk").values_list("pk", flat=True):
            conversation = lock_conversation(pk)
            if conversation.counsellor_id == person.pk:
                _give_back(conversation, person, "revoked")


def give_back_unattended() -> int:
    """Give back the conversations whose counsellor's browser has been gone for longer than the organisation allows;
    how many were."""
    given_back = 0
    for found in unattended(timezone.now())[:BATCH]:
        given_back += give_back_if_gone(
            conversation_id=found.conversation_id,
            person=found.counsellor,
            limit=timedelta(minutes=found.gone_minutes),
        )
    return given_back


def give_back_if_gone(*, conversation_id: UUID, person: Person, limit: timedelta) -> bool:
    """Back to the head of the queue unless the counsellor has come back, or somebody else has it, in the meantime.

    The presence lock comes first, as in `accept_next`: a ping that arrives now waits, or is seen here.
    """
    with transaction.atomic():
        presence = lock_presence(person)
        conversation = lock_conversation(conversation_id)
        now = timezone.now()
        since = presence.gone_since(now)
        if since is None or now - since < limit or not _is_unattended(conversation, person):
            return False
        record(
            action="conversation.given_back",
            by=None,
            organisation=conversation.organisation,
            object_type="conversation",
            object_id=conversation.pk,
            counsellor=person.pk,
            gone_seconds=int((now - since).total_seconds()),
        )
        _give_back(conversation, person, "gone")
        announce([QueueMoved()])
        return True


def _is_unattended(conversation: Conversation, person: Person) -> bool:
    """Somebody sits before it and waits; what is only left to be recorded waits for its counsellor."""
    return (
        conversation.counsellor_id == person.pk
        and conversation.status in (Status.ACCEPTED, Status.ACTIVE)
        and conversation.seeker_left_at is None
    )


def _give_back(conversation: Conversation, person: Person, reason: Reason) -> None:
    now = timezone.now()
    participant = conversation.participants.filter(person=person, left_at__isnull=True).first()
    Assignment.objects.filter(conversation=conversation, ended_at__isnull=True).update(ended_at=now)
    drafts = settle_open(conversation, at=now)
    if participant is not None:
        participant.left_at = now
        participant.save(update_fields=["left_at"])
        drafts.append(_left(participant, reason))
    drafts += _release(conversation, now)
    touch_access(conversation)
    append(conversation, drafts, at=now)


def _release(conversation: Conversation, now: datetime) -> list[Draft]:
    """Back to the head of its queue: `waiting_since` keeps the first time. What was wrapped up, or has nobody
    left to wait for an answer, is closed."""
    if conversation.status == Status.WRAPPED_UP or conversation.seeker_left_at is not None:
        end(conversation, Status.CLOSED, Conversation.EndReason.CLOSED_BY_STAFF, now)
        return [closing(conversation)]
    check_step(conversation.status, Status.WAITING)
    conversation.status = Status.WAITING
    conversation.counsellor = None
    conversation.organisation = None
    return []


def _left(participant: Participant, reason: Reason) -> Draft:
    return Draft(
        kind=Entry.Kind.LEFT,
        role=participant.role,
        public=True,
        participant_id=participant.pk,
        data={"reason": reason},
    )
