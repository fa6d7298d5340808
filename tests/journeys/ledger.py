"""What does the database hold at the end of a story? `python -m tests.journeys.ledger conversations|audit`, as JSON."""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import django

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


if __name__ == "__main__":
    django.setup()
    question = {"conversations": conversations, "audit": audit}[sys.argv[1]]
    json.dump(list(question()), sys.stdout)
