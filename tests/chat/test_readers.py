"""Does the panel name everybody who can see a conversation, and the reason, and can a supervisor end an exception?"""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.errors import NotFoundError
from chat.models import ConversationAccess
from chat.permissions import READ_CONVERSATION
from chat.selectors.conversation import readable_by, staff_access
from chat.selectors.details import details_of
from chat.services.grants import end_grant
from chat.services.transfer import Offer, offer_transfer
from organisations.models import AuditEntry, Person
from organisations.permissions import grant_access
from tests.cast import Cast, Seeker, make_cid

pytestmark = pytest.mark.django_db


def grant(seeker: Seeker, to: Person, by: Person) -> ConversationAccess:
    return grant_access(
        grant_model=ConversationAccess,
        to=to,
        on=seeker.conversation,
        codename=READ_CONVERSATION,
        purpose="二人で考える",
        by=by,
        expires_at=timezone.now() + timedelta(hours=1),
    )


def end(seeker: Seeker, grant_id: int, by: Person) -> None:
    end_grant(conversation_id=seeker.conversation_id, grant_id=grant_id, by=by, cid=make_cid())


def readers(seeker: Seeker, person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = details_of(staff_access(person, seeker.conversation_id))["readers"]
    return found


def test_each_is_named_with_the_reason(cast: Cast) -> None:
    house, izumi = cast.harbour, cast.hill.second_counsellor
    seeker = cast.answered(house.counsellor)
    grant(seeker, izumi, house.supervisor)
    offer = Offer(kind="person", to=str(cast.hill.counsellor.pk), note="つづき")
    offer_transfer(conversation_id=seeker.conversation_id, by=house.counsellor, cid=make_cid(), offer=offer)
    shown = readers(seeker, house.counsellor)
    assert [(row["kind"], row["name"]) for row in shown] == [
        ("counsellor", house.counsellor.display_name),
        ("supervisor", house.supervisor.display_name),
        ("grant", izumi.display_name),
        ("transfer", cast.hill.counsellor.display_name),
    ]
    assert (shown[2]["purpose"], shown[2]["granted_by"]) == ("二人で考える", house.supervisor.display_name)
    assert shown[2]["expires_at"] > shown[2]["since"]
    assert not any(row["may_end"] for row in shown)


def test_whoever_can_read_is_on_the_panel_and_nobody_else(cast: Cast) -> None:
    house = cast.harbour
    seeker = cast.answered(house.counsellor)
    grant(seeker, cast.hill.second_counsellor, house.supervisor)
    can = {person.display_name for person in cast.people if readable_by(person).exists()}
    assert {row["name"] for row in readers(seeker, house.counsellor)} == can


def test_a_supervisor_ends_a_grant_once_and_it_is_on_the_audit_trail(cast: Cast) -> None:
    house, izumi = cast.harbour, cast.hill.second_counsellor
    seeker = cast.answered(house.counsellor)
    given = grant(seeker, izumi, house.supervisor)
    assert [row["may_end"] for row in readers(seeker, house.supervisor)] == [False, False, True]
    version = seeker.conversation.access_version
    end(seeker, given.pk, house.supervisor)
    end(seeker, given.pk, house.supervisor)
    assert not readable_by(izumi).exists()
    assert seeker.conversation.access_version == version + 1
    assert AuditEntry.objects.filter(action="conversation.grant_ended", actor=house.supervisor).count() == 1


def test_nobody_else_ends_it(cast: Cast) -> None:
    house = cast.harbour
    seeker = cast.answered(house.counsellor)
    given = grant(seeker, cast.hill.second_counsellor, house.supervisor)
    for person in cast.people:
        if person != house.supervisor:
            with pytest.raises(NotFoundError):
                end(seeker, given.pk, person)
    other = cast.answered(house.counsellor)
    with pytest.raises(NotFoundError):
        end(other, given.pk, house.supervisor)


def test_what_has_expired_is_neither_shown_nor_ended(cast: Cast) -> None:
    house = cast.harbour
    seeker = cast.answered(house.counsellor)
    given = grant(seeker, cast.hill.second_counsellor, house.supervisor)
    ConversationAccess.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "grant" not in {row["kind"] for row in readers(seeker, house.supervisor)}
    with pytest.raises(NotFoundError):
        end(seeker, given.pk, house.supervisor)
