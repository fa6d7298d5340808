"""What does the database hold at the end of a story? `python -m tests.journeys.ledger conversations`, as JSON.

It also sets the stage where a story needs other opening hours than the demonstration's.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Any

import django
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def conversations() -> Iterator[dict[str, Any]]:
    """Every conversation, the oldest first, with its whole log in the order of the staff stream."""
    from chat.models import Conversation
    from chat.selectors.log import read_entries

    for conversation in Conversation.objects.order_by("requested_at"):
        entries = read_entries(conversation.pk, staff=True, after=0, limit=10_000)
        yield {
            "id": str(conversation.pk),
            "status": conversation.status,
            "public_head": conversation.public_seq,
            "staff_head": conversation.staff_seq,
            "entries": [
                {
                    "kind": entry.kind,
                    "role": entry.role,
                    "staff_seq": entry.staff_seq,
                    "public_seq": entry.public_seq,
                    "body": entry.body,
                }
                for entry in entries
            ],
        }


def audit() -> Iterator[dict[str, Any]]:
    from organisations.models import AuditEntry

    for entry in AuditEntry.objects.select_related("actor").order_by("pk"):
        yield {
            "action": entry.action,
            "actor": entry.actor.email if entry.actor else None,
            "object": entry.object_id,
        }


def opens_tomorrow(topic: str) -> Iterator[str]:
    """The topic opens from nine to ten on the weekday of tomorrow in Japan, and at no other time."""
    from chat.models import Topic
    from chat.services.opening import set_weekly_hours

    tomorrow = timezone.localtime() + timedelta(days=1)
    hours = [(tomorrow.weekday(), time(9), time(10))]
    set_weekly_hours(topic=Topic.objects.get(slug=topic), hours=hours, by=None)
    yield f"{tomorrow.month}月{tomorrow.day}日"


if __name__ == "__main__":
    django.setup()
    question, *words = sys.argv[1:]
    answers: dict[str, Callable[..., Iterator[Any]]] = {
        "conversations": conversations,
        "audit": audit,
        "opens-tomorrow": opens_tomorrow,
    }
    json.dump(list(answers[question](*words)), sys.stdout)
