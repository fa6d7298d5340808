"""Can a conversation ever be in a state, or take a step, that the one table of steps does not know?

Random lives through the real services; after each act the row is held against a model of its own.
"""

from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.errors import DomainError, WrapUpFirstError, WrongStateError
from chat.models import Assignment, Conversation, HelpSeeker, Participant
from chat.models.lifecycle import ASSIGNED, ENDED, OPEN, TRANSITIONS, Status, check_step
from chat.services.conversation import (
    abandon_unseen,
    close_conversation,
    forget_bearer,
    leave_conversation,
)
from chat.services.retention import forget_conversation
from chat.services.withdrawal import withdraw_person
from organisations.models import Membership, Person
from organisations.services.membership import end_role, grant_role
from tests.cast import Cast, Seeker, log_of, make_cid, reply, take, wrap_up

Act = Callable[[Cast, Person, Seeker], object]


def loses_the_role(cast: Cast, person: Person, seeker: Seeker) -> None:
    house = cast.harbour if person in cast.harbour.staff else cast.hill
    end_role(membership=Membership.objects.in_force().get(person=person, role="counsellor"), by=None)
    grant_role(person=person, organisation=house.organisation, role="counsellor", by=None)


def is_not_there_any_more(cast: Cast, person: Person, seeker: Seeker) -> None:
    abandon_unseen(conversation_id=seeker.conversation_id, unseen_since=seeker.conversation.requested_at)


def vanishes(cast: Cast, person: Person, seeker: Seeker) -> None:
    HelpSeeker.objects.update(seen_at="2020-01-01T00:00Z")
    is_not_there_any_more(cast, person, seeker)


ACTS: dict[str, Act] = {
    "takes": lambda cast, person, seeker: take(person),
    "replies": lambda cast, person, seeker: reply(person, seeker, "はい"),
    "asks": lambda cast, person, seeker: seeker.says("はい"),
    "leaves": lambda cast, person, seeker: leave_conversation(
        conversation_id=seeker.conversation_id, participant_id=seeker.participant_id, cid=make_cid()
    ),
    "wraps up": lambda cast, person, seeker: wrap_up(person, seeker),
    "closes": lambda cast, person, seeker: close_conversation(
        conversation_id=seeker.conversation_id, by=person, cid=make_cid()
    ),
    "exits in a hurry": lambda cast, person, seeker: forget_bearer(
        help_seeker=seeker.conversation.help_seeker
    ),
    "loses the role": loses_the_role,
    "is withdrawn for nothing": lambda cast, person, seeker: withdraw_person(
        person=person, organisation_id=None
    ),
    "is seen": is_not_there_any_more,
    "vanishes": vanishes,
    "is forgotten": lambda cast, person, seeker: forget_conversation(conversation_id=seeker.conversation_id),
}
lives = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.booleans()), min_size=1, max_size=14)


def check_row(conversation: Conversation) -> None:
    """What must be true of a row whatever has happened."""
    status = Status(conversation.status)
    assert (conversation.counsellor_id is not None) >= (status in ASSIGNED)
    assert (conversation.ended_at is not None) == (status in ENDED) == (status not in OPEN)
    assert bool(conversation.end_reason) == (status in ENDED)
    assert (status == Status.WAITING) <= (conversation.counsellor_id is None)
    open_assignments = Assignment.objects.filter(conversation=conversation, ended_at__isnull=True).count()
    assert open_assignments == (status in ASSIGNED)
    present = conversation.participants.filter(left_at__isnull=True, person__isnull=False).count()
    assert present == (status in ASSIGNED)


def check_log(
    seeker: Seeker, held: list[tuple[int, bytes | None, str]]
) -> list[tuple[int, bytes | None, str]]:
    """The log only grows: nothing that was written is changed, but by forgetting."""
    forgotten = seeker.conversation.forgotten_at is not None
    now = [
        (entry.staff_seq, None if entry.body is None else bytes(entry.body), str(entry.kind))
        for entry in log_of(seeker.conversation_id)
    ]
    assert [row[0] for row in now] == list(range(1, len(now) + 1))
    assert [(seq, kind) for seq, _, kind in now[: len(held)]] == [(seq, kind) for seq, _, kind in held]
    assert forgotten or now[: len(held)] == held
    return now


def live(cast: Cast, acts: list[tuple[str, bool]]) -> list[Status]:
    seeker = cast.seeker()
    path = [Status(seeker.conversation.status)]
    held: list[tuple[int, bytes | None, str]] = []
    for name, first in acts:
        person = cast.harbour.counsellor if first else cast.hill.counsellor
        with suppress(DomainError, LookupError, Conversation.DoesNotExist):
            act(name, cast, person, seeker)
        conversation = seeker.conversation
        check_row(conversation)
        held = check_log(seeker, held)
        path.append(Status(conversation.status))
    return path


def act(name: str, cast: Cast, person: Person, seeker: Seeker) -> None:
    with suppress(Participant.DoesNotExist):
        ACTS[name](cast, person, seeker)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=lives)
def test_whatever_happens_only_steps_of_the_table_are_taken(cast: Cast, acts: list[tuple[str, bool]]) -> None:
    with transaction.atomic():
        path = live(cast, acts)
        for before, after in pairwise(path):
            assert before == after or after in TRANSITIONS[before]
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_usual_life(cast: Cast) -> None:
    acts = ["takes", "asks", "replies", "wraps up", "closes", "is forgotten"]
    assert live(cast, [(name, True) for name in acts]) == [
        Status.WAITING,
        Status.ACCEPTED,
        Status.ACCEPTED,
        Status.ACTIVE,
        Status.WRAPPED_UP,
        Status.CLOSED,
        Status.CLOSED,
    ]


def test_the_table_ends_and_every_state_can_be_reached() -> None:
    assert set(TRANSITIONS) == set(Status)
    assert {status for status in Status if not TRANSITIONS[status]} == ENDED
    reached, new = set[Status](), {Status.REQUESTED}
    while new:
        reached |= new
        new = set().union(*(TRANSITIONS[status] for status in new)) - reached
    assert reached == set(Status)


@pytest.mark.parametrize("old", Status)
def test_a_step_that_is_not_in_the_table_is_refused(old: Status) -> None:
    for new in Status:
        if new in TRANSITIONS[old]:
            check_step(old, new)
        else:
            with pytest.raises(WrongStateError):
                check_step(old, new)


@pytest.mark.django_db
def test_closing_needs_the_wrap_up_and_then_happens_once(cast: Cast) -> None:
    seeker = cast.answered()
    counsellor = cast.harbour.counsellor

    def close(by: Person) -> Any:
        return close_conversation(conversation_id=seeker.conversation_id, by=by, cid=make_cid())

    with pytest.raises(WrapUpFirstError):
        close(counsellor)
    wrap_up(counsellor, seeker)
    with pytest.raises(DomainError, match="not_found"):
        close(cast.hill.counsellor)
    close(counsellor)
    close(counsellor)
    assert [entry.kind for entry in log_of(seeker.conversation_id)].count("closed") == 1
