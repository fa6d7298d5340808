"""Does an exception reach one person, one object, one purpose, and end when it says so?"""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from chat.models import Conversation, ConversationAccess, HelpSeeker, Notice, Topic
from organisations.errors import PersonInactiveError
from organisations.models import AuditEntry, Person
from organisations.permissions import access_in_force, grant_access, revoke_access
from organisations.services.membership import deactivate_person

from .conftest import House

READ = "read_conversation"


@pytest.fixture
def conversations(db: None) -> list[Conversation]:
    now = timezone.now()
    topic, _ = Topic.objects.get_or_create(slug="loneliness", defaults={"name_ja": "孤独"})
    notice = Notice.objects.create(
        version=999, title_ja="お知らせ", body_ja="だれが答えるか", published_at=now
    )
    return [
        Conversation.objects.create(
            help_seeker=HelpSeeker.objects.create(token_hash=str(n) * 64, created_at=now, seen_at=now),
            request_cid="a" * 22,
            topic=topic,
            language="ja",
            notice=notice,
            notice_accepted_at=now,
            requested_at=now,
        )
        for n in range(2)
    ]


def readable(person: Person) -> list[Conversation]:
    return list(
        Conversation.objects.filter(
            pk__in=access_in_force(ConversationAccess, person, READ).values("content_object")
        )
    )


def test_a_grant_reaches_one_person_and_one_object(
    conversations: list[Conversation], harbour: House, hill: House
) -> None:
    before = hill.supervisor.access_version
    grant = grant_access(
        grant_model=ConversationAccess,
        to=hill.supervisor,
        on=conversations[0],
        codename=READ,
        purpose="handoff",
        by=harbour.supervisor,
    )
    assert (grant.purpose, grant.granted_by) == ("handoff", harbour.supervisor)
    assert readable(hill.supervisor) == [conversations[0]]
    assert readable(harbour.counsellor) == []
    assert hill.supervisor.access_version == before + 1
    line = AuditEntry.objects.get(action="access.granted")
    assert line.actor == harbour.supervisor
    assert line.object_id == str(conversations[0].pk)
    assert "handoff" not in str(line.details)


def test_a_grant_ends_by_itself_although_guardian_would_still_count_it(
    conversations: list[Conversation], harbour: House
) -> None:
    end = timezone.now() + timedelta(hours=2)
    grant_access(
        grant_model=ConversationAccess,
        to=harbour.supervisor,
        on=conversations[0],
        codename=READ,
        purpose="escalation",
        by=None,
        expires_at=end,
    )
    with time_machine.travel(end - timedelta(seconds=1), tick=False):
        assert readable(harbour.supervisor) == [conversations[0]]
    with time_machine.travel(end, tick=False):
        assert readable(harbour.supervisor) == []


def test_a_grant_given_again_is_renewed_not_doubled(
    conversations: list[Conversation], harbour: House
) -> None:
    end = timezone.now() + timedelta(hours=1)
    for expires_at, purpose in ((end, "first"), (None, "second")):
        grant_access(
            grant_model=ConversationAccess,
            to=harbour.supervisor,
            on=conversations[0],
            codename=READ,
            purpose=purpose,
            by=None,
            expires_at=expires_at,
        )
    grant = ConversationAccess.objects.get()
    assert (grant.purpose, grant.expires_at) == ("second", None)
    assert AuditEntry.objects.filter(action="access.granted").count() == 2


def test_a_grant_taken_back_is_gone(conversations: list[Conversation], harbour: House) -> None:
    what: dict[str, Any] = {
        "grant_model": ConversationAccess,
        "on": conversations[0],
        "codename": READ,
        "by": None,
    }
    grant_access(to=harbour.supervisor, purpose="handoff", **what)
    assert revoke_access(of=harbour.supervisor, **what)
    assert not revoke_access(of=harbour.supervisor, **what)
    assert readable(harbour.supervisor) == []
    assert AuditEntry.objects.filter(action="access.revoked").count() == 1


def test_a_grant_counts_for_nothing_once_its_holder_has_left(
    conversations: list[Conversation], harbour: House
) -> None:
    what: dict[str, Any] = {
        "grant_model": ConversationAccess,
        "codename": READ,
        "purpose": "handoff",
        "by": None,
    }
    grant_access(to=harbour.supervisor, on=conversations[0], **what)
    deactivate_person(person=harbour.supervisor, by=None)
    assert readable(harbour.supervisor) == []
    with pytest.raises(PersonInactiveError):
        grant_access(to=harbour.supervisor, on=conversations[1], **what)


def test_an_exception_needs_a_purpose_a_future_and_a_right_that_exists(
    conversations: list[Conversation], harbour: House
) -> None:
    good: dict[str, Any] = {
        "grant_model": ConversationAccess,
        "to": harbour.supervisor,
        "on": conversations[0],
        "codename": READ,
        "purpose": "handoff",
        "by": None,
    }
    for wrong in ({"purpose": "  "}, {"expires_at": timezone.now()}, {"codename": "read_everything"}):
        with pytest.raises(ValueError, match=r"purpose|future|permission"):
            grant_access(**{**good, **wrong})
    assert not ConversationAccess.objects.exists()
