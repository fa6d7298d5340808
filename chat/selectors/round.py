"""What must a process know once a second to keep its sockets true? A handful of queries for all of them."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.utils import timezone

from chat.models import Conversation, Entry, Participant, Presence
from chat.selectors.eligibility import Sight, hands_on_duty, on_duty_by_topic
from chat.selectors.log import heads_of
from chat.selectors.queue import QueueEntry, accepts_by_topic, whole_queue
from chat.selectors.transfer import Transfers, open_transfers
from chat.selectors.watch import overdue, with_silence
from chat.signals import HeadsMoved
from organisations.models import Person


@dataclass(frozen=True, slots=True)
class Holding:
    """One conversation in somebody's hands, as the board shows it: no text."""

    conversation_id: UUID
    counsellor_id: UUID
    topic: str
    status: str
    language: str
    head: int
    accepted_at: datetime | None
    last_seeker_at: datetime | None
    last_staff_at: datetime | None
    seen: int
    seeker_left: bool
    nudge_since: datetime | None


@dataclass(frozen=True, slots=True)
class Question:
    """What this process has sockets for."""

    conversations: Collection[UUID]
    people: Collection[UUID]
    sessions: Collection[str]
    waiting: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says. `versions` holds active people only."""

    heads: list[HeadsMoved]
    versions: Mapping[UUID, int]
    sessions: frozenset[str]
    queue: list[QueueEntry]
    places: Mapping[UUID, QueueEntry]
    waiting: Mapping[int, int]
    accepts: Mapping[int, int]
    on_duty: Mapping[str, int]
    could_serve: Mapping[str, int]
    presences: Mapping[UUID, Presence]
    holdings: Mapping[UUID, list[Holding]]
    transfers: Transfers
    drawn: dict[Sight, dict[str, Any]] = field(default_factory=dict)
    """What consoles with the same sight share, drawn once a round (chat.live.board)."""


def read_facts(question: Question) -> Facts:
    """At most eleven queries; those nobody here asks for are left out."""
    people = list(question.people)
    watching = bool(people) or question.waiting
    queue = whole_queue() if watching else []
    topics = {entry.topic_id for entry in queue}
    on_duty, could_serve = on_duty_by_topic(hands_on_duty() if people else ())
    return Facts(
        heads=heads_of(question.conversations) if question.conversations else [],
        versions=_versions(people) if people else {},
        sessions=_living_sessions(question.sessions) if question.sessions else frozenset(),
        queue=queue,
        places={entry.conversation_id: entry for entry in queue},
        waiting=Counter(entry.topic_id for entry in queue),
        accepts=accepts_by_topic(topics) if topics else {},
        on_duty=on_duty,
        could_serve=could_serve,
        presences=_presences(people) if people else {},
        holdings=_holdings(people) if people else {},
        transfers=open_transfers(people) if people else Transfers(),
    )


def both_numberings(conversation_id: UUID, *, public: int | None, staff: int | None) -> tuple[int, int]:
    """(public, staff) heads of what has been seen, from one of the two."""
    entries = Entry.objects.filter(conversation_id=conversation_id)
    if public is not None:
        known = entries.filter(public_seq__lte=public).aggregate(staff=Max("staff_seq"))
        return public, known["staff"] or 0
    known = entries.filter(staff_seq__lte=staff or 0).aggregate(public=Max("public_seq"))
    return known["public"] or 0, staff or 0


def seen_by_others(conversation_id: UUID, role: str) -> int:
    """How far the other side has read, in its own numbering."""
    others = Participant.objects.filter(conversation_id=conversation_id).exclude(role=role)
    return others.aggregate(upto=Max("seen_upto"))["upto"] or 0


def _versions(people: list[UUID]) -> dict[UUID, int]:
    rows = Person.objects.filter(pk__in=people, is_active=True).values_list("pk", "access_version")
    return dict(rows)


def _living_sessions(sessions: Collection[str]) -> frozenset[str]:
    rows = Session.objects.filter(session_key__in=list(sessions), expire_date__gt=timezone.now())
    return frozenset(rows.values_list("session_key", flat=True))


def _presences(people: list[UUID]) -> dict[UUID, Presence]:
    return {presence.person_id: presence for presence in Presence.objects.filter(person__in=people)}


def _present_part() -> QuerySet[Participant]:
    """The counsellor's own part in the conversation of the outer query."""
    return Participant.objects.filter(
        conversation=OuterRef("pk"), person=OuterRef("counsellor"), left_at__isnull=True
    )


def _holdings(people: list[UUID]) -> dict[UUID, list[Holding]]:
    now = timezone.now()
    rows = (
        with_silence(Conversation.objects.held_by_counsellors())
        .filter(counsellor__in=people)
        .annotate(seen=Subquery(_present_part().values("seen_upto")[:1]))
        .annotate(waits_from=F("silent_from"), nudge_after=F("nudge_minutes"))
        .order_by("accepted_at", "id")
        .values_list(
            "pk",
            "counsellor_id",
            "topic__slug",
            "status",
            "language",
            "staff_seq",
            "accepted_at",
            "last_seeker_at",
            "last_staff_at",
            "seen",
            "seeker_left_at",
            "waits_from",
            "nudge_after",
        )
    )
    held: dict[UUID, list[Holding]] = {}
    for row in rows:
        *_, seeker_left_at, waits_from, nudge_after = row
        holding = Holding(*row[:-3], seeker_left_at is not None, overdue(waits_from, nudge_after, now))
        held.setdefault(holding.counsellor_id, []).append(holding)
    return held
