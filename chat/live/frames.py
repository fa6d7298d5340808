"""How does a committed entry look on the wire, in each of the two streams?"""

from typing import Any

import orjson

from chat.protocol import milliseconds
from chat.signals import StoredEntry


def event_fields(entry: StoredEntry, *, staff: bool) -> dict[str, Any]:
    """One entry as an `event`; `staff` chooses the numbering and names the conversation."""
    fields: dict[str, Any] = {
        "type": "event",
        "seq": entry.staff_seq if staff else entry.public_seq,
        "at": milliseconds(entry.at),
        "kind": entry.kind,
        "role": entry.role,
        "from": entry.participant_id,
    }
    if staff:
        fields["conversation"] = entry.conversation_id
    if entry.cid is not None:
        fields["cid"] = entry.cid
    if entry.body is not None:
        fields["body"] = entry.body
    if entry.data:
        fields.update(entry.data)
    return fields


def event_text(entry: StoredEntry, *, staff: bool) -> str:
    return orjson.dumps(event_fields(entry, staff=staff)).decode()
