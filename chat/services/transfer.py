"""How does a conversation go sideways: to a colleague, another organisation, another topic's queue?

Until somebody takes it the giver holds it. Taking it is one transaction: the giver's part ends, the taker's
begins, and at every commit exactly one counsellor is there. Locks: the taker's presence, then the conversation.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.errors import (
    BadFrameError,
    BodyTooLongError,
    NotFoundError,
    WrongStateError,
)
from chat.models import Assignment, Conversation, Entry, Topic, Transfer
from chat.models.lifecycle import Status, check_step
from chat.models.transfer import NOTE_LIMIT
from chat.sealing import transfer_place
from chat.selectors.conversation import staff_access
from chat.selectors.keys import cipher_of
from chat.selectors.topic import access_to_topic
from chat.selectors.transfer import offered_to, organisations_to_take_for
from chat.services.log import Draft, append, heads, lock_conversation, touch_access
from chat.services.parts import begin_part, end_part, present_part
from chat.services.presence import lock_presence
from chat.services.queue import free_load
from chat.services.settling import settle, settle_open, transfer_data
from chat.services.text import usable_text
from chat.signals import QueueMoved, announce
from organisations.models import Organisation, Person
from organisations.services.audit import record

GIVABLE = frozenset({Status.ACCEPTED, Status.ACTIVE})
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """To whom (`kind` and an id, or a topic's slug), and the note for whoever takes it."""

    kind: str
    to: str
    note: str


@dataclass(frozen=True, slots=True)
class _Target:
    person: Person | None = None
    organisation: Organisation | None = None
    topic: Topic | None = None


def offer_transfer(*, conversation_id: UUID, by: Person, cid: str, offer: Offer) -> Transfer:
    """Offer it to a person or an organisation, or put it at once into another topic's queue.

    A repeat gets the first answer. Raises NotFoundError (not theirs; no such target that serves the topic),
    WrongStateError (already offered, wrapped up, the help-seeker has left), TopicClosedError, a body error.
    """
    note = usable_text(offer.note)
    if len(note) > NOTE_LIMIT:
        raise BodyTooLongError
    try:
        with transaction.atomic():
            conversation = lock_conversation(conversation_id)
            earlier = Transfer.objects.filter(conversation=conversation, from_person=by, cid=cid).first()
            if earlier is not None:
                return earlier
            _check_given(conversation, by)
            return _offer(conversation, by, cid, _target(conversation, by, offer), note)
    except IntegrityError:  # the cid is that of a transfer of another conversation
        raise BadFrameError from None


def _check_given(conversation: Conversation, by: Person) -> None:
    if staff_access(by, conversation.pk).access != "own":
        raise NotFoundError
    if conversation.status not in GIVABLE or conversation.seeker_left_at is not None:
        raise WrongStateError
    if Transfer.objects.open().filter(conversation=conversation).exists():
        raise WrongStateError


def _target(conversation: Conversation, by: Person, offer: Offer) -> _Target:
    """Raises NotFoundError for whoever does not serve the topic, BadFrameError for an unknown kind."""
    match offer.kind:
        case Transfer.Kind.PERSON:
            person = Person.objects.filter(pk=_id(offer.to), is_active=True).exclude(pk=by.pk).first()
            if person is None:
                raise NotFoundError
            able = organisations_to_take_for(person, conversation)
            if not able:
                raise NotFoundError
            return _Target(person=person, organisation=able[0])
        case Transfer.Kind.ORGANISATION:
            organisation = Organisation.objects.filter(
                pk=_id(offer.to),
                is_active=True,
                pk__in=conversation.topic.services.in_force().values("organisation"),
            ).first()
            if organisation is None:
                raise NotFoundError
            return _Target(organisation=organisation)
        case Transfer.Kind.TOPIC:
            topic = access_to_topic(offer.to, timezone.now())
            if topic.pk == conversation.topic_id:
                raise WrongStateError
            return _Target(topic=topic)
    raise BadFrameError


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError from None


def _offer(conversation: Conversation, by: Person, cid: str, target: _Target, note: str) -> Transfer:
    now = timezone.now()
    stale = settle_open(conversation, at=now)  # one whose time is over and that no sweeper has met yet
    transfer = _make(conversation, by, cid, target, note, now)
    part = present_part(conversation, by)
    offered = Draft(
        kind=Entry.Kind.TRANSFER,
        role="system" if part is None else part.role,
        public=False,
        participant_id=None if part is None else part.pk,
        cid=cid,
        body=note,
        data=transfer_data(transfer),
    )
    drafts = [*stale, offered]
    if target.topic is not None:
        drafts += _to_topic(conversation, by, target.topic, now)
    _audit("conversation.transfer_offered", transfer, by)
    append(conversation, drafts, at=now)
    announce([QueueMoved()])
    return transfer


def _make(  # noqa: PLR0917 - one row's fields
    conversation: Conversation, by: Person, cid: str, target: _Target, note: str, now: datetime
) -> Transfer:
    """To a topic there is nobody to accept: it is done as it is made."""
    pk = uuid.uuid4()
    done = target.topic is not None
    organisation = conversation.organisation
    assert organisation is not None  # it is held
    return Transfer.objects.create(
        id=pk,
        conversation=conversation,
        from_person=by,
        from_organisation=organisation,
        to_kind=_kind(target),
        to_person=target.person,
        to_organisation=target.organisation,
        to_topic=target.topic,
        cid=cid,
        note=cipher_of(conversation.pk).seal(note, transfer_place(pk)),
        status=Transfer.Status.ACCEPTED if done else Transfer.Status.OFFERED,
        created_at=now,
        settled_at=now if done else None,
    )


def _kind(target: _Target) -> Transfer.Kind:
    if target.topic is not None:
        return Transfer.Kind.TOPIC
    return Transfer.Kind.ORGANISATION if target.person is None else Transfer.Kind.PERSON


def _to_topic(conversation: Conversation, by: Person, topic: Topic, now: datetime) -> list[Draft]:
    """Into the other queue, where `waiting_since` keeps the first time; the giver's rights end here."""
    drafts = _hand_over(conversation, by, now)
    check_step(conversation.status, Status.WAITING)
    conversation.status = Status.WAITING
    conversation.topic = topic
    conversation.priority = topic.priority_base
    conversation.counsellor = None
    conversation.organisation = None
    _announce_readers(conversation)
    return drafts


def accept_transfer(*, conversation_id: UUID, by: Person, cid: str) -> Conversation:
    """Take what was offered to `by` or their organisation: in one commit the giver leaves and the taker joins.

    A repeat gets the first answer. Raises NotFoundError (nothing was offered to them), WrongStateError (no
    longer open), NotAvailableError, AtCapacityError.
    """
    if offered_to(by, conversation_id) is None:
        raise NotFoundError
    with transaction.atomic():
        presence = lock_presence(by)
        conversation = lock_conversation(conversation_id)
        earlier = Assignment.objects.filter(person=by, cid=cid).first()
        if earlier is not None:
            if earlier.conversation_id != conversation_id:
                raise BadFrameError
            return conversation
        transfer, organisation = _takeable(conversation, by)
        load = free_load(presence)
        _take(conversation, transfer, by, organisation, (cid, load, presence.capacity))
        return conversation


def _takeable(conversation: Conversation, by: Person) -> tuple[Transfer, Organisation]:
    transfer = offered_to(by, conversation.pk)
    if transfer is None or transfer.to_organisation is None:
        raise NotFoundError
    if transfer.to_organisation not in organisations_to_take_for(by, conversation):
        raise NotFoundError
    _check_open(conversation, transfer)
    return transfer, transfer.to_organisation


def _check_open(conversation: Conversation, transfer: Transfer) -> None:
    still = Transfer.objects.open().filter(pk=transfer.pk).exists()
    if not still or conversation.status not in GIVABLE:
        raise WrongStateError


def _take(
    conversation: Conversation,
    transfer: Transfer,
    by: Person,
    organisation: Organisation,
    command: tuple[str, int, int],
) -> None:
    """`command`: the cid, the taker's load before it, and their capacity."""
    now = timezone.now()
    cid, load, capacity = command
    reason = {
        "rule": "transfer",
        "candidates": 1,
        "passed_over": 0,
        "load": load,
        "capacity": capacity,
        "transfer": str(transfer.pk),
    }
    drafts = [settle(transfer, Transfer.Status.ACCEPTED, at=now, cid=cid)]
    drafts += _hand_over(conversation, transfer.from_person, now)
    Assignment.objects.create(
        conversation=conversation,
        person=by,
        organisation=organisation,
        cid=cid,
        reason=reason,
        assigned_at=now,
    )
    conversation.counsellor = by
    conversation.organisation = organisation
    drafts += [_assigned(organisation, reason), begin_part(conversation, by, organisation, at=now)]
    _audit("conversation.transfer_accepted", transfer, by)
    _announce_readers(conversation)
    append(conversation, drafts, at=now)
    announce([QueueMoved()])


def _hand_over(conversation: Conversation, giver: Person, now: datetime) -> list[Draft]:
    """The giver's assignment and part end."""
    Assignment.objects.filter(conversation=conversation, ended_at__isnull=True).update(ended_at=now)
    return end_part(conversation, giver, reason="transferred", at=now)


def _announce_readers(conversation: Conversation) -> None:
    """Ahead of the entries: a socket whose right ends holds back before it hears what follows."""
    touch_access(conversation)
    announce([heads(conversation)])


def _assigned(organisation: Organisation, reason: dict[str, Any]) -> Draft:
    return Draft(
        kind=Entry.Kind.ASSIGNED,
        role="system",
        public=False,
        data={"organisation": str(organisation.pk), "reason": reason},
    )


def withdraw_transfer(*, conversation_id: UUID, by: Person, cid: str) -> Transfer:
    """The giver takes an open offer back. A repeat gets the first answer. Raises NotFoundError, WrongStateError."""
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        given = Transfer.objects.filter(conversation=conversation, from_person=by).order_by(
            "-created_at", "-id"
        )
        earlier = given.filter(settled_cid=cid).first()
        if earlier is not None:
            return earlier
        if staff_access(by, conversation_id).access != "own":
            raise NotFoundError
        transfer = given.first()
        if transfer is None:
            raise WrongStateError
        _check_open(conversation, transfer)
        part = present_part(conversation, by)
        who = {} if part is None else {"participant_id": part.pk, "role": part.role}
        _settle_and_tell(conversation, transfer, Transfer.Status.WITHDRAWN, by, cid, **who)
        return transfer


def decline_transfer(*, conversation_id: UUID, by: Person, cid: str) -> Transfer:
    """The person it was offered to says no. A repeat gets the first answer. Raises NotFoundError, WrongStateError."""
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        offers = Transfer.objects.filter(conversation=conversation, to_person=by)
        transfer = offers.order_by("-created_at", "-id").first()
        if transfer is None:
            raise NotFoundError
        earlier = offers.filter(settled_cid=cid).first()
        if earlier is not None:
            return earlier
        _check_open(conversation, transfer)
        _settle_and_tell(conversation, transfer, Transfer.Status.DECLINED, by, cid)
        return transfer


def expire_transfers() -> int:
    """Give back what nobody took in time; how many. A duty of the sweeper."""
    due = list(Transfer.objects.overdue().values_list("pk", "conversation_id")[:BATCH])
    return sum(_expire(pk, conversation_id) for pk, conversation_id in due)


def _expire(transfer_id: UUID, conversation_id: UUID) -> bool:
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        transfer = Transfer.objects.overdue().filter(pk=transfer_id).first()
        if transfer is None:
            return False
        _settle_and_tell(conversation, transfer, Transfer.Status.EXPIRED, None, None)
        return True


def _settle_and_tell(
    conversation: Conversation,
    transfer: Transfer,
    status: Transfer.Status,
    by: Person | None,
    cid: str | None,
    **who: Any,
) -> None:
    now = timezone.now()
    told = settle(transfer, status, at=now, cid=cid, **who)
    _audit(f"conversation.transfer_{status}", transfer, by)
    append(conversation, [told], at=now)
    announce([QueueMoved()])


def _audit(action: str, transfer: Transfer, by: Person | None) -> None:
    record(
        action=action,
        by=by,
        organisation=transfer.from_organisation,
        object_type="conversation",
        object_id=str(transfer.conversation_id),
        transfer=transfer.pk,
        to_kind=str(transfer.to_kind),
        to=str(transfer.to_person_id or transfer.to_organisation_id or transfer.to_topic_id),
    )
