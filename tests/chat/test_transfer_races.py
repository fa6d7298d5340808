"""When giver, takers and closers act at the same moment, is there one counsellor at every commit, and none too full?"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from chat.errors import DomainError
from chat.models import Assignment, Conversation, Participant, Presence, Transfer
from chat.models.lifecycle import ASSIGNED, Status
from chat.selectors.conversation import readable_by
from chat.selectors.queue import load_of
from chat.services.conversation import close_conversation
from chat.services.presence import set_presence
from chat.services.transfer import (
    Offer,
    accept_transfer,
    decline_transfer,
    expire_transfers,
    offer_transfer,
    withdraw_transfer,
)
from chat.services.withdrawal import give_back_if_gone
from organisations.models import Person
from tests.access.actors import undone
from tests.cast import Cast, Seeker, make_cast, make_cid, take, wrap_up

Race = Callable[[list[Callable[[], Any]]], list[Any]]
on_postgresql = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def give(seeker: Seeker, by: Person, kind: str, to: object) -> Transfer:
    offer = Offer(kind=kind, to=str(to), note="つづき")
    return offer_transfer(conversation_id=seeker.conversation_id, by=by, cid=make_cid(), offer=offer)


def accepting(seeker: Seeker, by: Person) -> Callable[[], Any]:
    return partial(accept_transfer, conversation_id=seeker.conversation_id, by=by, cid=make_cid())


def check_whole(conversation_id: Any) -> None:
    """One counsellor where it is held and none where it is not: part, assignment and holder agree."""
    conversation = Conversation.objects.get(pk=conversation_id)
    parts = Participant.objects.filter(conversation=conversation, role="counsellor", left_at__isnull=True)
    assignments = Assignment.objects.filter(conversation=conversation, ended_at__isnull=True)
    held = conversation.status in ASSIGNED
    expected = [conversation.counsellor_id] if held else []
    assert list(parts.values_list("person", flat=True)) == expected
    assert list(assignments.values_list("person", flat=True)) == expected
    if held:
        serving = [part.organisation_id for part in parts]
        assert serving == [conversation.organisation_id]
    assert Transfer.objects.filter(conversation=conversation, status="offered").count() <= 1


def won(outcomes: list[Any]) -> int:
    return sum(not isinstance(outcome, DomainError) for outcome in outcomes)


class TestRaces:
    pytestmark = on_postgresql

    def test_of_two_takers_one_gets_it(self, cast: Cast, race: Race) -> None:
        takers = [cast.hill.counsellor, cast.hill.second_counsellor]
        for _ in range(5):
            seeker = cast.answered(cast.harbour.counsellor, capacity=20)
            for taker in takers:
                set_presence(by=taker, status="available", capacity=20)
            give(seeker, cast.harbour.counsellor, "organisation", cast.hill.organisation.pk)
            assert won(race([accepting(seeker, taker) for taker in takers])) == 1
            check_whole(seeker.conversation_id)

    def test_nobody_is_given_more_than_they_have_places_for(self, cast: Cast, race: Race) -> None:
        sora = cast.hill.counsellor
        set_presence(by=sora, status="available", capacity=2)
        seekers = [cast.answered(cast.harbour.counsellor, capacity=20) for _ in range(6)]
        for seeker in seekers:
            give(seeker, cast.harbour.counsellor, "person", sora.pk)
        outcomes = race([accepting(seeker, sora) for seeker in seekers])
        assert won(outcomes) == load_of(sora) == 2
        for seeker in seekers:
            check_whole(seeker.conversation_id)

    def test_taking_against_taking_back(self, cast: Cast, race: Race) -> None:
        aoi, sora = cast.harbour.counsellor, cast.hill.counsellor
        set_presence(by=sora, status="available", capacity=20)
        for _ in range(8):
            seeker = cast.answered(aoi, capacity=20)
            give(seeker, aoi, "person", sora.pk)
            back = partial(withdraw_transfer, conversation_id=seeker.conversation_id, by=aoi, cid=make_cid())
            assert won(race([accepting(seeker, sora), back])) == 1
            check_whole(seeker.conversation_id)

    def test_taking_against_closing(self, cast: Cast, race: Race) -> None:
        aoi, sora = cast.harbour.counsellor, cast.hill.counsellor
        set_presence(by=sora, status="available", capacity=20)

        def close(seeker: Seeker) -> None:
            wrap_up(aoi, seeker)
            close_conversation(conversation_id=seeker.conversation_id, by=aoi, cid=make_cid())

        for _ in range(8):
            seeker = cast.answered(aoi, capacity=20)
            give(seeker, aoi, "person", sora.pk)
            assert won(race([accepting(seeker, sora), partial(close, seeker)])) == 1
            check_whole(seeker.conversation_id)

    def test_taking_against_a_lease_that_has_run_out(self, cast: Cast, race: Race) -> None:
        aoi, sora = cast.harbour.counsellor, cast.hill.counsellor
        for _ in range(8):
            seeker = cast.answered(aoi, capacity=20)
            set_presence(by=sora, status="available", capacity=20)
            give(seeker, aoi, "person", sora.pk)
            Presence.objects.filter(person=aoi).update(lease_until=timezone.now() - timedelta(hours=1))
            gone = partial(
                give_back_if_gone,
                conversation_id=seeker.conversation_id,
                person=aoi,
                limit=timedelta(minutes=5),
            )
            taken, given_back = race([accepting(seeker, sora), gone])
            assert isinstance(taken, DomainError) is given_back
            check_whole(seeker.conversation_id)
            if given_back:
                take(cast.harbour.second_counsellor, capacity=20)


class TransferStory(RuleBasedStateMachine):
    """Offers, answers, second thoughts and time, in any order."""

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(undone())
        self.cast = make_cast()
        house, other = self.cast.harbour, self.cast.hill
        self.staff = [house.counsellor, house.second_counsellor, other.counsellor, other.second_counsellor]
        for person in self.staff:
            set_presence(by=person, status="available", capacity=2)
        self.seeker = self.cast.answered(house.counsellor, capacity=2)
        self.waited = self.seeker.conversation.waiting_since

    def teardown(self) -> None:
        self.stack.close()

    def act(self, service: Any, who: int, **options: Any) -> None:
        try:
            service(
                conversation_id=self.seeker.conversation_id, by=self.staff[who], cid=make_cid(), **options
            )
        except DomainError:
            return

    @rule(who=st.integers(0, 3), to=st.integers(0, 3))
    def offers_a_person(self, who: int, to: int) -> None:
        offer = Offer(kind="person", to=str(self.staff[to].pk), note="つづき")
        self.act(offer_transfer, who, offer=offer)

    @rule(who=st.integers(0, 3), to=st.booleans())
    def offers_an_organisation(self, who: int, to: bool) -> None:
        house = self.cast.hill if to else self.cast.harbour
        self.act(
            offer_transfer, who, offer=Offer(kind="organisation", to=str(house.organisation.pk), note="あ")
        )

    @rule(
        who=st.integers(0, 3), service=st.sampled_from([accept_transfer, withdraw_transfer, decline_transfer])
    )
    def answers(self, who: int, service: Any) -> None:
        self.act(service, who)

    @rule()
    def time_passes(self) -> None:
        Transfer.objects.filter(status="offered").update(created_at=timezone.now() - timedelta(minutes=10))
        expire_transfers()

    @invariant()
    def rights_never_overlap(self) -> None:
        check_whole(self.seeker.conversation_id)
        conversation = self.seeker.conversation
        readers = [person for person in self.staff if readable_by(person).filter(pk=conversation.pk).exists()]
        assert readers == [conversation.counsellor]

    @invariant()
    def the_waiting_time_is_kept(self) -> None:
        conversation = self.seeker.conversation
        assert conversation.waiting_since == self.waited
        assert conversation.status == Status.ACCEPTED

    @invariant()
    def nobody_is_too_full(self) -> None:
        assert all(load_of(person) <= 2 for person in self.staff)


@pytest.mark.django_db
def test_rights_never_overlap_whatever_happens() -> None:
    run_state_machine_as_test(
        TransferStory,
        settings=settings(
            max_examples=10, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
