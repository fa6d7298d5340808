"""Who answers the next person? One transaction: the counsellor's row locked, the load counted under that lock,
the first of those they may serve taken so that no other taker can have it, the reason written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from chat.errors import AtCapacityError, NobodyWaitingError, NotAvailableError, NotFoundError
from chat.models import Assignment, Conversation, Entry, Participant, Presence
from chat.models.conversation import ConversationQuerySet
from chat.models.lifecycle import Status, check_step
from chat.selectors.eligibility import Reach, eligible, of_their_houses, reaches_of
from chat.selectors.queue import load_of
from chat.services.log import Draft, append, touch_access
from chat.services.presence import lock_presence
from chat.signals import QueueMoved, announce
from organisations.models import Organisation, Person
from organisations.permissions import organisations_with

TAKES = 8  # tries when another taker was quicker; each try sees a fresh queue


@dataclass(frozen=True, slots=True)
class Taking:
    """Why this conversation went to this counsellor; stored with the assignment. No text.

    `candidates`: how many waited whom the counsellor may serve, this one too; `passed_over`: how many of their
    organisations' queues stood before it and were not given to them.
    """

    rule: str
    candidates: int
    passed_over: int
    load: int
    capacity: int

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "candidates": self.candidates,
            "passed_over": self.passed_over,
            "load": self.load,
            "capacity": self.capacity,
        }


def accept_next(
    *, by: Person, cid: str, organisation_id: UUID | None = None, topic: str | None = None
) -> Conversation:
    """Give `by` the first waiting conversation that they may serve: by what their organisations serve, the topics
    they are cleared for, and its language.

    The same `cid` gets the same conversation again. Raises NotFoundError (no such organisation of theirs),
    NotAvailableError, AtCapacityError, NobodyWaitingError.
    """
    organisations = _serving_organisations(by, organisation_id)
    with transaction.atomic():
        presence = lock_presence(by)
        earlier = Assignment.objects.filter(person=by, cid=cid).select_related("conversation").first()
        if earlier is not None:
            return earlier.conversation
        load = free_load(presence)
        reaches = reaches_of(by.pk, organisations)
        queue = Conversation.objects.waiting() if topic is None else _waiting_on(topic)
        waiting = queue.filter(eligible(reaches)).in_queue_order()
        candidates = waiting.count()
        conversation, reach = _take_first(waiting, by, reaches)
        passed_over = queue.filter(of_their_houses(reaches)).exclude(eligible(reaches))
        taking = Taking(
            "first_waiting",
            candidates,
            standing_before(passed_over, conversation).count(),
            load,
            presence.capacity,
        )
        record_taking(conversation, by, organisations[reach.organisation_id], taking, cid)
        return conversation


def free_load(presence: Presence) -> int:
    """The load of somebody available with a place free, exact under the lock of their presence.

    Raises NotAvailableError, AtCapacityError.
    """
    if presence.status != Presence.Status.AVAILABLE or presence.gone_since(timezone.now()) is not None:
        raise NotAvailableError
    load = load_of(presence.person)
    if load >= presence.capacity:
        raise AtCapacityError
    return load


def _serving_organisations(by: Person, organisation_id: UUID | None) -> dict[UUID, Organisation]:
    mine = organisations_with(by, "serve_conversations").order_by("name", "id")
    if organisation_id is not None:
        mine = mine.filter(pk=organisation_id)
    organisations = {organisation.pk: organisation for organisation in mine}
    if not organisations:
        raise NotFoundError
    return organisations


def _waiting_on(topic: str) -> ConversationQuerySet:
    return Conversation.objects.waiting().filter(topic__slug=topic)


def standing_before(waiting: QuerySet[Conversation], conversation: Conversation) -> QuerySet[Conversation]:
    """Those of `waiting` that come before it in queue order."""
    earlier = Q(waiting_since__lt=conversation.waiting_since) | Q(
        waiting_since=conversation.waiting_since, pk__lt=conversation.pk
    )
    return waiting.filter(
        Q(priority__gt=conversation.priority) | (Q(priority=conversation.priority) & earlier)
    )


def _take_first(
    waiting: QuerySet[Conversation], by: Person, reaches: Sequence[Reach]
) -> tuple[Conversation, Reach]:
    """The row lock keeps other PostgreSQL takers off; the conditional update decides on either database.

    The first organisation that may answer it answers it.
    """
    for _ in range(TAKES):
        candidates = waiting
        if connection.features.has_select_for_update_skip_locked:
            candidates = waiting.select_for_update(skip_locked=True, of=("self",))
        conversation = candidates.first()
        if conversation is None:
            raise NobodyWaitingError
        reach = next(each for each in reaches if each.admits(conversation.topic_id, conversation.language))
        claimed = claim(conversation, by, reach.organisation_id)
        if claimed is not None:
            return claimed, reach
    raise NobodyWaitingError


def claim(conversation: Conversation, by: Person, organisation_id: UUID) -> Conversation | None:
    """The conversation, locked and in their hands; None when it does not wait any more."""
    check_step(conversation.status, Status.ACCEPTED)
    claimed = Conversation.objects.filter(pk=conversation.pk, status=Status.WAITING, counsellor=None).update(
        status=Status.ACCEPTED, counsellor=by, organisation_id=organisation_id, accepted_at=timezone.now()
    )
    return Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk) if claimed else None


def record_taking(
    conversation: Conversation,
    by: Person,
    organisation: Organisation,
    taking: Taking,
    cid: str,
    *further: Draft,
) -> None:
    """Assignment, part and log entries of a conversation just claimed; `further` entries follow in the log."""
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
    append(conversation, [_assigned(organisation, taking), joined, *further], at=now)
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
