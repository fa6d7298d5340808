"""Who comes in, with which first frame, and what is caught up with?"""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import OperationalError

from chat.consumers import seeker as seeker_socket
from chat.models import Conversation, Entry
from chat.protocol import Close
from chat.services.message import Post, post_batch
from tests.cast import Seeker, finish, make_bearer, make_cid, reply, sign_in
from tests.chat.peer import CONSOLE_PATH, SEEKER_PATH, Meeting, Peer


def seqs(peer: Peer) -> list[int]:
    return [event["seq"] for event in peer.events()]


def write_many(seeker: Seeker, count: int) -> None:
    """As over a socket, in one batch."""
    post_batch(
        [Post(seeker.conversation_id, seeker.participant_id, make_cid(), f"{n}") for n in range(count)]
    )


async def test_a_help_seeker_who_waits_is_welcomed_and_then_told_their_place(meeting: Meeting) -> None:
    await meeting.do(meeting.cast.seeker)
    second = await meeting.do(meeting.cast.seeker)
    peer = await meeting.connect(SEEKER_PATH)
    await peer.sends("hello", v=1, token=second.bearer, have=0)
    welcome = await peer.sees("welcome")
    assert welcome["conversation"] == {
        "id": str(second.conversation_id),
        "status": "waiting",
        "topic": "loneliness",
        "head": 0,
    }
    assert [person["role"] for person in welcome["people"]] == ["seeker"]
    assert welcome["limits"] == {"body": 4000, "ping": 20, "typing": 8}
    await peer.sees_nothing()
    await meeting.turn()
    assert await peer.sees("queue") == {"type": "queue", "position": 2, "waiting": 2, "estimate": None}


async def test_somebody_who_comes_back_is_told_what_was_missed_and_nothing_twice(meeting: Meeting) -> None:
    counsellor = meeting.cast.harbour.counsellor
    seeker = await meeting.do(meeting.cast.answered)
    for number in range(4):
        await meeting.do(seeker.says, f"はい {number}")
    await meeting.do(reply, counsellor, seeker, "読んでいます")
    peer = await meeting.seeker(seeker, have=2)
    await peer.sees("event", seq=6)
    assert seqs(peer) == [3, 4, 5, 6]
    console = await meeting.console(counsellor, have={seeker.conversation_id: 5})
    await console.sees("event", seq=7)
    assert seqs(console) == [6, 7]


async def test_a_console_follows_its_own_conversations_and_no_others(meeting: Meeting) -> None:
    cast = meeting.cast
    mine = await meeting.do(cast.answered)
    theirs = await meeting.do(cast.answered, cast.hill.counsellor)
    console = await meeting.console(cast.harbour.counsellor)
    await console.sees("event", kind="assigned", conversation=mine.conversation_id)
    await meeting.do(theirs.says, "ないしょ")
    await meeting.turn()
    assert {event["conversation"] for event in console.events()} == {str(mine.conversation_id)}


async def test_whoever_misses_more_than_two_hundred_is_asked_to_page(meeting: Meeting) -> None:
    seeker = await meeting.do(meeting.cast.seeker)
    await meeting.do(write_many, seeker, 201)
    peer = await meeting.seeker(seeker)
    assert await peer.sees("limited") == {"type": "limited", "head": 201, "have": 0}
    await meeting.do(write_many, seeker, 1)
    await meeting.turn()
    await peer.sees_nothing("event")
    await peer.sends("resync", have=200)
    await peer.sees("event", seq=202)
    assert seqs(peer) == [201, 202]


async def test_two_hundred_missing_are_simply_sent(meeting: Meeting) -> None:
    seeker = await meeting.do(meeting.cast.seeker)
    await meeting.do(write_many, seeker, 200)
    peer = await meeting.seeker(seeker)
    await peer.sees("event", seq=200)
    assert seqs(peer) == list(range(1, 201))


async def test_a_client_ahead_of_the_log_is_told_to_drop_what_it_holds(meeting: Meeting) -> None:
    """As after the restoring of a backup."""
    counsellor = meeting.cast.harbour.counsellor
    seeker = await meeting.do(meeting.cast.answered)
    peer = await meeting.seeker(seeker, have=9)
    assert await peer.sees("reset") == {"type": "reset", "head": 1}
    await peer.sees_nothing("event")
    await peer.sends("resync", have=0)
    await peer.sees("event", seq=1, kind="joined")
    console = await meeting.console(counsellor, have={seeker.conversation_id: 9})
    reset = await console.sees("reset")
    assert (reset["head"], reset["conversation"]) == (2, str(seeker.conversation_id))


async def test_what_is_committed_between_welcome_and_reading_is_not_lost(meeting: Meeting) -> None:
    seeker = await meeting.do(meeting.cast.seeker)
    peer = await meeting.connect(SEEKER_PATH)
    await peer.sends("hello", v=1, token=seeker.bearer, have=0)
    for number in range(5):
        await meeting.do(seeker.says, f"{number}")
    await peer.sees("event", seq=5)
    assert seqs(peer) == [1, 2, 3, 4, 5]


async def test_a_closed_conversation_can_still_be_read_by_its_help_seeker(meeting: Meeting) -> None:
    seeker = await meeting.do(meeting.cast.answered)
    await meeting.do(finish, meeting.cast.harbour.counsellor, seeker)
    peer = await meeting.connect(SEEKER_PATH)
    await peer.sends("hello", v=1, token=seeker.bearer, have=0)
    assert (await peer.sees("welcome"))["conversation"]["status"] == "closed"
    await peer.sees("event", kind="closed", reason="completed")


async def test_an_unknown_or_revoked_bearer_is_refused(meeting: Meeting) -> None:
    peer = await meeting.connect(SEEKER_PATH)
    await peer.sends("hello", v=1, token=make_bearer(), have=0)
    await peer.sees("error", code="bad_token", ref="hello")
    await peer.is_closed(Close.UNKNOWN)


@pytest.mark.parametrize(
    ("fields", "code", "close"),
    [
        ({"v": 2, "token": "q" * 43, "have": 0}, "unsupported_version", Close.OLD_VERSION),
        ({"v": 1, "token": "short", "have": 0}, "bad_token", Close.UNKNOWN),
        ({"v": 1, "token": "q" * 43, "have": -1}, "bad_frame", Close.NO_HELLO),
    ],
)
async def test_an_unusable_hello_ends_the_socket(
    meeting: Meeting, fields: dict[str, object], code: str, close: int
) -> None:
    peer = await meeting.connect(SEEKER_PATH)
    await peer.sends("hello", **fields)
    await peer.sees("error", code=code, ref="hello")
    await peer.is_closed(close)


async def test_a_second_hello_is_an_error_and_changes_nothing(meeting: Meeting) -> None:
    seeker = await meeting.do(meeting.cast.seeker)
    peer = await meeting.seeker(seeker)
    await peer.sends("hello", v=1, token=seeker.bearer, have=0)
    await peer.sees("error", code="already_open", ref="hello")
    await peer.is_open()


async def test_frames_before_hello_are_refused_and_the_socket_lives(meeting: Meeting) -> None:
    seeker = await meeting.do(meeting.cast.seeker)
    peer = await meeting.connect(SEEKER_PATH)
    await peer.says("早すぎる")
    await peer.sees("error", code="hello_first")
    await peer.sends("hello", v=1, token=seeker.bearer, have=0)
    await peer.sees("welcome")
    assert await meeting.do(Entry.objects.count) == 0


async def test_who_says_nothing_is_shown_the_door(meeting: Meeting, settings: LazySettings) -> None:
    settings.TOMOSHIBI = replace(settings.TOMOSHIBI, hello_timeout=0)
    peer = await meeting.connect(SEEKER_PATH)
    await peer.is_closed(Close.NO_HELLO)


async def test_a_console_without_a_session_is_told_to_sign_in(meeting: Meeting) -> None:
    peer = await meeting.connect(CONSOLE_PATH, session="0" * 32)
    await peer.sends("hello", v=1, have={})
    await peer.sees("error", code="not_signed_in", ref="hello")
    await peer.is_closed(Close.UNKNOWN)


@pytest.mark.parametrize("part", ["manager", "coordinator", "operator", "auditor"])
async def test_people_without_a_console_get_none(meeting: Meeting, part: str) -> None:
    cast = meeting.cast
    person = cast.harbour.manager if part == "manager" else getattr(cast, part)
    session = await meeting.do(sign_in, person)
    peer = await meeting.connect(CONSOLE_PATH, session=session)
    await peer.sends("hello", v=1, have={})
    await peer.sees("error", code="not_found", ref="hello")
    await peer.is_closed(Close.RIGHTS_GONE)


@pytest.mark.parametrize("path", [SEEKER_PATH, CONSOLE_PATH])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
async def test_another_sites_page_is_refused_before_anything_is_read(
    meeting: Meeting, path: str, origin: str
) -> None:
    assert not await meeting.at_the_door(path, origin=origin).open()


async def test_following_what_one_may_not_read_is_following_nothing(meeting: Meeting) -> None:
    cast = meeting.cast
    theirs = await meeting.do(cast.answered, cast.hill.counsellor)
    waiting = await meeting.do(cast.seeker)
    console = await meeting.console(cast.harbour.counsellor)
    for conversation in (theirs.conversation_id, waiting.conversation_id, uuid4()):
        await console.sends("follow", conversation=conversation, have=0)
        await console.sees("revoked", conversation=conversation, code="not_found")
        cid = await console.says("聞こえますか", to=conversation)
        await console.sees("nack", cid=cid, code="not_found", final=True, conversation=conversation)
        await console.sends("resync", conversation=conversation, have=0)
        await console.sees("error", code="not_found")
    await meeting.do(theirs.says, "ないしょ")
    await console.sees_nothing("event")
    assert await meeting.do(Conversation.objects.filter(public_seq__gt=2).count) == 0


async def test_send_right_behind_follow_waits_for_it(meeting: Meeting) -> None:
    cast = meeting.cast
    console = await meeting.console(cast.harbour.counsellor)
    seeker = await meeting.do(cast.answered)
    await console.sends("follow", conversation=seeker.conversation_id, have=0)
    cid = await console.says("こんばんは", to=seeker.conversation_id)
    event = await console.sees("event", kind="message", cid=cid)
    assert (event["seq"], [e["seq"] for e in console.events()]) == (3, [1, 2, 3])
    await console.sends("unfollow", conversation=seeker.conversation_id)
    await meeting.settle()
    console.overlook()
    await meeting.do(seeker.says, "きこえます")
    await console.sees_nothing("event")


async def test_a_hello_while_the_database_is_away_is_no_hello_and_the_client_comes_back(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeker = await meeting.do(meeting.cast.seeker)

    def away(*_: object, **__: object) -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(seeker_socket, "conversation_of_bearer", away)
        peer = await meeting.connect(SEEKER_PATH)
        await peer.sends("hello", v=1, token=seeker.bearer, have=0)
        await peer.sees("error", code="try_again", ref="hello")
        await peer.is_closed(Close.SILENT)
    await meeting.seeker(seeker)
