"""How does an entry get into a conversation's log? Under the row lock, numbered in both streams, sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat.errors import NotFoundError
from chat.models import Conversation, Entry
from chat.sealing import entry_place
from chat.selectors.keys import cipher_of
from chat.signals import HeadsMoved, News, StoredEntry, announce


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry that has no number yet. `data` holds ids, codes and numbers, never text."""

    kind: Entry.Kind
    role: str
    public: bool
    participant_id: UUID | None = None
    cid: str | None = None
    body: str | None = None
    data: dict[str, Any] | None = None


def lock_conversation(conversation_id: UUID) -> Conversation:
    """The conversation under its row lock (on SQLite the transaction itself is the lock). Raises NotFoundError."""
    _require_transaction()
    try:
        return Conversation.objects.select_for_update(of=("self",)).get(pk=conversation_id)
    except Conversation.DoesNotExist:
        raise NotFoundError from None


def append(conversation: Conversation, drafts: Sequence[Draft], *, at: datetime | None = None) -> list[Entry]:
    """Append to the log of a locked conversation, save the conversation, announce both after commit.

    Whatever else the caller changed on the conversation's fields is saved with it.
    """
    _require_transaction()
    at = at or timezone.now()
    entries = [_number(conversation, draft, at) for draft in drafts]
    Entry.objects.bulk_create(entries)
    conversation.save()
    announce([*map(_stored, entries, drafts), heads(conversation)])
    return entries


def touch_access(conversation: Conversation) -> None:
    """Note on a locked conversation that its readers changed; saved by the `append` that follows."""
    conversation.access_version += 1


def heads(conversation: Conversation) -> HeadsMoved:
    return HeadsMoved(
        conversation.pk,
        conversation.public_seq,
        conversation.staff_seq,
        conversation.access_version,
        conversation.status,
    )


def answer_to(conversation_id: UUID, participant_id: UUID, cid: str) -> Entry | None:
    """The entry an earlier sending of this cid made, if it did."""
    return Entry.objects.filter(
        conversation_id=conversation_id, participant_id=participant_id, cid=cid
    ).first()


def _number(conversation: Conversation, draft: Draft, at: datetime) -> Entry:
    conversation.staff_seq += 1
    if draft.public:
        conversation.public_seq += 1
    sealed = None
    if draft.body is not None:
        sealed = cipher_of(conversation.pk).seal(draft.body, entry_place(conversation.staff_seq))
    return Entry(
        conversation=conversation,
        staff_seq=conversation.staff_seq,
        public_seq=conversation.public_seq if draft.public else None,
        kind=draft.kind,
        role=draft.role,
        participant_id=draft.participant_id,
        cid=draft.cid,
        body=sealed,
        data=draft.data,
        at=at,
    )


def _stored(entry: Entry, draft: Draft) -> News:
    return StoredEntry(
        entry.conversation_id,
        entry.staff_seq,
        entry.public_seq,
        str(entry.kind),
        entry.role,
        entry.participant_id,
        entry.cid,
        draft.body,
        entry.data,
        entry.at,
    )


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        msg = "a conversation's log is written inside a transaction only"
        raise RuntimeError(msg)
