"""Who could take a conversation over, what is offered to whom, and what stands open? The note only to its target."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from chat.models import Conversation, Presence, TopicService, Transfer
from chat.permissions import SERVE
from chat.protocol import milliseconds
from chat.sealing import SealError, transfer_place
from chat.selectors.eligibility import Reach, hands_on_duty, reaches_of
from chat.selectors.keys import ciphers_of
from organisations.models import Membership, Organisation, Person
from organisations.permissions import organisations_with


@dataclass(frozen=True, slots=True)
class Transfers:
    """Open transfers as boards show them: of a conversation to its giver, and to each who may take it."""

    of_conversation: Mapping[UUID, dict[str, Any]] = field(default_factory=dict)
    offered_to: Mapping[UUID, list[dict[str, Any]]] = field(default_factory=dict)


def organisations_to_take_for(person: Person, conversation: Conversation) -> list[Organisation]:
    """The organisations for which the person may answer this conversation, by name: by what they serve, and what
    the person is cleared for."""
    serving = list(organisations_with(person, SERVE).order_by("name", "id"))
    reaches = reaches_of(person.pk, [organisation.pk for organisation in serving])
    fit = {r.organisation_id for r in reaches if r.admits(conversation.topic_id, conversation.language)}
    return [organisation for organisation in serving if organisation.pk in fit]


def offered_to(person: Person, conversation_id: UUID) -> Transfer | None:
    """The newest transfer of the conversation that is or was offered to this person or an organisation of theirs."""
    theirs = organisations_with(person, SERVE).values("pk")
    mine = Q(to_person=person) | Q(to_kind=Transfer.Kind.ORGANISATION, to_organisation__in=theirs)
    return (
        Transfer.objects.filter(mine, conversation=conversation_id)
        .exclude(from_person=person)
        .select_related("to_organisation")
        .order_by("-created_at", "-id")
        .first()
    )


def open_transfers(people: Collection[UUID]) -> Transfers:
    """What stands open, for the boards of these people. One query, two more where something does."""
    rows = list(
        Transfer.objects.open()
        .select_related("conversation__topic", "from_person", "from_organisation", "to_person")
        .select_related("to_organisation")
        .order_by("created_at", "id")
    )
    if not rows:
        return Transfers()
    takers = _takers(rows, set(people))
    notes = _notes([row for row in rows if takers.get(row.pk)])
    offers: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        for person_id in takers.get(row.pk, ()):
            offers.setdefault(person_id, []).append(_offer(row, notes.get(row.pk, "")))
    return Transfers({row.conversation_id: open_fields(row) for row in rows}, offers)


def open_transfer_of(conversation: Conversation) -> Transfer | None:
    rows = Transfer.objects.open().filter(conversation=conversation)
    return rows.select_related("to_person", "to_organisation").first()


def targets_for(conversation: Conversation) -> dict[str, Any]:
    """People on duty who serve the topic and have a place free, and the organisations that serve it; no other
    data. An organisation's free places are those of its people on duty."""
    services = TopicService.objects.in_force().filter(topic=conversation.topic_id)
    organisations = list(
        Organisation.objects.filter(is_active=True, pk__in=services.values("organisation")).order_by(
            "name", "id"
        )
    )
    able = {
        (hand.person_id, reach.organisation_id)
        for hand in hands_on_duty()
        for reach in hand.reaches
        if reach.admits(conversation.topic_id, conversation.language)
    }
    members = [row for row in _counsellors(organisations) if (row.person_id, row.organisation_id) in able]
    presences = Presence.objects.filter(person__in={row.person_id for row in members})
    capacities = {row.person_id: row.capacity for row in presences}
    held = Conversation.objects.held_by_counsellors().filter(counsellor__in=capacities)
    loads = Counter(held.values_list("counsellor", flat=True))
    free = {person: capacity - loads.get(person, 0) for person, capacity in capacities.items()}
    takes = [row for row in members if free.get(row.person_id, 0) > 0]
    takes = [row for row in takes if row.person_id != conversation.counsellor_id]
    return {
        "people": _people(takes, free),
        "organisations": [
            {
                "id": str(organisation.pk),
                "name": organisation.name,
                "free": sum(free[row.person_id] for row in takes if row.organisation_id == organisation.pk),
            }
            for organisation in organisations
        ],
    }


def target_name(transfer: Transfer) -> str:
    """How people call the target of a transfer that is no topic."""
    target = transfer.to_person or transfer.to_organisation
    if isinstance(target, Person):
        return target.display_name
    return target.name if target is not None else ""


def open_fields(transfer: Transfer) -> dict[str, Any]:
    """An open transfer as its giver sees it."""
    return {
        "id": str(transfer.pk),
        "state": str(transfer.status),
        "to_kind": str(transfer.to_kind),
        "to_name": target_name(transfer),
        "since": milliseconds(transfer.created_at),
        "expires_at": milliseconds(transfer.expires_at),
    }


def _offer(transfer: Transfer, note: str) -> dict[str, Any]:
    """What its target knows before taking it: everything but the text."""
    conversation = transfer.conversation
    return {
        "id": str(transfer.pk),
        "conversation": str(conversation.pk),
        "topic": conversation.topic.slug,
        "language": conversation.language,
        "length": conversation.public_seq,
        "accepted_at": conversation.accepted_at and milliseconds(conversation.accepted_at),
        "to_kind": str(transfer.to_kind),
        "from": {
            "name": transfer.from_person.display_name,
            "organisation": transfer.from_organisation.name,
        },
        "since": milliseconds(transfer.created_at),
        "expires_at": milliseconds(transfer.expires_at),
        "note": note,
    }


def _takers(rows: list[Transfer], people: set[UUID]) -> dict[UUID, list[UUID]]:
    """Who of `people` may take which transfer: the person asked, or whoever of the organisation is on duty and
    may serve it."""
    wide = any(row.to_kind == Transfer.Kind.ORGANISATION for row in rows)
    able = _able() if wide else {}
    takers: dict[UUID, list[UUID]] = {}
    for row in rows:
        if row.to_kind == Transfer.Kind.ORGANISATION:
            asked = able.get(row.to_organisation_id, {})
            here = [person for person, reach in asked.items() if person in people and _admits(reach, row)]
        else:
            here = [person for person in people if person == row.to_person_id]
        takers[row.pk] = [person for person in here if person != row.from_person_id]
    return takers


def _able() -> dict[UUID | None, dict[UUID, Reach]]:
    """What everybody on duty may serve, by organisation and person."""
    able: dict[UUID | None, dict[UUID, Reach]] = {}
    for hand in hands_on_duty():
        for reach in hand.reaches:
            able.setdefault(reach.organisation_id, {})[hand.person_id] = reach
    return able


def _admits(reach: Reach, transfer: Transfer) -> bool:
    return reach.admits(transfer.conversation.topic_id, transfer.conversation.language)


def _counsellors(organisations: Collection[Organisation]) -> list[Membership]:
    rows = Membership.objects.in_force().filter(
        role=Membership.Role.COUNSELLOR, organisation__in=organisations, person__is_active=True
    )
    return list(rows.select_related("person", "organisation").order_by("person__display_name", "person_id"))


def _people(members: list[Membership], free: Mapping[UUID, int]) -> list[dict[str, Any]]:
    """Each once, under the first of their organisations by name."""
    shown: dict[UUID, dict[str, Any]] = {}
    for row in sorted(members, key=lambda row: row.organisation.name):
        shown.setdefault(
            row.person_id,
            {
                "id": str(row.person_id),
                "name": row.person.display_name,
                "organisation": row.organisation.name,
                "free": free[row.person_id],
            },
        )
    return sorted(shown.values(), key=lambda row: (-row["free"], row["name"], row["id"]))


def _notes(rows: list[Transfer]) -> dict[UUID, str]:
    ciphers = ciphers_of(row.conversation_id for row in rows)
    notes: dict[UUID, str] = {}
    for row in rows:
        cipher = ciphers.get(row.conversation_id)
        if cipher is None or row.note is None:
            continue
        try:
            notes[row.pk] = cipher.open(bytes(row.note), transfer_place(row.pk))
        except SealError:
            continue
    return notes
