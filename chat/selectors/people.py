"""Who takes part in a conversation, as the others may know it?"""

from typing import Any
from uuid import UUID

from chat.models import Participant


def people_of(conversation_id: UUID) -> list[dict[str, Any]]:
    """Everyone who has joined, first come first: id, role, display name, organisation's name, still there or not."""
    rows = (
        Participant.objects.filter(conversation_id=conversation_id)
        .order_by("joined_at", "id")
        .values_list("pk", "role", "name", "organisation__name", "left_at")
    )
    return [
        {
            "id": str(pk),
            "role": role,
            "name": name,
            "organisation": organisation or "",
            "present": left_at is None,
        }
        for pk, role, name, organisation, left_at in rows
    ]
