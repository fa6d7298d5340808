"""Who waits, in which order, and who could serve them? No text, no names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from chat.models import Conversation
from chat.models.lifecycle import Status
from chat.selectors.estimate import WaitRange, estimate_wait
from organisations.models import Person

ACCEPT_WINDOW = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One who waits. `position` counts from 1 within the topic."""

    conversation_id: UUID
    topic_id: int
    topic: str
    priority: int
    waiting_since: datetime
    language: str
    position: int


def load_of(person: Person) -> int:
    """How many conversations are in the person's hands; exact only under their presence lock."""
    return Conversation.objects.held_by_counsellors().filter(counsellor=person).count()


def whole_queue() -> list[QueueEntry]:
    """Everyone who waits, in queue order over all topics. One query."""
    rows = (
        Conversation.objects.waiting()
        .in_queue_order()
        .values_list("id", "topic_id", "topic__slug", "priority", "waiting_since", "language")
    )
    places: dict[int, int] = {}
    queue = []
    for conversation_id, topic_id, topic, priority, since, language in rows:
        assert since is not None  # who waits has waited since some time
        places[topic_id] = places.get(topic_id, 0) + 1
        queue.append(
            QueueEntry(conversation_id, topic_id, topic, priority, since, language, places[topic_id])
        )
    return queue


@lru_cache(maxsize=4096)
def _estimate(position: int, accepts: int) -> WaitRange | None:
    """Many people stand at the same place: the numerics are done once for each."""
    minutes = ACCEPT_WINDOW.total_seconds() / 60
    return estimate_wait(position=position, accepts=accepts, window_minutes=minutes)


def place_fields(*, position: int, waiting: int, accepts: int) -> dict[str, Any]:
    """A place in the queue as the waiting person sees it; `estimate` in whole minutes, None: we cannot say."""
    estimate = _estimate(position, accepts)
    return {
        "position": position,
        "waiting": waiting,
        "estimate": None if estimate is None else {"low": estimate.low, "high": estimate.high},
    }


def place_of(conversation: Conversation) -> dict[str, Any] | None:
    """One person's place, for the HTTP way; None when they do not wait (any more)."""
    if conversation.status != Status.WAITING:
        return None
    queue = Conversation.objects.waiting().filter(topic=conversation.topic_id).in_queue_order()
    ids = list(queue.values_list("pk", flat=True))
    if conversation.pk not in ids:
        return None
    accepts = accepts_by_topic([conversation.topic_id]).get(conversation.topic_id, 0)
    return place_fields(position=ids.index(conversation.pk) + 1, waiting=len(ids), accepts=accepts)


def accepts_by_topic(topic_ids: Iterable[int]) -> dict[int, int]:
    """Conversations accepted in the last ACCEPT_WINDOW, by topic; topics without any are left out."""
    rows = (
        Conversation.objects.filter(topic__in=topic_ids, accepted_at__gte=timezone.now() - ACCEPT_WINDOW)
        .values("topic_id")
        .annotate(n=Count("pk"))
        .values_list("topic_id", "n")
    )
    return dict(rows)
