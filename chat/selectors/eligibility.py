"""Who may serve whom? What an organisation serves, and the topics and languages it has cleared a counsellor for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from chat.models import Clearance, Conversation, Presence, TopicService
from chat.models.clearance import EVERYBODY_SPEAKS
from organisations.models import Membership


@dataclass(frozen=True, slots=True)
class Reach:
    """What one counsellor may serve for one organisation.

    `served` are the topics of the organisation, `topics` those of them that this person may take: the plain ones,
    and those that need a clearance where they have it. Both map ids to slugs.
    """

    organisation_id: UUID
    served: Mapping[int, str]
    topics: Mapping[int, str]
    languages: frozenset[str]

    def admits(self, topic_id: int, language: str) -> bool:
        return topic_id in self.topics and language in self.languages


@dataclass(frozen=True, slots=True)
class Sight:
    """What one console is shown of the queue: `topics` to see, (topic, language) pairs to serve, topics of which
    a supervisor may take somebody out of order. Slugs."""

    topics: frozenset[str] = frozenset()
    serves: frozenset[tuple[str, str]] = frozenset()
    picks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody available whose browser is there, how many they have and may have, and whom they may serve."""

    person_id: UUID
    load: int
    capacity: int
    reaches: tuple[Reach, ...]

    @property
    def free(self) -> bool:
        return self.load < self.capacity


def reaches_of(person_id: UUID, organisation_ids: Iterable[UUID]) -> tuple[Reach, ...]:
    """What the person may serve, by organisation, in the order given. Two queries."""
    found = _reaches([(person_id, organisation_id) for organisation_id in organisation_ids])
    return tuple(found.get(person_id, ()))


def eligible(reaches: Collection[Reach]) -> Q:
    """Of conversations: those that one of these reaches admits. None admit nothing."""
    return _any_of(Q(topic__in=list(r.topics), language__in=sorted(r.languages)) for r in reaches)


def of_their_houses(reaches: Collection[Reach]) -> Q:
    """Of conversations: those on topics that the organisations serve, whoever may take them."""
    return _any_of(Q(topic__in=list(reach.served)) for reach in reaches)


def _any_of(conditions: Iterable[Q]) -> Q:
    whole = Q(pk__in=())
    for condition in conditions:
        whole |= condition
    return whole


def sight_of(reaches: Collection[Reach], supervised: Mapping[int, str]) -> Sight:
    """A counsellor sees the topics they may take, in any language; a supervisor all of their organisations."""
    picks = frozenset(supervised.values())
    serves = frozenset(
        (slug, said) for reach in reaches for slug in reach.topics.values() for said in reach.languages
    )
    return Sight(picks | {slug for slug, _ in serves}, serves, picks)


def hands_on_duty() -> list[Hand]:
    """Everybody available with a live lease, and what they may serve. Three queries, however many people."""
    rows = list(_present())
    reaches = _reaches((person_id, organisation_id) for person_id, organisation_id, _, _ in rows)
    places = {person_id: (load, capacity) for person_id, _, capacity, load in rows}
    return [
        Hand(person_id, load, capacity, tuple(reaches.get(person_id, ())))
        for person_id, (load, capacity) in places.items()
    ]


def _present() -> QuerySet[Membership, tuple[UUID, UUID, int, int]]:
    held = (
        Conversation.objects.held_by_counsellors()
        .filter(counsellor=OuterRef("person"))
        .order_by()
        .values("counsellor")
        .annotate(n=Count("pk"))
        .values("n")
    )
    present = Membership.objects.in_force().filter(
        role=Membership.Role.COUNSELLOR,
        organisation__is_active=True,
        person__is_active=True,
        person__presence__status=Presence.Status.AVAILABLE,
        person__presence__lease_until__gt=timezone.now(),
    )
    rows: QuerySet[Membership, tuple[UUID, UUID, int, int]] = (
        present.annotate(load=Coalesce(Subquery(held, output_field=IntegerField()), 0))
        .order_by()
        .values_list("person_id", "organisation_id", "person__presence__capacity", "load")
    )
    return rows


def served_topics(organisation_ids: Collection[UUID]) -> dict[int, str]:
    """Active topics that one of these organisations serves, whoever may take them. One query."""
    return {row.topic_id: row.slug for row in _services(organisation_ids)}


@dataclass(frozen=True, slots=True)
class _Service:
    organisation_id: UUID
    topic_id: int
    slug: str
    needs_clearance: bool


def _services(organisation_ids: Collection[UUID]) -> list[_Service]:
    rows = TopicService.objects.in_force().filter(organisation__in=organisation_ids, topic__is_active=True)
    fields = rows.order_by().values_list(
        "organisation_id", "topic_id", "topic__slug", "topic__needs_clearance"
    )
    return [_Service(*row) for row in fields]


def _reaches(pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, list[Reach]]:
    """By person, for each (person, organisation) in the order given."""
    pairs = list(dict.fromkeys(pairs))
    if not pairs:
        return {}
    people = {person_id for person_id, _ in pairs}
    organisations = {organisation_id for _, organisation_id in pairs}
    services: dict[UUID, list[_Service]] = defaultdict(list)
    for service in _services(organisations):
        services[service.organisation_id].append(service)
    cleared: dict[tuple[UUID, UUID], set[int | str]] = defaultdict(set)
    clearances = Clearance.objects.in_force().filter(person__in=people, organisation__in=organisations)
    for person_id, organisation_id, topic_id, language in clearances.values_list(
        "person_id", "organisation_id", "topic_id", "language"
    ):
        cleared[person_id, organisation_id].add(language if topic_id is None else topic_id)
    found: dict[UUID, list[Reach]] = defaultdict(list)
    for person_id, organisation_id in pairs:
        found[person_id].append(
            _reach(organisation_id, services[organisation_id], cleared[person_id, organisation_id])
        )
    return found


def _reach(organisation_id: UUID, services: Iterable[_Service], cleared: set[int | str]) -> Reach:
    services = list(services)
    return Reach(
        organisation_id=organisation_id,
        served={row.topic_id: row.slug for row in services},
        topics={
            row.topic_id: row.slug for row in services if not row.needs_clearance or row.topic_id in cleared
        },
        languages=EVERYBODY_SPEAKS | {each for each in cleared if isinstance(each, str)},
    )


def on_duty_by_topic(hands: Iterable[Hand]) -> tuple[dict[str, int], dict[str, int]]:
    """How many people on duty may take the topic, and how many of them have a free place; by slug."""
    on_duty: dict[str, int] = defaultdict(int)
    could_serve: dict[str, int] = defaultdict(int)
    for hand in hands:
        for slug in {slug for reach in hand.reaches for slug in reach.topics.values()}:
            on_duty[slug] += 1
            could_serve[slug] += hand.free
    return dict(on_duty), dict(could_serve)


def waits_that_somebody_free_could_serve(waited_since: datetime) -> dict[str, int]:
    """Conversations that have waited since before then though somebody free may take them; by topic.

    One query when nobody has waited so long, four otherwise.
    """
    groups = (
        Conversation.objects.waiting()
        .filter(waiting_since__lte=waited_since)
        .order_by()
        .values("topic_id", "language", slug=F("topic__slug"))
        .annotate(n=Count("pk"))
        .values_list("topic_id", "language", "slug", "n")
    )
    waits = list(groups)
    free = [hand for hand in hands_on_duty() if hand.free] if waits else []
    could: dict[str, int] = defaultdict(int)
    for topic_id, language, slug, count in waits:
        if any(reach.admits(topic_id, language) for hand in free for reach in hand.reaches):
            could[slug] += count
    return dict(could)
