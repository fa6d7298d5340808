"""What is refused on an open socket, in which words, and does the socket live where the protocol says so?"""

from dataclasses import replace
from typing import Any

import pytest
from django.conf import LazySettings

from chat.consumers import base
from chat.consumers.base import BAD_FRAMES_MOST
from chat.live import outgoing
from chat.models import Entry
from chat.protocol import FRAME_LIMIT, Close
from tests.cast import Seeker, make_cid
from tests.chat.peer import Meeting, Peer

CID = "q6urq6urq6urq6urq6urqw"


@pytest.fixture
async def seeker(meeting: Meeting) -> Seeker:
    return await meeting.do(meeting.cast.answered)


@pytest.fixture
async def peer(meeting: Meeting, seeker: Seeker) -> Peer:
    peer = await meeting.seeker(seeker)
    await peer.sees("event", kind="joined")
    return peer


@pytest.fixture
async def console(meeting: Meeting, seeker: Seeker) -> Peer:
    console = await meeting.console(meeting.cast.harbour.counsellor)
    await console.sees("event", kind="joined")
    return console


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("{nothing", {"code": "bad_json"}),
        ("[]", {"code": "bad_frame"}),
        ('{"type":"dance"}', {"code": "unknown_type", "ref": "dance"}),
        ('{"type":"typing","on":"まだ送っていない"}', {"code": "bad_frame", "ref": "typing"}),
        ('{"type":"seen"}', {"code": "bad_frame", "ref": "seen"}),
        ('{"type":"send","body":"はい"}', {"code": "bad_frame", "ref": "send"}),
        ('{"type":"follow","conversation":"x"}', {"code": "unknown_type", "ref": "follow"}),
    ],
)
async def test_an_unusable_frame_is_answered_and_the_socket_lives(
    peer: Peer, text: str, answer: dict[str, str]
) -> None:
    await peer.sends_text(text)
    assert await peer.sees("error") == {"type": "error", **answer}
    await peer.is_open()


async def test_binary_is_not_spoken(peer: Peer) -> None:
    await peer.put({"type": "websocket.receive", "bytes": b"\x00\x01", "text": None})
    await peer.sees("error", code="binary_not_supported")
    await peer.is_open()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "body_empty"),
        (" \n　", "body_empty"),
        ("あ" * 4001, "body_too_long"),
        ("a\x1b[2Jb", "body_control_character"),
        ("a\x00b", "body_control_character"),
    ],
)
async def test_an_unusable_text_is_refused_with_its_cid(
    meeting: Meeting, seeker: Seeker, console: Peer, body: str, code: str
) -> None:
    peer = await meeting.seeker(seeker)
    cid = await peer.says(body)
    assert await peer.sees("nack") == {"type": "nack", "cid": cid, "code": code, "final": True}
    cid = await console.says(body, to=seeker.conversation_id)
    nack = await console.sees("nack", cid=cid, code=code, final=True)
    assert nack["conversation"] == str(seeker.conversation_id)
    assert await meeting.do(Entry.objects.filter(kind="message").count) == 0
    await peer.is_open()


async def test_a_console_that_names_no_conversation_is_told_which_frame_was_wrong(console: Peer) -> None:
    await console.sends("send", cid=CID, body="はい")
    await console.sees("error", code="bad_frame", ref="send")
    await console.sends("leave", cid=CID)
    await console.sees("error", code="unknown_type", ref="leave")
    await console.is_open()


async def test_a_frame_over_the_limit_ends_the_socket(meeting: Meeting, peer: Peer) -> None:
    await peer.sends_text("x" * (FRAME_LIMIT + 1))
    await peer.is_closed(Close.TOO_LARGE)
    await peer.says("もう聞かない")
    await meeting.settle()
    assert await meeting.do(Entry.objects.filter(kind="message").count) == 0


async def test_whoever_sends_too_fast_is_told_when_to_go_on_and_nothing_is_stored(
    meeting: Meeting, peer: Peer, settings: LazySettings
) -> None:
    settings.TOMOSHIBI = replace(settings.TOMOSHIBI, sends_per_10s=3)
    for _ in range(3):
        await peer.says("はやく")
    await peer.sees("event", seq=4)
    cid = await peer.says("もっと")
    nack = await peer.sees("nack", cid=cid)
    assert (nack["code"], nack["final"]) == ("rate_limited", False)
    assert 0 < nack["retry_after"] <= 10
    assert await meeting.do(Entry.objects.filter(cid=cid).count) == 0
    await peer.is_open()


async def test_the_limit_is_of_ten_seconds_and_then_the_same_cid_goes_through(
    peer: Peer, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TOMOSHIBI = replace(settings.TOMOSHIBI, sends_per_10s=1)
    await peer.says("はい")
    cid = await peer.says("もうひとつ")
    wait = (await peer.sees("nack", cid=cid))["retry_after"]
    monkeypatch.setattr(base, "SEND_WINDOW_SECONDS", 10 - wait - 0.1)
    await peer.says("もうひとつ", cid=cid)
    await peer.sees("event", cid=cid)


async def test_a_flood_of_rubbish_ends_the_socket(peer: Peer) -> None:
    for _ in range(BAD_FRAMES_MOST):
        await peer.sends_text("rubbish")
    await peer.is_open()
    await peer.sends_text("rubbish")
    await peer.is_closed(Close.FLOOD)


async def test_an_error_of_ours_is_an_error_frame_and_tells_nothing(
    meeting: Meeting, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any) -> None:
        raise ZeroDivisionError("ひみつ")

    with monkeypatch.context() as patch:
        patch.setattr(meeting.hub.rounds, "saw", breaks)
        await peer.sends("seen", upto=1)
        assert await peer.sees("error") == {"type": "error", "code": "internal"}
    await peer.is_open()


async def test_a_reader_who_falls_too_far_behind_is_cut_off_to_come_back(
    meeting: Meeting, seeker: Seeker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a server whose sends may wait."""
    monkeypatch.setattr(outgoing, "WAITING_MOST", 3)
    meeting.immediate = False
    slow = await meeting.seeker(seeker)
    await slow.sees("event", kind="joined")
    station = next(station for station in meeting.hub.stations if station.person_id is None)
    for _ in range(5):
        station.push('{"type":"state","status":"active"}')
    await slow.is_closed(Close.SILENT)


async def test_under_a_server_whose_sends_may_wait_all_comes_in_order(
    meeting: Meeting, seeker: Seeker
) -> None:
    meeting.immediate = False
    peer = await meeting.seeker(seeker)
    cids = [await peer.says(f"{number}", cid=make_cid()) for number in range(15)]
    await peer.sees("event", seq=16)
    assert [event.get("cid") for event in peer.events()][1:] == cids
