"""What has just been committed, for whoever keeps sockets: news, in the past tense, never the record itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

# Sent after commit with `news`: a list of the classes below. Losing it loses nothing: the repair round reads heads.
committed = Signal()


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One entry of the log as it was committed, opened; stays inside the process that wrote it."""

    conversation_id: UUID
    staff_seq: int
    public_seq: int | None
    kind: str
    role: str
    participant_id: UUID | None
    cid: str | None
    body: str | None
    data: dict[str, Any] | None
    at: datetime


@dataclass(frozen=True, slots=True)
class HeadsMoved:
    """A conversation's heads, its status and its access version as of some commit."""

    conversation_id: UUID
    public_seq: int
    staff_seq: int
    access_version: int
    status: str


@dataclass(frozen=True, slots=True)
class QueueMoved:
    """Somebody came to or left a topic's queue, or a counsellor's presence changed."""


@dataclass(frozen=True, slots=True)
class RightsMoved:
    """A person's rights changed."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class TypingMoved:
    """Somebody began or stopped typing; never what."""

    conversation_id: UUID
    participant_id: UUID
    role: str
    on: bool


@dataclass(frozen=True, slots=True)
class SeenMoved:
    """Somebody has seen up to here, in both numberings."""

    conversation_id: UUID
    participant_id: UUID
    role: str
    public_upto: int
    staff_upto: int


News = StoredEntry | HeadsMoved | QueueMoved | RightsMoved | TypingMoved | SeenMoved


def announce(news: Sequence[News]) -> None:
    """Tell after the commit, or at once outside a transaction; a receiver's failure never undoes the commit."""
    told = list(news)
    if told:
        transaction.on_commit(lambda: committed.send_robust(sender=None, news=told), robust=True)
