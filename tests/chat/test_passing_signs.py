"""Who sees whom typing and reading, and what of it never crosses? Told once: a lost hint of these is not repeated."""

from chat.live.hub import current_hub
from chat.signals import HeadsMoved
from tests.cast import Seeker
from tests.chat.peer import Meeting, Peer


async def at_the_table(meeting: Meeting) -> tuple[Seeker, Peer, Peer]:
    seeker = await meeting.do(meeting.cast.answered)
    theirs = await meeting.seeker(seeker)
    mine = await meeting.console(meeting.cast.harbour.counsellor)
    await theirs.sees("event", kind="joined")
    await mine.sees("event", kind="joined")
    theirs.overlook()
    mine.overlook()
    return seeker, theirs, mine


async def test_typing_is_a_boolean_for_the_other_side_only(meeting: Meeting) -> None:
    seeker, theirs, mine = await at_the_table(meeting)
    other_tab = await meeting.seeker(seeker)
    await other_tab.sees("event", kind="joined")
    await theirs.sends("typing", on=True, text="まだ送っていない", body="まだ送っていない")
    assert await mine.sees("typing") == {
        "type": "typing",
        "conversation": str(seeker.conversation_id),
        "role": "seeker",
        "on": True,
        "ttl": 8,
    }
    await theirs.sees_nothing()
    await other_tab.sees_nothing("typing")
    await mine.sends("typing", conversation=seeker.conversation_id, on=False)
    assert await theirs.sees("typing") == {"type": "typing", "role": "counsellor", "on": False, "ttl": 8}
    await mine.sees_nothing("typing")
    assert "まだ" not in str(mine.frames)


async def test_typing_goes_no_further_than_its_conversation(meeting: Meeting) -> None:
    cast = meeting.cast
    seeker, theirs, mine = await at_the_table(meeting)
    other = await meeting.do(cast.answered, cast.hill.counsellor)
    elsewhere = [await meeting.console(cast.hill.counsellor), await meeting.seeker(other)]
    await theirs.sends("typing", on=True)
    await mine.sends("typing", conversation=other.conversation_id, on=True)
    await mine.sees("typing")
    for peer in elsewhere:
        await peer.sees_nothing("typing")
    # A supervisor who only looks is not seen to type.
    looking = await meeting.console(cast.harbour.supervisor)
    await looking.sends("follow", conversation=seeker.conversation_id, have=0)
    await looking.sees("event", kind="joined")
    await looking.sends("typing", conversation=seeker.conversation_id, on=True)
    await theirs.sees_nothing("typing")


async def test_what_was_read_is_told_in_the_readers_numbers_of_the_other_side(meeting: Meeting) -> None:
    seeker, theirs, mine = await at_the_table(meeting)
    cid = await mine.says("こんばんは", to=seeker.conversation_id)
    assert (await theirs.sees("event", cid=cid))["seq"] == 2
    await theirs.sends("seen", upto=2)
    await meeting.turn()
    assert (await mine.sees("seen", role="seeker"))["upto"] == 3
    await theirs.sees_nothing("seen")
    await mine.sends("seen", conversation=seeker.conversation_id, upto=3)
    await meeting.turn()
    assert await theirs.sees("seen") == {"type": "seen", "role": "counsellor", "upto": 2}
    again = await meeting.connect("/ws/v1/seeker/")
    await again.sends("hello", v=1, token=seeker.bearer, have=2)
    assert (await again.sees("welcome"))["seen"] == 2


async def test_an_old_picture_that_comes_late_does_not_turn_the_status_back(meeting: Meeting) -> None:
    seeker, theirs, mine = await at_the_table(meeting)
    await mine.says("こんばんは", to=seeker.conversation_id)
    await meeting.turn()
    await theirs.sees("state", status="active")
    theirs.overlook()
    late = HeadsMoved(seeker.conversation_id, public_seq=1, staff_seq=2, access_version=0, status="waiting")
    current_hub().hear([late])
    await theirs.sees_nothing("state")
