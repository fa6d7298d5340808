"""How is a message stored so that it is never lost, doubled or out of order, many of them in one commit?

`post_batch` takes what gathered while the last commit ran. In one transaction it locks the conversations in id
order, reads the writers' rights and earlier answers under that lock, numbers, seals, inserts, and moves the heads:
four statements for a whole batch, whatever its size.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from chat.errors import ConversationClosedError, DomainError, NotFoundError, RateLimitedError
from chat.models import Conversation, Entry, Participant
from chat.models.lifecycle import ASSIGNED, OPEN, Status
from chat.sealing import ConversationCipher, entry_place
from chat.selectors.keys import ciphers_of
from chat.signals import StoredEntry, announce

SEEKER = str(Participant.Role.SEEKER)
SEEKER_MAY_WRITE = frozenset(map(str, OPEN))
STAFF_MAY_WRITE = frozenset(map(str, ASSIGNED))
MESSAGE = str(Entry.Kind.MESSAGE)
PACE_WINDOW = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Post:
    """One message to store. `body` has passed protocol.normalise_body."""

    conversation_id: UUID
    participant_id: UUID
    cid: str
    body: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The cid was stored before: the first answer again."""

    cid: str
    public_seq: int | None
    staff_seq: int
    at: datetime


Outcome = StoredEntry | Answered | DomainError


@dataclass(slots=True)
class _Heads:
    """A locked conversation while a batch is being numbered."""

    status: str
    public_seq: int
    staff_seq: int
    answered: bool
    established: bool
    seeker_at: datetime | None
    staff_at: datetime | None
    moved: bool = False
    first_answer: bool = False
    first_both: bool = False
    taken_up: bool = False


@dataclass(frozen=True, slots=True)
class _Writer:
    conversation_id: UUID
    role: str
    present: bool


@dataclass(slots=True)
class _Round:
    """What one transaction read under its locks, and what it has made so far."""

    now: datetime
    heads: dict[UUID, _Heads]
    writers: dict[UUID, _Writer]
    answers: dict[tuple[UUID, str], Answered]
    ciphers: dict[UUID, ConversationCipher]
    rows: list[tuple[Any, ...]] = field(default_factory=list)


def post_message(post: Post) -> StoredEntry | Answered:
    """Store one message and tell of it. Raises NotFoundError, ConversationClosedError."""
    outcome = post_batch([post])[0]
    if isinstance(outcome, DomainError):
        raise outcome
    if isinstance(outcome, StoredEntry):
        announce([outcome])
    return outcome


def post_at_pace(post: Post) -> StoredEntry | Answered:
    """`post_message` the HTTP way, as fast as a socket allows. Raises RateLimitedError beside its refusals."""
    _keep_pace(post)
    return post_message(post)


def _keep_pace(post: Post) -> None:
    """A repeat is always answered; anything new has to wait when the last seconds were full."""
    said = Entry.objects.filter(conversation=post.conversation_id, participant=post.participant_id)
    if said.filter(cid=post.cid).exists():
        return
    since = timezone.now() - PACE_WINDOW
    lately = (
        said.filter(at__gt=since, kind=Entry.Kind.MESSAGE).order_by("-staff_seq").values_list("at", flat=True)
    )
    full = list(lately[: settings.TOMOSHIBI.sends_per_10s])
    if len(full) == settings.TOMOSHIBI.sends_per_10s:
        raise RateLimitedError(retry_after=(full[-1] - since).total_seconds())


def post_batch(posts: Sequence[Post]) -> list[Outcome]:
    """Store messages in the given order; one outcome each, in the same order.

    A post that is refused harms no other. A database error stores none of them and is raised.
    """
    with transaction.atomic():
        batch = _read(posts)
        outcomes = [_post(batch, post) for post in posts]
        _insert(batch.rows)
        _move_heads(batch)
    return outcomes


def _post(batch: _Round, post: Post) -> Outcome:
    writer = batch.writers.get(post.participant_id)
    heads = batch.heads.get(post.conversation_id)
    if writer is None or heads is None or writer.conversation_id != post.conversation_id:
        return NotFoundError()
    earlier = batch.answers.get((post.participant_id, post.cid))
    if earlier is not None:
        return earlier
    refusal = _refusal(batch, post, writer, heads)
    if refusal is not None:
        return refusal
    return _number(batch, post, writer.role, heads)


def _refusal(batch: _Round, post: Post, writer: _Writer, heads: _Heads) -> DomainError | None:
    may_write = SEEKER_MAY_WRITE if writer.role == SEEKER else STAFF_MAY_WRITE
    if heads.status not in may_write or (writer.role == SEEKER and not writer.present):
        return ConversationClosedError()
    if not writer.present:
        return NotFoundError()
    if post.conversation_id not in batch.ciphers:  # its text was forgotten
        return ConversationClosedError()
    return None


def _number(batch: _Round, post: Post, role: str, heads: _Heads) -> StoredEntry:
    heads.staff_seq += 1
    heads.public_seq += 1
    heads.moved = True
    _note_speaker(heads, role, batch.now)
    sealed = batch.ciphers[post.conversation_id].seal(post.body, entry_place(heads.staff_seq))
    batch.rows.append(
        (
            post.conversation_id,
            heads.staff_seq,
            heads.public_seq,
            MESSAGE,
            role,
            post.participant_id,
            post.cid,
            sealed,
            batch.now,
        )
    )
    batch.answers[post.participant_id, post.cid] = Answered(
        post.cid, heads.public_seq, heads.staff_seq, batch.now
    )
    return StoredEntry(
        post.conversation_id,
        heads.staff_seq,
        heads.public_seq,
        MESSAGE,
        role,
        post.participant_id,
        post.cid,
        post.body,
        None,
        batch.now,
    )


def _note_speaker(heads: _Heads, role: str, now: datetime) -> None:
    """Answered: a counsellor has spoken. Established: both have."""
    if role == SEEKER:
        heads.seeker_at = now
    else:
        heads.staff_at = now
        if not heads.answered:
            heads.answered = heads.first_answer = True
        if heads.status == Status.ACCEPTED:  # somebody else may have answered before it was given back
            heads.status, heads.taken_up = str(Status.ACTIVE), True
    if not heads.established and heads.answered and heads.seeker_at is not None:
        heads.established = heads.first_both = True


def _read(posts: Sequence[Post]) -> _Round:
    """Lock first; then read rights and earlier answers, which nobody can change any more."""
    ids = sorted({post.conversation_id for post in posts})
    heads = _lock(ids)
    writers, answers = _writers_and_answers(posts)
    return _Round(timezone.now(), heads, writers, answers, ciphers_of(ids))


def _lock(ids: list[UUID]) -> dict[UUID, _Heads]:
    rows = (
        Conversation.objects.select_for_update(of=("self",))
        .filter(pk__in=ids)
        .order_by("pk")
        .values_list(
            "pk",
            "status",
            "public_seq",
            "staff_seq",
            "answered_at",
            "established_at",
            "last_seeker_at",
            "last_staff_at",
        )
    )
    return {
        pk: _Heads(status, public, staff, answered is not None, both is not None, seeker_at, staff_at)
        for pk, status, public, staff, answered, both, seeker_at, staff_at in rows
    }


def _writers_and_answers(
    posts: Sequence[Post],
) -> tuple[dict[UUID, _Writer], dict[tuple[UUID, str], Answered]]:
    # All three columns of the unique key come from `asked`: joined by way of the participant, PostgreSQL looks
    # through everything a writer has said so far, and a long conversation slows down.
    asked, params = _table(
        ("uuid", "uuid", "varchar"),
        [(post.conversation_id, post.participant_id, post.cid) for post in posts],
    )
    sql = (
        f"WITH asked(conversation_id, participant_id, cid) AS ({asked}) "
        "SELECT p.id, p.conversation_id, p.role, p.left_at, a.cid, e.public_seq, e.staff_seq, e.at "
        "FROM asked a JOIN chat_participant p ON p.id = a.participant_id "
        "LEFT JOIN chat_entry e ON e.conversation_id = a.conversation_id "
        "AND e.participant_id = a.participant_id AND e.cid = a.cid"
    )
    writers: dict[UUID, _Writer] = {}
    answers: dict[tuple[UUID, str], Answered] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for pk, conversation, role, left_at, cid, public, staff, at in cursor.fetchall():
            participant = _uuid(pk)
            writers[participant] = _Writer(_uuid(conversation), role, left_at is None)
            if staff is not None:
                answers[participant, cid] = Answered(cid, public, staff, _time(at))
    return writers, answers


def _insert(rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    table, params = _table(
        ("uuid", "int", "int", "varchar", "varchar", "uuid", "varchar", "bytea", "timestamptz"),
        rows,
    )
    sql = (
        "INSERT INTO chat_entry "
        "(conversation_id, staff_seq, public_seq, kind, role, participant_id, cid, body, at) "
        f"{table}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _move_heads(batch: _Round) -> None:
    moved = [(pk, heads) for pk, heads in batch.heads.items() if heads.moved]
    if not moved:
        return
    table, params = _table(
        ("uuid", "int", "int", "timestamptz", "timestamptz"),
        [(pk, heads.public_seq, heads.staff_seq, heads.seeker_at, heads.staff_at) for pk, heads in moved],
    )
    sql = (
        f"WITH moved(id, public_seq, staff_seq, seeker_at, staff_at) AS ({table}) "
        "UPDATE chat_conversation SET public_seq = moved.public_seq, staff_seq = moved.staff_seq, "
        "last_seeker_at = moved.seeker_at, last_staff_at = moved.staff_at "
        "FROM moved WHERE chat_conversation.id = moved.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
    for pk, heads in moved:
        if heads.first_answer or heads.first_both or heads.taken_up:
            _mark_firsts(pk, heads, batch.now)


def _mark_firsts(pk: UUID, heads: _Heads, now: datetime) -> None:
    """A few times in a conversation's life: it was answered, by whoever has it now; both have spoken."""
    changes: dict[str, Any] = {}
    if heads.first_answer:
        changes["answered_at"] = now
    if heads.taken_up:
        changes["status"] = Status.ACTIVE
    if heads.first_both:
        changes["established_at"] = now
    Conversation.objects.filter(pk=pk).update(**changes)


def _table(types: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """(SQL, parameters) of a table with these rows. PostgreSQL takes one array a column: a statement that is
    the same for every batch, where reading thousands of places cost it more than storing the rows."""
    if connection.vendor == "postgresql":
        columns = ", ".join(f"%s::{name}[]" for name in types)
        return f"SELECT * FROM unnest({columns})", [list(column) for column in zip(*rows, strict=True)]
    place = f"({', '.join(['%s'] * len(types))})"
    adapt: dict[str, Callable[[Any], Any]] = {
        "uuid": lambda value: value.hex,
        "timestamptz": connection.ops.adapt_datetimefield_value,
    }
    fits = [adapt.get(name, lambda value: value) for name in types]
    params = [fit(value) for row in rows for fit, value in zip(fits, row, strict=True)]
    return f"VALUES {', '.join([place] * len(rows))}", params


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _time(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value  # SQLite's are UTC and do not say so
