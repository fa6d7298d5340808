"""When a conversation is forgotten, is its text really gone: keys, rows, bytes on the disk, and the bearer?"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone

from chat.errors import BadTokenError, ConversationClosedError
from chat.models import Conversation, ConversationKey, Entry, HelpSeeker, WrapUp
from chat.protocol import Close
from chat.sealing import SealError
from chat.selectors.conversation import conversation_of_bearer, staff_access
from chat.selectors.details import details_of
from chat.selectors.keys import cipher_of
from chat.selectors.log import read_entries
from chat.services.conversation import bearer_hash, forget_bearer
from chat.services.retention import forget_conversation, forget_old_conversations
from organisations.models import AuditEntry
from tests.cast import Cast, Seeker, finish, reply, take
from tests.chat.peer import Meeting

RETENTION = timedelta(days=settings.TOMOSHIBI.retention_days)


def lived_through(cast: Cast) -> Seeker:
    """A whole conversation, over and done with."""
    seeker = cast.seeker("loneliness", hope="listen")
    take(cast.harbour.counsellor)
    seeker.says("ことばの痕跡")
    reply(cast.harbour.counsellor, seeker, "へんじの痕跡")
    finish(cast.harbour.counsellor, seeker)
    return seeker


def forget(seeker: Seeker) -> bool:
    return forget_conversation(conversation_id=seeker.conversation_id)


@pytest.mark.django_db
def test_a_forgotten_conversation_keeps_its_numbers_and_none_of_its_text(cast: Cast) -> None:
    seeker = lived_through(cast)
    before: dict[str, Any] = {**Conversation.objects.values().get(pk=seeker.conversation_id)}
    assert forget(seeker)
    assert not ConversationKey.objects.filter(pk=seeker.conversation_id).exists()
    assert not Entry.objects.filter(body__isnull=False).exists()
    assert not WrapUp.objects.filter(note__isnull=False).exists()
    after: dict[str, Any] = {**Conversation.objects.values().get(pk=seeker.conversation_id)}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"answers", "forgotten_at", "access_version"}
    with pytest.raises(SealError):
        cipher_of(seeker.conversation_id)
    bodies = [entry.body for entry in read_entries(seeker.conversation_id, staff=True, after=0, limit=99)]
    assert set(bodies) == {"", None}
    details = details_of(staff_access(cast.harbour.supervisor, seeker.conversation_id))
    assert (details["answers"], details["wrap_up"]["note"]) == ([], "")
    entry = AuditEntry.objects.get(action="conversation.forgotten")
    assert (entry.actor, entry.object_id) == (None, str(seeker.conversation_id))


@pytest.mark.django_db
def test_the_bearer_of_a_forgotten_conversation_opens_nothing(cast: Cast) -> None:
    seeker = lived_through(cast)
    forget(seeker)
    with pytest.raises(BadTokenError):
        conversation_of_bearer(seeker.bearer, hashed=bearer_hash(seeker.bearer))
    with pytest.raises(ConversationClosedError):
        seeker.says("まだ")
    assert not forget(seeker), "once is enough"


@pytest.mark.django_db
def test_what_is_still_going_on_is_not_forgotten(cast: Cast) -> None:
    seeker = cast.answered()
    assert not forget(seeker)
    seeker.says("はい")
    assert [entry.body for entry in read_entries(seeker.conversation_id, staff=False, after=1, limit=9)] == [
        "はい"
    ]


@pytest.mark.django_db
def test_a_quick_exit_takes_the_hash_away_and_leaves(cast: Cast) -> None:
    seeker = cast.seeker()
    help_seeker = seeker.conversation.help_seeker
    forget_bearer(help_seeker=help_seeker)
    forget_bearer(help_seeker=help_seeker)
    assert HelpSeeker.objects.get().token_hash is None
    assert seeker.conversation.status == "abandoned"
    assert [entry.kind for entry in Entry.objects.all()] == ["left"]


@pytest.mark.django_db
def test_the_duty_forgets_what_is_old_enough_and_nothing_else(cast: Cast) -> None:
    old = lived_through(cast)
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        young = lived_through(cast)
        held = cast.answered()
    with time_machine.travel(timezone.now() + RETENTION - timedelta(minutes=1), tick=False) as clock:
        assert forget_old_conversations() == 0
        clock.shift(timedelta(minutes=2))
        assert forget_old_conversations() == 1
        assert forget_old_conversations() == 0
    forgotten = Conversation.objects.filter(forgotten_at__isnull=False)
    assert set(forgotten.values_list("pk", flat=True)) == {old.conversation_id}
    assert cipher_of(young.conversation_id) is not None
    assert cipher_of(held.conversation_id) is not None


def bytes_on_disk() -> bytes:
    """The file and its write-ahead log as a thief would find them after a checkpoint."""
    path = Path(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return b"".join(part.read_bytes() for part in path.parent.glob(path.name + "*"))


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_no_byte_of_it_is_left_on_the_disk(cast: Cast) -> None:
    seeker = lived_through(cast)
    staying = cast.answered()
    staying.says("のこる")
    key = ConversationKey.objects.get(pk=seeker.conversation_id)
    sealed = [bytes(body or b"") for body in Entry.objects.exclude(body=None).values_list("body", flat=True)]
    traces = [bytes(key.wrapped), *sealed[:2], bearer_hash(seeker.bearer).encode()]
    before = bytes_on_disk()
    assert all(trace in before for trace in traces), "the test would notice them"
    forget(seeker)
    after = bytes_on_disk()
    for trace in (*traces, "痕跡".encode(), seeker.bearer.encode()):
        assert trace not in after
    assert sealed[2] in after


async def test_an_open_socket_of_a_forgotten_conversation_is_blanked(meeting: Meeting) -> None:
    seeker = await meeting.do(lived_through, meeting.cast)
    tab = await meeting.seeker(seeker)
    await tab.sees("event", kind="closed")
    await meeting.do(forget, seeker)
    await tab.sees("revoked", code="bad_token")
    await tab.is_closed(Close.UNKNOWN)
