"""Who may take somebody out of order, and what still holds then? A supervisor, with a reason; all but the order."""

from collections.abc import Callable
from typing import Any

import pytest

from chat.errors import (
    AtCapacityError,
    BadFrameError,
    BodyEmptyError,
    BodyTooLongError,
    NotAvailableError,
    NotClearedError,
    NotFoundError,
)
from chat.models import Assignment, Conversation
from chat.selectors.log import page_of
from chat.selectors.picking import takers_of
from chat.services.picking import take_out_of_order
from chat.services.presence import set_presence
from chat.services.queue import accept_next
from organisations.models import AuditEntry, Person
from organisations.services.membership import grant_role
from tests.cast import Cast, Seeker, log_of, make_cid, reply

pytestmark = pytest.mark.django_db
Race = Callable[[list[Callable[[], Any]]], list[Any]]
REASON = "前に話した人で、急いでいます"


def on_duty(person: Person, capacity: int = 2) -> Person:
    set_presence(by=person, status="available", capacity=capacity)
    return person


def pick(cast: Cast, seeker: Seeker, **changed: Any) -> Conversation:
    given = {
        "conversation_id": seeker.conversation_id,
        "by": cast.harbour.supervisor,
        "cid": make_cid(),
        "reason": REASON,
        "counsellor_id": cast.harbour.counsellor.pk,
    }
    return take_out_of_order(**{**given, **changed})


def test_it_is_given_past_the_others_with_a_note_and_a_line_in_the_audit(cast: Cast) -> None:
    counsellor = on_duty(cast.harbour.counsellor)
    cast.seeker()
    cast.seeker("women")
    last = cast.seeker()
    assert pick(cast, last).counsellor == counsellor
    reason = {"rule": "picked", "candidates": 3, "passed_over": 2, "load": 0, "capacity": 2}
    assert Assignment.objects.get().reason == reason
    assigned, joined, note = log_of(last.conversation_id)
    assert (assigned.kind, joined.kind, note.kind) == ("assigned", "joined", "note")
    assert (note.role, note.participant, note.public_seq) == ("supervisor", None, None)
    assert page_of(last.conversation_id, staff=True, after=0).entries[-1].body == REASON
    line = AuditEntry.objects.get(action="conversation.picked")
    assert (line.actor, line.object_id) == (cast.harbour.supervisor, str(last.conversation_id))
    assert line.details == {"counsellor": str(counsellor.pk), "passed_over": 2}
    reply(counsellor, last, "こんばんは")


def test_what_is_written_about_why_is_sealed_and_not_for_the_help_seeker(cast: Cast) -> None:
    on_duty(cast.harbour.counsellor)
    seeker = cast.seeker()
    pick(cast, seeker)
    note = log_of(seeker.conversation_id)[-1]
    assert note.body is not None
    assert REASON.encode() not in bytes(note.body)
    public = page_of(seeker.conversation_id, staff=False, after=0)
    assert [entry.kind for entry in public.entries] == ["joined"]


def test_a_repeat_gets_the_same_and_a_cid_gives_nothing_else(cast: Cast) -> None:
    on_duty(cast.harbour.counsellor, 1)
    seeker, other, cid = cast.seeker(), cast.seeker(), make_cid()
    first = pick(cast, seeker, cid=cid)
    assert pick(cast, seeker, cid=cid).pk == first.pk
    with pytest.raises(BadFrameError):
        pick(cast, other, cid=cid)
    assert Assignment.objects.count() == AuditEntry.objects.filter(action="conversation.picked").count() == 1


def test_only_a_supervisor_of_a_house_that_serves_it_picks_and_only_for_its_counsellors(cast: Cast) -> None:
    harbour, hill = cast.harbour, cast.hill
    for person in (harbour.counsellor, hill.counsellor):
        on_duty(person)
    shared, women, disaster = cast.seeker(), cast.seeker("women"), cast.seeker("disaster")
    for by in (harbour.counsellor, harbour.manager, cast.coordinator, cast.operator):
        with pytest.raises(NotFoundError):
            pick(cast, shared, by=by)
        with pytest.raises(NotFoundError):
            takers_of(by, shared.conversation_id)
    refused: list[tuple[Seeker, dict[str, Any]]] = [
        (disaster, {}),
        (shared, {"counsellor_id": hill.counsellor.pk}),
        (shared, {"counsellor_id": harbour.manager.pk}),
        (shared, {"counsellor_id": None}),  # a supervisor who does not serve
        (women, {"by": hill.supervisor, "counsellor_id": hill.counsellor.pk}),
    ]
    for seeker, changed in refused:
        with pytest.raises(NotFoundError):
            pick(cast, seeker, **changed)
    assert Assignment.objects.count() == 0


def test_a_supervisor_who_serves_too_may_take_somebody_themselves(cast: Cast) -> None:
    both = cast.harbour.supervisor
    grant_role(person=both, organisation=cast.harbour.organisation, role="counsellor", by=None)
    on_duty(both)
    assert pick(cast, cast.seeker(), counsellor_id=None).counsellor == both


def test_presence_capacity_and_clearance_hold(cast: Cast) -> None:
    counsellor = cast.harbour.counsellor
    seeker, women = cast.seeker(), cast.seeker("women")
    with pytest.raises(NotAvailableError):
        pick(cast, seeker)
    on_duty(counsellor, 1)
    uncleared = on_duty(cast.another_counsellor(cast.harbour, cleared=False))
    with pytest.raises(NotClearedError):
        pick(cast, women, counsellor_id=uncleared.pk)
    pick(cast, seeker)
    with pytest.raises(AtCapacityError):
        pick(cast, women)
    with pytest.raises(NotFoundError):
        pick(cast, seeker, counsellor_id=uncleared.pk)
    assert [taker["name"] for taker in takers_of(cast.harbour.supervisor, women.conversation_id)] == [
        counsellor.display_name
    ]


@pytest.mark.parametrize(("reason", "error"), [(" ", BodyEmptyError), ("灯" * 201, BodyTooLongError)])
def test_it_needs_a_reason_of_at_most_200_characters(cast: Cast, reason: str, error: type[Exception]) -> None:
    on_duty(cast.harbour.counsellor)
    seeker = cast.seeker()
    with pytest.raises(error):
        pick(cast, seeker, reason=reason)
    assert pick(cast, seeker, reason="灯" * 200).pk == seeker.conversation_id


@pytest.mark.django_db(transaction=True)
def test_one_who_is_picked_and_accepted_at_the_same_moment_goes_to_one_of_the_two(
    cast: Cast, race: Race
) -> None:
    first, second = on_duty(cast.harbour.counsellor, 1), on_duty(cast.harbour.second_counsellor, 1)
    seeker = cast.seeker()
    race(
        [
            lambda: pick(cast, seeker),
            lambda: accept_next(by=second, cid=make_cid()),
            lambda: pick(cast, seeker),
            lambda: accept_next(by=first, cid=make_cid()),
        ]
    )
    assert Assignment.objects.count() == 1
    assert seeker.conversation.counsellor in {first, second}
