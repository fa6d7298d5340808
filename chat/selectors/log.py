"""What stands in a conversation's log after a given number, in which stream?"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from chat.models import Conversation, Entry
from chat.protocol import BACKLOG_LIMIT
from chat.sealing import SealError, entry_place
from chat.selectors.keys import cipher_of
from chat.signals import HeadsMoved, StoredEntry

FORGOTTEN = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in order, and the head of the stream at the time of reading."""

    entries: list[StoredEntry]
    head: int


def page_of(conversation_id: UUID, *, staff: bool, after: int, limit: int = BACKLOG_LIMIT) -> Page:
    """Up to `limit` entries after `after` in the given stream. The caller has checked the right to read."""
    head = (
        Conversation.objects.filter(pk=conversation_id)
        .values_list("staff_seq" if staff else "public_seq", flat=True)
        .first()
    )
    return Page(read_entries(conversation_id, staff=staff, after=after, limit=limit), head or 0)


def read_entries(conversation_id: UUID, *, staff: bool, after: int, limit: int) -> list[StoredEntry]:
    """Entries after `after`, opened, in order. One query (two when the key is not at hand)."""
    rows = Entry.objects.filter(conversation_id=conversation_id)
    if staff:
        rows = rows.filter(staff_seq__gt=after).order_by("staff_seq")
    else:
        rows = rows.filter(public_seq__gt=after).order_by("public_seq")
    return [_opened(entry) for entry in rows[:limit]]


def heads_of(conversation_ids: Iterable[UUID]) -> list[HeadsMoved]:
    """Heads, access version and status of many conversations. One query."""
    rows = Conversation.objects.filter(pk__in=list(conversation_ids)).values_list(
        "pk", "public_seq", "staff_seq", "access_version", "status"
    )
    return [HeadsMoved(*row) for row in rows]


def _opened(entry: Entry) -> StoredEntry:
    return StoredEntry(
        entry.conversation_id,
        entry.staff_seq,
        entry.public_seq,
        entry.kind,
        entry.role,
        entry.participant_id,
        entry.cid,
        _text(entry),
        entry.data,
        entry.at,
    )


def _text(entry: Entry) -> str | None:
    if entry.body is None:
        return FORGOTTEN if entry.kind in (Entry.Kind.MESSAGE, Entry.Kind.NOTE) else None
    try:
        return cipher_of(entry.conversation_id).open(bytes(entry.body), entry_place(entry.staff_seq))
    except SealError:
        return FORGOTTEN
