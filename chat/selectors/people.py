"""Who takes part in a conversation, as the others may know it?"""

from typing import Any
from uuid import UUID

from chat.models import Participant


def people_of(conversation_id: UUID) -> list[dict[str, Any]]:
    """Everyone who has joined, first come first: id, role, display name, organisation, still there or not.

    The organisation is named in the help-seeker's language.
    """
    rows = (
        Participant.objects.filter(conversation_id=conversation_id)
        .order_by("joined_at", "id")
        .select_related("conversation", "organisation")
    )
    return [
        {
            "id": str(row.pk),
            "role": row.role,
            "name": row.name,
            "organisation": row.organisation.name_in(row.conversation.language) if row.organisation else "",
            "present": row.left_at is None,
        }
        for row in rows
    ]
