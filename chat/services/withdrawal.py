"""What happens to the conversations of a counsellor who may no longer serve? They go back to the head of the
queue with their history, and the person who waits for an answer is not lost."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat.models import Assignment, Conversation, Entry, Participant
from chat.models.lifecycle import Status, check_step
from chat.permissions import SERVE
from chat.services.conversation import closing, end
from chat.services.log import Draft, append, lock_conversation, touch_access
from chat.signals import QueueMoved, RightsMoved, announce
from organisations.models import Person
from organisations.permissions import organisations_with


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
            _give_back(lock_conversation(pk), person)


def _give_back(conversation: Conversation, person: Person) -> None:
    if conversation.counsellor_id != person.pk:
        return
    now = timezone.now()
    participant = conversation.participants.filter(person=person, left_at__isnull=True).first()
    Assignment.objects.filter(conversation=conversation, ended_at__isnull=True).update(ended_at=now)
    drafts = []
    if participant is not None:
        participant.left_at = now
        participant.save(update_fields=["left_at"])
        drafts.append(_left(participant))
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


def _left(participant: Participant) -> Draft:
    return Draft(
        kind=Entry.Kind.LEFT,
        role=participant.role,
        public=True,
        participant_id=participant.pk,
        data={"reason": "revoked"},
    )
