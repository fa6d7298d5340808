"""Is what was said stored once, acknowledged after that, and seen by the other side in the same order?"""

from typing import Any

import pytest
from django.db import OperationalError, transaction

from chat.live import writer
from chat.models import Entry
from chat.models.lifecycle import Status
from chat.services.message import Outcome, Post, post_batch
from chat.services.note import post_note
from tests.cast import Seeker, browser_of, finish, log_of, make_cid, reply, wrap_up
from tests.chat.peer import Meeting, Peer


async def at_the_table(meeting: Meeting) -> tuple[Seeker, Peer, Peer]:
    """A help-seeker and Harbour's counsellor, both on their sockets, nothing unseen."""
    seeker = await meeting.do(meeting.cast.answered)
    theirs = await meeting.seeker(seeker)
    mine = await meeting.console(meeting.cast.harbour.counsellor)
    await theirs.sees("event", kind="joined")
    await mine.sees("event", kind="joined")
    theirs.overlook()
    mine.overlook()
    return seeker, theirs, mine


async def test_each_says_a_word_and_both_see_both_in_one_order(meeting: Meeting) -> None:
    seeker, theirs, mine = await at_the_table(meeting)
    first = await theirs.says("だれかと話したいです")
    event = await mine.sees("event", cid=first)
    assert (event["seq"], event["body"], event["role"]) == (3, "だれかと話したいです", "seeker")
    second = await mine.says("こんばんは。\r\n読んでいます。 ", to=seeker.conversation_id)
    event = await theirs.sees("event", cid=second)
    assert (event["seq"], event["body"], event["role"]) == (3, "こんばんは。\n読んでいます。", "counsellor")
    assert (await theirs.sees("event", cid=first))["seq"] == 2
    assert (await mine.sees("event", cid=second))["seq"] == 4
    await meeting.turn()
    assert (await theirs.sees("state"))["status"] == "active"
    assert (await mine.sees("state"))["conversation"] == str(seeker.conversation_id)


async def test_an_event_that_is_late_does_not_hold_up_the_acknowledgement(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, theirs, _ = await at_the_table(meeting)
    push = meeting.hub.bus.tell

    def tell_later(news: Any) -> None:
        meeting.hub.loop.call_soon(push, news)

    monkeypatch.setattr(meeting.hub.writer, "_tell", tell_later)
    cid = await theirs.says("はい")
    await theirs.sees("ack", cid=cid)  # the event was late: an acknowledgement of its own goes out
    assert await meeting.do(Entry.objects.filter(cid=cid).count) == 1
    await theirs.sees("event", cid=cid)


async def test_a_repeat_gets_the_first_answer_over_either_way_and_makes_no_row(meeting: Meeting) -> None:
    seeker, theirs, mine = await at_the_table(meeting)
    browser = await meeting.do(browser_of, meeting.cast.harbour.counsellor)
    cid = await theirs.says("一度だけ")
    event = await theirs.sees("event", cid=cid)
    again = await theirs.says("一度だけ", cid=cid)
    ack = await theirs.sees("ack", cid=again)
    answer = await meeting.do(
        browser.post,
        "/api/v1/conversation/messages",
        {"cid": cid, "body": "ほかの言葉でも"},
        content_type="application/json",
        headers=seeker.headers,
    )
    assert answer.json() == {"cid": cid, "seq": event["seq"], "at": event["at"]}
    assert {key: ack[key] for key in ("seq", "at")} == {key: event[key] for key in ("seq", "at")}

    cid = make_cid()
    path = f"/api/v1/console/conversations/{seeker.conversation_id}/messages"
    post = {"cid": cid, "body": "HTTP から"}
    first = (await meeting.do(browser.post, path, post, content_type="application/json")).json()
    await mine.says("HTTP から", cid=cid, to=seeker.conversation_id)
    ack = await mine.sees("ack", cid=cid)
    assert (ack["seq"], ack["at"]) == (first["seq"], first["at"]) == (4, first["at"])
    kinds = [entry.kind for entry in await meeting.do(log_of, seeker.conversation_id)]
    assert kinds.count("message") == 2


async def test_a_repeat_after_the_end_is_answered_and_a_new_message_is_not_taken(meeting: Meeting) -> None:
    seeker, theirs, mine = await at_the_table(meeting)
    cid = await theirs.says("ありがとう")
    before = await theirs.sees("event", cid=cid)
    cid_of_staff = await mine.says("いつでもどうぞ", to=seeker.conversation_id)
    await mine.sees("event", cid=cid_of_staff)
    await meeting.do(finish, meeting.cast.harbour.counsellor, seeker)
    await theirs.sees("event", kind="closed")
    await theirs.says("ありがとう", cid=cid)
    assert (await theirs.sees("ack", cid=cid))["seq"] == before["seq"]
    new = await theirs.says("もうひとつ")
    await theirs.sees("nack", cid=new, code="conversation_closed", final=True)
    await theirs.is_open()


async def test_a_counsellor_who_has_closed_may_read_it_and_no_longer_write(meeting: Meeting) -> None:
    seeker, _, mine = await at_the_table(meeting)
    cid = await mine.says("では、おやすみなさい", to=seeker.conversation_id)
    await mine.sees("event", cid=cid)
    await meeting.do(finish, meeting.cast.harbour.counsellor, seeker)
    await mine.sees("event", kind="closed")
    new = await mine.says("あ、もうひとつ", to=seeker.conversation_id)
    assert (await mine.sees("nack", cid=new))["final"] is True


async def test_after_the_wrap_up_goodbyes_may_still_be_said(meeting: Meeting) -> None:
    seeker, theirs, mine = await at_the_table(meeting)
    await meeting.do(reply, meeting.cast.harbour.counsellor, seeker, "はい")
    await meeting.do(wrap_up, meeting.cast.harbour.counsellor, seeker, note="聞いた")
    await mine.sees("event", kind="wrapped_up", category="listened", established=True)
    for peer, to in ((theirs, None), (mine, seeker.conversation_id)):
        cid = await peer.says("おやすみなさい", to=to)
        await peer.sees("event", cid=cid)


async def test_a_note_is_silence_on_the_help_seekers_socket(meeting: Meeting) -> None:
    seeker, theirs, mine = await at_the_table(meeting)
    counsellor = meeting.cast.harbour.counsellor
    await meeting.do(
        post_note,
        conversation_id=seeker.conversation_id,
        by=counsellor,
        cid=make_cid(),
        body="あとで確認する",
    )
    note = await mine.sees("event", kind="note")
    assert (note["body"], note["seq"]) == ("あとで確認する", 3)
    await meeting.turn()
    await theirs.sees_nothing("event")
    await theirs.sends("ping", n=1)
    assert (await theirs.sees("pong", n=1))["heads"] == {str(seeker.conversation_id): 1}
    cid = await mine.says("こんばんは", to=seeker.conversation_id)
    assert (await theirs.sees("event", cid=cid))["seq"] == 2, "no gap tells of the note"
    assert all("あとで" not in str(frame) for frame in theirs.frames)
    again = await meeting.seeker(seeker)
    await again.sees("event", seq=2)
    assert [event["kind"] for event in again.events()] == ["joined", "message"]


async def test_many_at_once_arrive_everywhere_once_and_in_order(meeting: Meeting) -> None:
    seeker, theirs, mine = await at_the_table(meeting)
    cids = []
    for number in range(10):
        cids.append(await theirs.says(f"相談者 {number}"))
        cids.append(await mine.says(f"相談員 {number}", to=seeker.conversation_id))
    await theirs.sees("event", seq=21)
    await mine.sees("event", seq=22)
    assert [event["seq"] for event in theirs.events()] == list(range(1, 22))
    assert [event["seq"] for event in mine.events()] == list(range(1, 23))
    order = [event["cid"] for event in theirs.events() if event["kind"] == "message"]
    assert sorted(order) == sorted(cids)
    assert order == [event["cid"] for event in mine.events() if event["kind"] == "message"]
    assert order == [entry.cid for entry in await meeting.do(log_of, seeker.conversation_id)][2:]


async def test_an_error_of_the_database_stores_nothing_and_may_be_tried_again(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeker, theirs, mine = await at_the_table(meeting)

    def fails_at_the_end(posts: list[Post]) -> list[Outcome]:
        with transaction.atomic():
            post_batch(posts)
            raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(writer, "post_batch", fails_at_the_end)
        cid = await theirs.says("とどいて")
        nack = await theirs.sees("nack", cid=cid)
        assert (nack["code"], nack["final"]) == ("try_again", False)
        await meeting.turn()
        await mine.sees_nothing("event")
        assert len(await meeting.do(log_of, seeker.conversation_id)) == 2
    await theirs.says("とどいて", cid=cid)
    assert (await theirs.sees("event", cid=cid))["seq"] == 2
    await mine.sees("event", cid=cid)


async def test_one_lost_connection_is_not_noticed_by_anybody(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, theirs, _ = await at_the_table(meeting)
    calls: list[int] = []

    def lost_once(posts: list[Post]) -> list[Outcome]:
        calls.append(len(posts))
        if len(calls) == 1:
            raise OperationalError
        return post_batch(posts)

    monkeypatch.setattr(writer, "post_batch", lost_once)
    cid = await theirs.says("はい")
    await theirs.sees("event", cid=cid)
    await theirs.sees_nothing("nack", "error")
    assert calls == [1, 1]


async def test_leaving_before_anybody_came_ends_the_wait(meeting: Meeting) -> None:
    seeker = await meeting.do(meeting.cast.seeker)
    other = await meeting.do(meeting.cast.seeker)
    peer, behind = await meeting.seeker(seeker), await meeting.seeker(other)
    cid = make_cid()
    await peer.sends("leave", cid=cid)
    event = await peer.sees("event", kind="left", reason="left")
    assert (event["seq"], event["cid"]) == (1, cid)
    await peer.sees("state", status="abandoned")
    assert (await meeting.do(lambda: seeker.conversation.status)) == Status.ABANDONED
    await meeting.turn()
    assert (await behind.sees("queue"))["position"] == 1
    await peer.sends("leave", cid=cid)
    assert (await peer.sees("ack", cid=cid, seq=1))["at"] == event["at"]
    nack = await peer.says("やっぱり")
    await peer.sees("nack", cid=nack, code="conversation_closed")


async def test_a_help_seeker_who_leaves_is_seen_to_leave_by_the_counsellor(meeting: Meeting) -> None:
    seeker, theirs, mine = await at_the_table(meeting)
    await theirs.sends("leave", cid=make_cid())
    event = await mine.sees("event", kind="left", role="seeker", reason="left")
    assert event["from"] == str(seeker.participant_id)
    nack = await theirs.says("まだいます")
    await theirs.sees("nack", cid=nack, code="conversation_closed")
    assert (await meeting.do(lambda: seeker.conversation.status)) == Status.ACCEPTED
    await meeting.turn()
    assert (await mine.sees("board"))["mine"][0]["seeker_left"] is True


async def test_two_tabs_of_one_help_seeker_show_the_same(meeting: Meeting) -> None:
    seeker, one, _ = await at_the_table(meeting)
    two = await meeting.seeker(seeker)
    cid = await one.says("ひとつめのタブから")
    assert (await two.sees("event", cid=cid))["seq"] == (await one.sees("event", cid=cid))["seq"]
