"""When a right ends, does the socket end with it, at once or within one round, and is nothing told after?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, transaction
from django.utils import timezone

from chat.consumers import console as console_socket
from chat.consumers import seeker as seeker_socket
from chat.models import Conversation, ConversationAccess
from chat.models.lifecycle import Status
from chat.permissions import READ_CONVERSATION
from chat.protocol import Close
from chat.services.conversation import forget_bearer
from chat.services.log import append, lock_conversation, touch_access
from organisations.models import AuditEntry, Membership, Person
from organisations.permissions import grant_access, revoke_access
from organisations.services.membership import deactivate_person, end_role, grant_role
from tests.cast import Seeker, browser_of, reply, sign_in
from tests.chat.peer import Meeting, Peer


def end_roles(person: Person) -> None:
    for membership in Membership.objects.in_force().filter(person=person):
        end_role(membership=membership, by=None)


def grant(person: Person, seeker: Seeker, **options: Any) -> None:
    grant_access(
        grant_model=ConversationAccess,
        to=person,
        on=Conversation.objects.get(pk=seeker.conversation_id),
        codename=READ_CONVERSATION,
        purpose="二人で考える",
        by=None,
        **options,
    )


def ungrant(person: Person, seeker: Seeker) -> None:
    revoke_access(
        grant_model=ConversationAccess,
        of=person,
        on=Conversation.objects.get(pk=seeker.conversation_id),
        codename=READ_CONVERSATION,
        by=None,
    )


async def following(meeting: Meeting, person: Person, seeker: Seeker) -> Peer:
    console = await meeting.console(person)
    await console.sends("follow", conversation=seeker.conversation_id, have=0)
    await console.sees("event", seq=1)
    console.overlook()
    return console


@pytest.mark.parametrize("lose", [end_roles, lambda person: deactivate_person(person=person, by=None)])
async def test_a_counsellor_who_loses_the_role_loses_the_conversation_at_once(
    meeting: Meeting, lose: Callable[[Person], None]
) -> None:
    counsellor = meeting.cast.harbour.counsellor
    seeker = await meeting.do(meeting.cast.answered)
    theirs = await meeting.seeker(seeker)
    mine = await meeting.console(counsellor)
    await mine.sees("event", kind="joined")
    await meeting.do(lose, counsellor)
    await mine.sees("revoked", conversation=seeker.conversation_id)
    await mine.is_closed(Close.RIGHTS_GONE)
    held = len(mine.frames)
    await theirs.sees("event", kind="left", reason="revoked")
    await theirs.sees("state", status="waiting")
    await theirs.says("だれかいますか")
    await meeting.turn()
    assert len(mine.frames) == held
    assert (await theirs.sees("queue"))["position"] == 1, "back at the head of the queue"


async def test_a_lost_hint_about_rights_is_noticed_by_the_next_round(meeting: Meeting) -> None:
    counsellor = meeting.cast.harbour.counsellor
    seeker = await meeting.do(meeting.cast.answered)
    mine = await meeting.console(counsellor)
    await mine.sees("event", kind="joined")
    hear, meeting.hub.bus._hear = meeting.hub.bus._hear, lambda news: None
    await meeting.do(end_roles, counsellor)
    await mine.sees_nothing("revoked")
    meeting.hub.bus._hear = hear
    await meeting.turn()
    await mine.sees("revoked", conversation=seeker.conversation_id)
    await mine.is_closed(Close.RIGHTS_GONE)


async def test_whoever_loses_one_role_of_two_keeps_the_console_and_loses_the_text(meeting: Meeting) -> None:
    cast = meeting.cast
    person = cast.harbour.supervisor
    await meeting.do(
        grant_role, person=person, organisation=cast.hill.organisation, role="counsellor", by=None
    )
    seeker = await meeting.do(cast.answered)
    console = await following(meeting, person, seeker)
    supervising = await meeting.do(Membership.objects.get, person=person, role="supervisor")
    await meeting.do(end_role, membership=supervising, by=None)
    await console.sees("revoked", conversation=seeker.conversation_id)
    await meeting.do(seeker.says, "ないしょ")
    await console.sees_nothing("event")
    await console.is_open()
    await meeting.turn()
    await meeting.turn()
    boards = [frame for frame in console.frames if frame["type"] == "board"]
    assert {topic["id"] for topic in boards[-1]["topics"]} == {"loneliness", "disaster"}


async def test_signing_out_ends_the_console_within_one_round(meeting: Meeting) -> None:
    counsellor = meeting.cast.harbour.counsellor
    seeker = await meeting.do(meeting.cast.answered)
    session = await meeting.do(sign_in, counsellor)
    other = await meeting.console(counsellor)
    mine = await meeting.console(counsellor, session=session)
    await mine.sees("event", kind="joined")
    browser = await meeting.do(browser_of, counsellor, session=session)
    await meeting.do(browser.post, "/accounts/logout/")
    await meeting.turn()
    await mine.sees("revoked", conversation=seeker.conversation_id, code="not_signed_in")
    await mine.is_closed(Close.UNKNOWN)
    await other.is_open()  # the other device stays signed in


async def test_a_session_that_runs_out_ends_the_console(meeting: Meeting) -> None:
    mine = await meeting.console(meeting.cast.harbour.counsellor)
    await meeting.do(Session.objects.update, expire_date=timezone.now() - timedelta(seconds=1))
    await meeting.turn()
    await mine.is_closed(Close.UNKNOWN)


async def test_a_supervisors_look_is_written_down_and_shows_the_staff_stream(meeting: Meeting) -> None:
    cast = meeting.cast
    seeker = await meeting.do(cast.answered)
    theirs = await meeting.seeker(seeker)
    console = await following(meeting, cast.harbour.supervisor, seeker)
    looks = AuditEntry.objects.filter(action="conversation.looked", object_id=str(seeker.conversation_id))
    entry = await meeting.do(looks.get)
    assert (entry.actor_id, entry.details) == (cast.harbour.supervisor.pk, {"access": "supervision"})
    await meeting.do(reply, cast.harbour.counsellor, seeker, "はい")
    await console.sees("event", seq=3, kind="message")
    cid = await console.says("わたしも", to=seeker.conversation_id)
    await console.sees("nack", cid=cid, code="not_found", final=True)
    assert await meeting.do(looks.count) == 1, "one look, however much is said"
    assert [event["kind"] for event in theirs.events()] == ["joined", "message"]


async def test_the_other_houses_supervisor_sees_nothing(meeting: Meeting) -> None:
    cast = meeting.cast
    seeker = await meeting.do(cast.answered)
    console = await meeting.console(cast.hill.supervisor)
    await console.sends("follow", conversation=seeker.conversation_id, have=0)
    await console.sees("revoked", conversation=seeker.conversation_id, code="not_found")
    await meeting.do(seeker.says, "はい")
    await meeting.turn()
    await console.sees_nothing("event", "state", "typing", "seen")
    assert await meeting.do(AuditEntry.objects.filter(action="conversation.looked").count) == 0


async def test_an_exception_opens_one_conversation_and_its_end_closes_it(meeting: Meeting) -> None:
    cast = meeting.cast
    seeker, other = await meeting.do(cast.answered), await meeting.do(cast.answered)
    await meeting.do(grant, cast.hill.counsellor, seeker)
    console = await following(meeting, cast.hill.counsellor, seeker)
    await console.sends("follow", conversation=other.conversation_id, have=0)
    await console.sees("revoked", conversation=other.conversation_id)
    await meeting.do(seeker.says, "ふたりで")
    await console.sees("event", kind="message")
    await meeting.do(ungrant, cast.hill.counsellor, seeker)
    await console.sees("revoked", conversation=seeker.conversation_id)
    await meeting.do(seeker.says, "ひとりで")
    await meeting.turn()
    await console.sees_nothing("event")
    await console.is_open()


async def test_a_quick_exit_elsewhere_blanks_every_tab(meeting: Meeting) -> None:
    seeker = await meeting.do(meeting.cast.answered)
    mine = await meeting.console(meeting.cast.harbour.counsellor)
    tab = await meeting.seeker(seeker)
    browser = await meeting.do(browser_of, meeting.cast.auditor)
    answer = await meeting.do(browser.post, "/api/v1/conversation/forget", headers=seeker.headers)
    assert answer.status_code == 200
    await tab.sees("revoked", code="bad_token")
    await tab.is_closed(Close.UNKNOWN)
    await mine.sees("event", kind="left", role="seeker")
    again = await meeting.connect("/ws/v1/seeker/")
    await again.sends("hello", v=1, token=seeker.bearer, have=0)
    await again.is_closed(Close.UNKNOWN)
    answer = await meeting.do(browser.get, "/api/v1/conversation", headers=seeker.headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")


async def test_while_the_right_is_asked_for_again_nothing_more_is_told(meeting: Meeting) -> None:
    """What is committed right behind the loss must not slip through before the answer."""
    cast = meeting.cast
    seeker = await meeting.do(cast.answered)
    console = await following(meeting, cast.harbour.supervisor, seeker)
    supervising = await meeting.do(Membership.objects.get, person=cast.harbour.supervisor)

    def lose_and_speak() -> None:
        end_role(membership=supervising, by=None)
        with transaction.atomic():
            conversation = lock_conversation(seeker.conversation_id)
            touch_access(conversation)
            append(conversation, [])

    await meeting.do(lose_and_speak)
    await meeting.do(seeker.says, "ないしょ")
    await meeting.settle()
    await console.sees("revoked", conversation=seeker.conversation_id)
    await meeting.turn()
    await console.sees_nothing("event")


async def test_a_database_that_was_away_while_rights_were_asked_for_leaves_nobody_deaf(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = meeting.cast
    seeker = await meeting.do(cast.answered)
    theirs = await meeting.seeker(seeker)
    console = await following(meeting, cast.harbour.supervisor, seeker)

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(console_socket, "open_for_reading", away)
        patch.setattr(seeker_socket, "conversation_of_bearer", away)
        await meeting.do(end_roles, cast.harbour.counsellor)  # moves the access version
        await console.sees("error", code="try_again")
    await meeting.do(seeker.says, "まだいます")
    await meeting.turn()
    if (await meeting.do(lambda: seeker.conversation.status)) == Status.WAITING:
        await console.sees("revoked")  # nobody's organisation any more, so not the supervisor's either
    await theirs.is_open()


async def test_a_bearer_revoked_while_the_database_was_away_is_still_found_out(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeker = await meeting.do(meeting.cast.answered)
    tab = await meeting.seeker(seeker)
    await tab.sees("event", kind="joined")

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(seeker_socket, "conversation_of_bearer", away)
        await meeting.do(lambda: forget_bearer(help_seeker=seeker.conversation.help_seeker))
        await tab.sees("error", code="try_again")
    await meeting.turn()
    await tab.sees("revoked", code="bad_token")
    await tab.is_closed(Close.UNKNOWN)
