"""Who is told who waits, who is on duty, how far anybody has read?"""

from datetime import timedelta

from django.utils import timezone

from chat.models import HelpSeeker, Participant, Presence
from chat.services.presence import set_presence
from tests.cast import Seeker, make_cid, reply, take
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


async def test_a_read_mark_never_goes_back_nor_beyond_what_was_sent(meeting: Meeting) -> None:
    seeker, theirs, _ = await at_the_table(meeting)
    await meeting.do(reply, meeting.cast.harbour.counsellor, seeker, "はい")
    await theirs.sees("event", seq=2)
    await theirs.sends("seen", upto=2**31 - 1)
    await meeting.turn()
    mark = Participant.objects.filter(pk=seeker.participant_id).values_list("seen_upto", flat=True)
    assert await meeting.do(mark.get) == 2
    await theirs.sends("seen", upto=1)
    await meeting.turn()
    assert await meeting.do(mark.get) == 2


async def test_those_who_wait_see_their_place_move(meeting: Meeting) -> None:
    cast = meeting.cast
    seekers = [await meeting.do(cast.seeker) for _ in range(3)]
    peers = [await meeting.seeker(seeker) for seeker in seekers]
    await meeting.turn()
    for place, peer in enumerate(peers, start=1):
        assert (await peer.sees("queue"))["position"] == place
    await meeting.turn()
    for peer in peers:
        await peer.sees_nothing("queue")
    await meeting.do(take, cast.harbour.counsellor)
    await peers[0].sees("state", status="accepted")
    await peers[0].sees("event", kind="joined")
    await meeting.turn()
    await peers[0].sees_nothing("queue")
    assert (await peers[1].sees("queue"))["position"] == 1
    assert (await peers[2].sees("queue"))["waiting"] == 2


async def test_an_estimate_is_given_once_there_is_something_to_go_by(meeting: Meeting) -> None:
    cast = meeting.cast
    for _ in range(4):
        await meeting.do(cast.answered)
    peer = await meeting.seeker(await meeting.do(cast.seeker))
    await meeting.turn()
    estimate = (await peer.sees("queue"))["estimate"]
    assert 0 <= estimate["low"] < estimate["high"] <= 180


async def test_a_board_shows_the_queues_of_ones_own_organisation_without_a_word(meeting: Meeting) -> None:
    cast = meeting.cast
    console = await meeting.console(cast.harbour.counsellor)
    shared = await meeting.do(cast.seeker)
    ours = await meeting.do(cast.seeker, "women")
    theirs = await meeting.do(cast.seeker, "disaster")
    await meeting.do(shared.says, "きこえますか")
    await meeting.do(set_presence, by=cast.harbour.counsellor, status="available", capacity=2)
    await meeting.turn()
    await meeting.turn()
    boards = [frame for frame in console.frames if frame["type"] == "board"]
    board = boards[-1]
    assert [row["conversation"] for row in board["queue"]] == [
        str(shared.conversation_id),
        str(ours.conversation_id),
    ]
    assert {topic["id"]: topic["waiting"] for topic in board["topics"]} == {"loneliness": 1, "women": 1}
    assert {topic["id"]: topic["on_duty"] for topic in board["topics"]} == {"loneliness": 1, "women": 1}
    assert board["presence"] == {"status": "available", "capacity": 2, "load": 0}
    assert str(theirs.conversation_id) not in str(boards)
    assert "きこえますか" not in str(boards)
    assert [frame["version"] for frame in boards] == list(range(1, len(boards) + 1))


async def test_a_board_that_has_not_changed_is_not_sent_again(meeting: Meeting) -> None:
    console = await meeting.console(meeting.cast.harbour.counsellor)
    await meeting.turn()
    await console.sees("board")
    await meeting.turn()
    await console.sees_nothing("board")
    await meeting.do(meeting.cast.seeker, "disaster")
    await meeting.turn()
    await console.sees_nothing("board")


async def test_pings_keep_the_lease_and_without_them_nobody_is_on_duty(meeting: Meeting) -> None:
    counsellor = meeting.cast.harbour.counsellor
    await meeting.do(set_presence, by=counsellor, status="available", capacity=1)
    await meeting.do(Presence.objects.update, lease_until=timezone.now() - timedelta(seconds=1))
    console = await meeting.console(counsellor)
    await console.sends("ping", n=3)
    assert (await console.sees("pong"))["n"] == 3
    await meeting.turn()
    lease = await meeting.do(Presence.objects.values_list("lease_until", flat=True).get)
    assert lease is not None
    assert timedelta(seconds=45) < lease - timezone.now() <= timedelta(seconds=60)
    assert (await console.sees("board"))["topics"][0]["on_duty"] == 1


async def test_a_help_seekers_pings_say_that_somebody_is_there(meeting: Meeting) -> None:
    seeker = await meeting.do(meeting.cast.seeker)
    peer = await meeting.seeker(seeker)
    await meeting.turn()
    before = timezone.now()
    await meeting.turn()
    seen = HelpSeeker.objects.values_list("seen_at", flat=True)
    assert await meeting.do(seen.get) < before
    await peer.sends("ping", n=1)
    await peer.sees("pong")
    await meeting.turn()
    assert await meeting.do(seen.get) > before


async def test_a_pong_tells_the_head_of_each_conversation(meeting: Meeting) -> None:
    seeker, theirs, mine = await at_the_table(meeting)
    await theirs.says("はい", cid=make_cid())
    await mine.sees("event", seq=3)
    await mine.sends("ping", n=8)
    assert (await mine.sees("pong"))["heads"] == {str(seeker.conversation_id): 3}
    await theirs.sends("ping", n=9)
    assert (await theirs.sees("pong"))["heads"] == {str(seeker.conversation_id): 2}
