"""Do the sockets of giver, taker and help-seeker tell the same change-over, each what it may know?"""

from datetime import timedelta

from django.utils import timezone

from chat.models import ConversationAccess
from chat.permissions import READ_CONVERSATION
from chat.services.grants import end_grant
from chat.services.presence import set_presence
from chat.services.transfer import Offer, accept_transfer, offer_transfer, withdraw_transfer
from organisations.models import Person
from organisations.permissions import grant_access
from tests.cast import Seeker, make_cid, reply
from tests.chat.peer import Meeting

NOTE = "住まいの話の続きをお願いします"


def give(seeker: Seeker, by: Person, kind: str, to: object) -> None:
    offer_transfer(
        conversation_id=seeker.conversation_id,
        by=by,
        cid=make_cid(),
        offer=Offer(kind=kind, to=str(to), note=NOTE),
    )


def accept(seeker: Seeker, by: Person) -> None:
    accept_transfer(conversation_id=seeker.conversation_id, by=by, cid=make_cid())


async def test_the_givers_pane_is_blanked_and_silent_and_the_taker_reads_the_history(
    meeting: Meeting,
) -> None:
    aoi, sora = meeting.cast.harbour.counsellor, meeting.cast.hill.counsellor
    await meeting.do(set_presence, by=sora, status="available", capacity=3)
    seeker = await meeting.do(meeting.cast.answered, aoi)
    await meeting.do(seeker.says, "住むところがありません")
    await meeting.do(reply, aoi, seeker, "こんばんは")
    theirs = await meeting.seeker(seeker)
    giver, taker = await meeting.console(aoi), await meeting.console(sora)
    await giver.sees("event", kind="message", body="こんばんは")
    await meeting.do(give, seeker, aoi, "person", sora.pk)
    await giver.sees("event", kind="transfer", body=NOTE)
    await meeting.turn()
    board = await taker.sees("board")
    while not board["offers"]:
        board = await taker.sees("board")
    assert board["offers"][0]["note"] == NOTE
    assert taker.events() == [], "the note, not the text"
    for peer in (giver, theirs):
        peer.overlook()
    await meeting.do(accept, seeker, sora)
    await giver.sees("revoked", conversation=seeker.conversation_id)
    await theirs.sees("event", kind="left", reason="transferred")
    assert (await theirs.sees("event", kind="joined"))["participant"]["name"] == sora.display_name
    await theirs.sees_nothing("event")
    told = len(giver.events())
    await theirs.says("はい、お願いします")
    await meeting.turn()
    assert len(giver.events()) == told, "nothing after the commit"
    await taker.sends("follow", conversation=seeker.conversation_id, have=0)
    await taker.sees("event", body="住むところがありません")
    await taker.sees("event", body="はい、お願いします")
    kinds = [event["seq"] for event in taker.events(seeker.conversation_id)]
    assert kinds == sorted(set(kinds)) == list(range(1, len(kinds) + 1))
    await giver.says("まだいます", to=seeker.conversation_id)
    await giver.sees("nack", code="not_found")


async def test_nothing_of_the_change_over_reaches_the_giver(meeting: Meeting) -> None:
    aoi, sora = meeting.cast.harbour.counsellor, meeting.cast.hill.counsellor
    await meeting.do(set_presence, by=sora, status="available", capacity=3)
    seeker = await meeting.do(meeting.cast.answered, aoi)
    giver = await meeting.console(aoi)
    await meeting.do(give, seeker, aoi, "person", sora.pk)
    await giver.sees("event", kind="transfer")
    held = len(giver.events())
    await meeting.do(accept, seeker, sora)
    await giver.sees("revoked")
    assert len(giver.events()) == held


async def test_another_topic_means_waiting_again_in_its_place(meeting: Meeting) -> None:
    aoi = meeting.cast.harbour.counsellor
    seeker = await meeting.do(meeting.cast.answered, aoi)
    theirs, giver = await meeting.seeker(seeker), await meeting.console(aoi)
    await giver.sees("event", kind="joined")
    await meeting.do(give, seeker, aoi, "topic", "disaster")
    await giver.sees("revoked", conversation=seeker.conversation_id)
    await theirs.sees("event", kind="left", reason="transferred")
    await theirs.sees("state", status="waiting")
    await meeting.turn()
    assert (await theirs.sees("queue"))["position"] == 1


async def test_an_offer_appears_and_disappears_on_both_boards(meeting: Meeting) -> None:
    aoi, sora = meeting.cast.harbour.counsellor, meeting.cast.hill.counsellor
    await meeting.do(set_presence, by=sora, status="available", capacity=3)
    seeker = await meeting.do(meeting.cast.answered, aoi)
    giver, target = await meeting.console(aoi), await meeting.console(sora)
    await meeting.do(give, seeker, aoi, "organisation", meeting.cast.hill.organisation.pk)
    await meeting.turn()
    mine = [frame for frame in giver.frames if frame["type"] == "board"][-1]["mine"]
    assert mine[0]["transfer"]["to_kind"] == "organisation"
    assert [frame for frame in target.frames if frame["type"] == "board"][-1]["offers"]
    await meeting.do(withdraw_transfer, conversation_id=seeker.conversation_id, by=aoi, cid=make_cid())
    await meeting.turn()
    assert [f for f in giver.frames if f["type"] == "board"][-1]["mine"][0]["transfer"] is None
    assert [f for f in target.frames if f["type"] == "board"][-1]["offers"] == []
    await giver.sees("event", kind="transfer")
    await giver.is_open()


def open_to(person: Person, seeker: Seeker, by: Person) -> int:
    grant = grant_access(
        grant_model=ConversationAccess,
        to=person,
        on=seeker.conversation,
        codename=READ_CONVERSATION,
        purpose="二人で考える",
        by=by,
        expires_at=timezone.now() + timedelta(hours=1),
    )
    return int(grant.pk)


async def test_a_supervisor_ends_a_grant_and_the_readers_pane_is_blanked(meeting: Meeting) -> None:
    house, reader = meeting.cast.harbour, meeting.cast.hill.counsellor
    seeker = await meeting.do(meeting.cast.answered, house.counsellor)
    grant = await meeting.do(open_to, reader, seeker, house.supervisor)
    pane = await meeting.console(reader)
    await pane.sends("follow", conversation=seeker.conversation_id, have=0)
    await pane.sees("event", kind="joined")
    pane.overlook()
    for _ in range(2):
        await meeting.do(
            end_grant,
            conversation_id=seeker.conversation_id,
            grant_id=grant,
            by=house.supervisor,
            cid=make_cid(),
        )
    await pane.sees("revoked", conversation=seeker.conversation_id)
    await meeting.do(seeker.says, "まだ読めますか")
    await meeting.turn()
    await pane.sees_nothing("event")
