"""Is a look through the socket one line in the audit trail, and a counsellor's own conversation none?"""

from uuid import UUID

import pytest

from tests.access.test_looking import looks
from tests.chat.peer import Meeting


@pytest.mark.django_db(transaction=True)
async def test_a_look_through_the_socket_is_one_line_and_ones_own_none(meeting: Meeting) -> None:
    cast = meeting.cast
    seeker = await meeting.do(cast.answered)
    talk: UUID = seeker.conversation_id
    holder = await meeting.console(cast.harbour.counsellor)
    await holder.sends("follow", conversation=talk, have=0)
    await holder.sends("resync", conversation=talk, have=0)
    await meeting.settle()
    assert await meeting.do(looks) == []
    supervisor = await meeting.console(cast.harbour.supervisor)
    await supervisor.sends("follow", conversation=talk, have=0)
    await supervisor.sees("event", kind="joined")
    await meeting.do(seeker.says, "はい")
    await supervisor.sees("event", kind="message")
    await supervisor.sends("resync", conversation=talk, have=0)
    await meeting.turn()
    again = await meeting.console(cast.harbour.supervisor)
    await again.sends("follow", conversation=talk, have=3)
    await meeting.settle()
    line = (str(cast.harbour.supervisor.pk), str(talk), "supervision")
    assert await meeting.do(looks) == [line]
