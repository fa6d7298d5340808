"""What does one console's board show? A whole picture each time, built from the round's facts: no text, no gaps."""

from typing import Any
from uuid import UUID

from chat.models import Presence
from chat.models.presence import DEFAULT_CAPACITY
from chat.protocol import encode, milliseconds
from chat.selectors.eligibility import Sight
from chat.selectors.queue import QueueEntry
from chat.selectors.round import Facts, Holding

QUEUE_SHOWN = 50


class Board:
    """One person's board on one socket; `sight` is what of the queue they may see, serve and pick from."""

    def __init__(self) -> None:
        self.sight = Sight()
        self._version = 0
        self._shown = ""

    def picture(self, facts: Facts, person_id: UUID) -> str | None:
        """The frame to send, or None when nothing has changed since the last one."""
        fields = self.fields(facts, person_id)
        text = encode({**fields, "version": 0})
        if text == self._shown:
            return None
        self._shown = text
        self._version += 1
        return encode({**fields, "version": self._version})

    def fields(self, facts: Facts, person_id: UUID) -> dict[str, Any]:
        held = facts.holdings.get(person_id, [])
        return {
            "type": "board",
            "version": self._version,
            **_shared(self.sight, facts),
            "mine": [_holding(holding, facts) for holding in held],
            "offers": facts.transfers.offered_to.get(person_id, []),
            "presence": presence_fields(facts.presences.get(person_id), len(held)),
        }


def _shared(sight: Sight, facts: Facts) -> dict[str, Any]:
    """Topic counts and the head of the queue: the same for everybody with the same sight."""
    drawn = facts.drawn.get(sight)
    if drawn is None:
        queue = [entry for entry in facts.queue if entry.topic in sight.topics]
        drawn = facts.drawn[sight] = {
            "topics": [_topic(slug, queue, facts, sight) for slug in sorted(sight.topics)],
            "queue": [_waiting(entry, sight) for entry in queue[:QUEUE_SHOWN]],
        }
    return drawn


def presence_fields(presence: Presence | None, load: int) -> dict[str, Any]:
    """Status, capacity and load as every frame shows them; somebody never on duty is away."""
    if presence is None:
        return {"status": str(Presence.Status.AWAY), "capacity": DEFAULT_CAPACITY, "load": load}
    return {"status": presence.status, "capacity": presence.capacity, "load": load}


def _topic(slug: str, queue: list[QueueEntry], facts: Facts, sight: Sight) -> dict[str, Any]:
    """`servable` are those of the waiting that this person may take; `could_serve` those who could take one now."""
    waiting = [entry for entry in queue if entry.topic == slug]
    since = [entry.waiting_since for entry in waiting]
    return {
        "id": slug,
        "waiting": len(since),
        "servable": sum((entry.topic, entry.language) in sight.serves for entry in waiting),
        "oldest_at": milliseconds(min(since)) if since else None,
        "on_duty": facts.on_duty.get(slug, 0),
        "could_serve": facts.could_serve.get(slug, 0),
    }


def _waiting(entry: QueueEntry, sight: Sight) -> dict[str, Any]:
    return {
        "conversation": entry.conversation_id,
        "topic": entry.topic,
        "priority": entry.priority,
        "waiting_since": milliseconds(entry.waiting_since),
        "language": entry.language,
        "servable": (entry.topic, entry.language) in sight.serves,
        "pickable": entry.topic in sight.picks,
    }


def _holding(held: Holding, facts: Facts) -> dict[str, Any]:
    return {
        "conversation": held.conversation_id,
        "topic": held.topic,
        "status": held.status,
        "language": held.language,
        "head": held.head,
        "accepted_at": held.accepted_at and milliseconds(held.accepted_at),
        "last_seeker_at": held.last_seeker_at and milliseconds(held.last_seeker_at),
        "last_staff_at": held.last_staff_at and milliseconds(held.last_staff_at),
        "seen": held.seen,
        "seeker_left": held.seeker_left,
        "transfer": facts.transfers.of_conversation.get(held.conversation_id),
        "nudge_since": held.nudge_since and milliseconds(held.nudge_since),
    }
