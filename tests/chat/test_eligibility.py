"""Who is given whom, where topics and languages need a clearance? The first they may serve, and nobody else."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from chat.errors import AtCapacityError, BadFrameError, NobodyWaitingError, NotFoundError
from chat.live.board import Board
from chat.models import Assignment, Clearance, Conversation, Presence, Topic
from chat.protocol import encode
from chat.selectors.console import console_access
from chat.selectors.eligibility import hands_on_duty, on_duty_by_topic, waits_that_somebody_free_could_serve
from chat.selectors.queue import whole_queue
from chat.selectors.round import Question, read_facts
from chat.services.clearance import Ground, end_clearance, grant_clearance
from chat.services.presence import set_presence
from chat.services.queue import accept_next
from chat.services.watching import LONG_ENOUGH, watch_the_queue
from organisations.models import AuditEntry, Membership, Person
from organisations.services.membership import end_role, grant_role
from tests.cast import Cast, House, Seeker, clear_for_everything, make_cast, make_cid, take
from tests.chat.test_query_counts import asks
from tests.contract.golden import check_server_frame

Race = Callable[[list[Callable[[], Any]]], list[Any]]


def on_duty(person: Person, capacity: int = 10) -> Person:
    set_presence(by=person, status="available", capacity=capacity)
    return person


def newcomer(cast: Cast, house: House | None = None, *grounds: Ground) -> Person:
    """A counsellor on duty who is cleared for nothing but these."""
    house = house or cast.harbour
    person = cast.another_counsellor(house, cleared=False)
    for ground in grounds:
        grant_clearance(person=person, organisation=house.organisation, ground=ground, by=house.manager)
    return on_duty(person)


def women() -> Ground:
    return Ground(topic=Topic.objects.get(slug="women"))


ENGLISH = Ground(language="en")


def in_english(cast: Cast, topic: str = "loneliness") -> Seeker:
    cast.language = "en"
    seeker = cast.seeker(topic)
    cast.language = "ja"
    return seeker


@pytest.mark.django_db
def test_a_delicate_topic_goes_to_those_cleared_for_it_and_the_reason_says_who_was_passed_over(
    cast: Cast,
) -> None:
    delicate, english, plain = cast.seeker("women"), in_english(cast), cast.seeker()
    cast.seeker("disaster")  # Hill's alone: no queue of Harbour's
    counsellor = newcomer(cast)
    assert accept_next(by=counsellor, cid=make_cid()).pk == plain.conversation_id
    reason = {"rule": "first_waiting", "candidates": 1, "passed_over": 2, "load": 0, "capacity": 10}
    assert Assignment.objects.get(conversation=plain.conversation_id).reason == reason
    for topic in (None, "women", "loneliness"):
        with pytest.raises(NobodyWaitingError):
            accept_next(by=counsellor, cid=make_cid(), topic=topic)
    grant_clearance(
        person=counsellor, organisation=cast.harbour.organisation, ground=women(), by=cast.harbour.manager
    )
    assert accept_next(by=counsellor, cid=make_cid()).pk == delicate.conversation_id
    assert take(newcomer(cast, None, ENGLISH)).pk == english.conversation_id


@pytest.mark.django_db
def test_everybody_serves_plain_japanese(cast: Cast) -> None:
    cast.language = "ja-easy"
    seeker = cast.seeker()
    assert take(newcomer(cast)).pk == seeker.conversation_id


@pytest.mark.django_db
def test_a_clearance_of_one_house_opens_nothing_in_another(cast: Cast) -> None:
    cast.seeker("women")
    guest = newcomer(cast, cast.hill)
    clear_for_everything(guest, cast.hill.organisation)
    grant_role(person=guest, organisation=cast.harbour.organisation, role="counsellor", by=None)
    with pytest.raises(NobodyWaitingError):
        take(guest)
    grant_clearance(person=guest, organisation=cast.harbour.organisation, ground=women(), by=None)
    taken = take(guest)
    assert taken.organisation == cast.harbour.organisation, "answered for the house that serves it"


@pytest.mark.django_db
def test_only_a_manager_of_the_house_clears_and_only_its_counsellors_are_cleared(cast: Cast) -> None:
    person, house = newcomer(cast), cast.harbour
    strangers = [house.counsellor, house.supervisor, cast.hill.manager, cast.operator, person]
    for by in strangers:
        for act in (grant_clearance, end_clearance):
            with pytest.raises(NotFoundError):
                act(person=person, organisation=house.organisation, ground=women(), by=by)
    for uncleared in (house.manager, house.supervisor, cast.hill.counsellor):
        with pytest.raises(NotFoundError):
            grant_clearance(
                person=uncleared, organisation=house.organisation, ground=women(), by=house.manager
            )
    for language in ("ja", "ja-easy", "fr", ""):
        with pytest.raises(BadFrameError):
            grant_clearance(
                person=person, organisation=house.organisation, ground=Ground(language=language), by=None
            )
    assert not Clearance.objects.filter(person=person).exists()


@pytest.mark.django_db
def test_each_change_is_one_line_of_the_audit_and_reaches_an_open_console(cast: Cast) -> None:
    person, house = newcomer(cast), cast.harbour
    version = Person.objects.get(pk=person.pk).access_version
    for _ in range(2):
        grant_clearance(person=person, organisation=house.organisation, ground=women(), by=house.manager)
    assert Person.objects.get(pk=person.pk).access_version == version + 1
    assert "women" in console_access(person.pk).sight.topics
    for _ in range(2):
        end_clearance(person=person, organisation=house.organisation, ground=women(), by=house.manager)
    assert Person.objects.get(pk=person.pk).access_version == version + 2
    assert "women" not in console_access(person.pk).sight.topics
    lines = AuditEntry.objects.filter(details__person=str(person.pk), action__startswith="clearance.")
    assert [(line.action, line.actor, line.details["topic"]) for line in lines.order_by("pk")] == [
        ("clearance.granted", house.manager, "women"),
        ("clearance.ended", house.manager, "women"),
    ]


@pytest.mark.django_db
def test_whoever_stops_being_a_counsellor_comes_back_uncleared(cast: Cast) -> None:
    person = cast.harbour.counsellor
    held = cast.answered(person, topic="women")
    end_clearance(person=person, organisation=cast.harbour.organisation, ground=women(), by=None)
    assert held.conversation.counsellor == person, "what is in hand goes on"
    end_role(membership=Membership.objects.get(person=person, role="counsellor"), by=None)
    assert not Clearance.objects.in_force().filter(person=person).exists()
    grant_role(person=person, organisation=cast.harbour.organisation, role="counsellor", by=None)
    cast.seeker("women")
    with pytest.raises(NobodyWaitingError):
        take(person)


@pytest.mark.django_db
def test_what_a_console_sees_of_the_queue(cast: Cast) -> None:
    fresh = console_access(newcomer(cast).pk).sight
    assert fresh.topics == {"loneliness"}
    assert fresh.serves == {("loneliness", "ja"), ("loneliness", "ja-easy")}
    assert fresh.picks == frozenset()
    supervisor = console_access(cast.harbour.supervisor.pk).sight
    assert supervisor.topics == supervisor.picks == {"loneliness", "women"}
    assert supervisor.serves == frozenset()


@pytest.mark.django_db
def test_on_duty_are_those_who_may_and_could_serve_are_those_with_a_free_place(cast: Cast) -> None:
    newcomer(cast)
    cast.answered(cast.harbour.counsellor, capacity=1)
    on_duty(cast.hill.counsellor)
    gone = newcomer(cast)
    Presence.objects.filter(person=gone).update(lease_until=timezone.now() - timedelta(seconds=1))
    counts = on_duty_by_topic(hands_on_duty())
    assert counts == (
        {"loneliness": 3, "women": 1, "disaster": 1},
        {"loneliness": 2, "women": 0, "disaster": 1},
    )


@pytest.mark.django_db
def test_a_wait_is_an_alarm_when_somebody_free_could_end_it(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        cast.seeker("women")
        in_english(cast)
        clock.shift(LONG_ENOUGH - timedelta(seconds=1))
        newcomer(cast)
        on_duty(cast.harbour.counsellor, 1)
        watch_the_queue()
        assert caplog.records == []
        clock.shift(timedelta(seconds=1))
        assert watch_the_queue() == 0
        said = {(record.msg, record.__dict__["topic"], record.__dict__["count"]) for record in caplog.records}
        assert said == {("waits_while_free", "women", 1), ("waits_while_free", "loneliness", 1)}
        accept_next(by=cast.harbour.counsellor, cid=make_cid())
        caplog.clear()
        watch_the_queue()
        assert caplog.records == [], "the one who could is full now, the newcomer may not"


@pytest.mark.django_db
def test_how_many_questions_it_takes(cast: Cast) -> None:
    counsellor = on_duty(cast.harbour.counsellor)
    for _ in range(3):
        cast.seeker()
        cast.seeker("women")
    accept_next(by=counsellor, cid=make_cid())  # whose key is met for the first time
    asks(3, hands_on_duty)
    for person in (cast.harbour.second_counsellor, cast.hill.counsellor, cast.hill.second_counsellor):
        on_duty(person)
    asks(3, hands_on_duty)
    asks(4, lambda: waits_that_somebody_free_could_serve(timezone.now()))
    Conversation.objects.waiting().delete()
    asks(1, lambda: waits_that_somebody_free_could_serve(timezone.now()))


def race_with_mixed_clearances(cast: Cast, race: Race, *, takers: int, waiting: int) -> None:
    """Each third person knows nothing, English, or all; each third waits plainly, in English, delicately."""
    house = cast.harbour
    grounds: list[tuple[Ground, ...]] = [(), (ENGLISH,), (women(), ENGLISH)]
    people = [newcomer(cast, house, *grounds[n % 3]) for n in range(takers)]
    ways: list[Callable[[], Seeker]] = [cast.seeker, lambda: in_english(cast), lambda: cast.seeker("women")]
    for n in range(waiting):
        ways[n % 3]()
    for number, person in enumerate(people):
        on_duty(person, 1 + number % 3)

    def takes(person: Person) -> Callable[[], None]:
        def act() -> None:
            while True:
                try:
                    accept_next(by=person, cid=make_cid())
                except (AtCapacityError, NobodyWaitingError):
                    return

        return act

    race([takes(person) for person in people])
    taken = Assignment.objects.select_related("conversation__topic", "person__presence")
    assert len({row.conversation_id for row in taken}) == len(taken)
    for row in taken:
        sight = console_access(row.person_id).sight
        assert (row.conversation.topic.slug, row.conversation.language) in sight.serves
    free = [hand for hand in hands_on_duty() if hand.free]
    for entry in whole_queue():
        admitting = [r for hand in free for r in hand.reaches if r.admits(entry.topic_id, entry.language)]
        assert admitting == [], "somebody waits and somebody free could serve"
    for hand in hands_on_duty():
        assert hand.load <= hand.capacity


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_with_mixed_clearances(cast: Cast, race: Race) -> None:
    race_with_mixed_clearances(cast, race, takers=16, waiting=45)


@pytest.mark.django_db(transaction=True)
def test_four_at_once_with_mixed_clearances(cast: Cast, race: Race) -> None:
    race_with_mixed_clearances(cast, race, takers=4, waiting=9)


WAITS = st.tuples(st.sampled_from(["loneliness", "women"]), st.sampled_from(["ja", "en", "ja-easy"]))


class AnyQueueTests(TestCase):
    """Whatever waits, whoever asks."""

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        waits=st.lists(st.tuples(WAITS, st.integers(0, 2)), max_size=5),
        cleared=st.sets(st.sampled_from(["women", "en"])),
    )
    def test_one_is_given_the_first_they_may_serve_and_never_another(
        self, waits: list[tuple[tuple[str, str], int]], cleared: set[str]
    ) -> None:
        cast = make_cast()
        for (topic, language), priority in waits:
            cast.language = language
            seeker = cast.seeker(topic)
            Conversation.objects.filter(pk=seeker.conversation_id).update(priority=F("priority") + priority)
        grounds = [women()] * ("women" in cleared) + [ENGLISH] * ("en" in cleared)
        counsellor = newcomer(cast, None, *grounds)

        def may(topic: str, language: str) -> bool:
            return (topic != "women" or "women" in cleared) and (language != "en" or "en" in cleared)

        order = [(entry.conversation_id, may(entry.topic, entry.language)) for entry in whole_queue()]
        expected = [pk for pk, mine in order if mine]
        given: list[UUID] = []
        while len(given) < len(expected):
            given.append(accept_next(by=counsellor, cid=make_cid()).pk)
        assert given == expected
        with pytest.raises(NobodyWaitingError):
            accept_next(by=counsellor, cid=make_cid())
        for pk in given:
            reason = Assignment.objects.get(conversation=pk).reason
            before = [mine for _, mine in order[: [each for each, _ in order].index(pk)]]
            assert reason["passed_over"] == before.count(False)
            assert reason["candidates"] == len(expected) - given.index(pk)


@pytest.mark.django_db
def test_a_board_marks_whom_this_person_may_take_and_whom_a_supervisor_may_give(cast: Cast) -> None:
    english, plain, delicate = in_english(cast), cast.seeker(), cast.seeker("women")
    person = newcomer(cast)
    people = [person, cast.harbour.supervisor]
    facts = read_facts(Question(conversations=(), people=[p.pk for p in people], sessions=(), waiting=False))

    def board(who: Person) -> dict[str, Any]:
        drawn = Board()
        drawn.sight = console_access(who.pk).sight
        fields = drawn.fields(facts, who.pk)
        check_server_frame("console", json.loads(encode(fields)))
        return fields

    def marks(fields: dict[str, Any]) -> dict[UUID, tuple[bool, bool]]:
        return {row["conversation"]: (row["servable"], row["pickable"]) for row in fields["queue"]}

    own = board(person)
    assert marks(own) == {english.conversation_id: (False, False), plain.conversation_id: (True, False)}
    (topic,) = own["topics"]
    assert (topic["id"], topic["waiting"], topic["servable"], topic["could_serve"]) == ("loneliness", 2, 1, 1)
    seen = board(cast.harbour.supervisor)
    everybody = (english, plain, delicate)
    assert marks(seen) == {seeker.conversation_id: (False, True) for seeker in everybody}
    assert {topic["id"]: topic["could_serve"] for topic in seen["topics"]} == {"loneliness": 1, "women": 0}
