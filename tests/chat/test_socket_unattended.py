"""What do the browsers see when a counsellor's connection is lost, and when a counsellor needs a moment?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.models import Presence
from chat.services.moment import ask_for_a_moment
from chat.services.withdrawal import give_back_unattended
from organisations.models import Person
from tests.cast import make_cid, reply, take
from tests.chat.peer import Meeting

pytestmark = pytest.mark.django_db(transaction=True)


def be_gone(person: Person, minutes: int) -> None:
    Presence.objects.filter(person=person).update(lease_until=timezone.now() - timedelta(minutes=minutes))


async def test_the_person_is_told_and_waits_in_front_and_the_late_counsellors_pane_is_blanked(
    meeting: Meeting,
) -> None:
    cast = meeting.cast
    counsellor = cast.harbour.counsellor
    seeker = await meeting.do(cast.answered)
    theirs = await meeting.seeker(seeker)
    mine = await meeting.console(counsellor)
    await mine.sees("event", kind="joined")
    await meeting.do(reply, counsellor, seeker, "こんばんは")
    await meeting.do(cast.seeker)
    await meeting.turn()
    await meeting.do(be_gone, counsellor, 6)
    assert await meeting.do(give_back_unattended) == 1
    await mine.sees("revoked", conversation=seeker.conversation_id)
    mine.overlook()
    left = await theirs.sees("event", kind="left", reason="gone")
    assert left["role"] == "counsellor"
    await theirs.sees("state", status="waiting")
    await theirs.says("だれかいますか")
    await meeting.turn()
    assert (await theirs.sees("queue"))["position"] == 1
    await mine.sees_nothing("event")
    assert (await mine.sees("board"))["mine"] == []
    await meeting.do(take, cast.hill.counsellor)
    joined = await theirs.sees("event", kind="joined", role="counsellor", seq=left["seq"] + 2)
    assert joined["participant"]["name"] == cast.hill.counsellor.display_name
    await mine.is_open()


async def test_the_board_nudges_and_a_moment_is_seen_on_both_sides(meeting: Meeting) -> None:
    counsellor = meeting.cast.harbour.counsellor
    seeker = await meeting.do(meeting.cast.answered)
    theirs, mine = await meeting.seeker(seeker), await meeting.console(counsellor)
    await meeting.turn()
    assert (await mine.sees("board"))["mine"][0]["nudge_since"] is None
    cid = make_cid()
    await meeting.do(ask_for_a_moment, conversation_id=seeker.conversation_id, by=counsellor, cid=cid)
    told = await theirs.sees("event", kind="moment")
    assert "body" not in told
    await mine.sees("event", kind="moment", cid=cid, conversation=seeker.conversation_id)
