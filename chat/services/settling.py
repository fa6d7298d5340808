"""How does an open transfer come to its end, whoever or whatever ends it?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from chat.models import Conversation, Entry, Transfer
from chat.services.log import Draft


def settle(
    transfer: Transfer,
    status: Transfer.Status,
    *,
    at: datetime,
    participant_id: UUID | None = None,
    role: str = "system",
    cid: str | None = None,
) -> Draft:
    """Mark an open transfer of a locked conversation; the entry that tells it in the staff stream."""
    transfer.status = status
    transfer.settled_at = at
    transfer.settled_cid = cid or ""
    transfer.save(update_fields=["status", "settled_at", "settled_cid"])
    return Draft(
        kind=Entry.Kind.TRANSFER,
        role=role,
        public=False,
        participant_id=participant_id,
        cid=cid if participant_id is not None else None,
        data=transfer_data(transfer),
    )


def settle_open(conversation: Conversation, *, at: datetime) -> list[Draft]:
    """An offer does not outlive what it offered: whoever ends or gives back a locked conversation calls this."""
    left = Transfer.objects.filter(conversation=conversation, status=Transfer.Status.OFFERED)
    return [settle(transfer, Transfer.Status.WITHDRAWN, at=at) for transfer in left]


def transfer_data(transfer: Transfer) -> dict[str, Any]:
    """What an entry says of a transfer: ids and codes; its note is the entry's body."""
    target = transfer.to_person_id or transfer.to_organisation_id or transfer.to_topic_id
    return {
        "transfer": {
            "id": str(transfer.pk),
            "state": str(transfer.status),
            "to_kind": str(transfer.to_kind),
            "to": str(target),
        }
    }
