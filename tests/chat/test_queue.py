"""Who is given whom? In order, to nobody twice, to nobody above their capacity, and only what their house serves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from chat.errors import (
    AtCapacityError,
    NobodyWaitingError,
    NotAvailableError,
    NotFoundError,
    NoticeOutdatedError,
    TokenUsedError,
    TopicClosedError,
)
from chat.models import Assignment, Conversation, Entry, Topic
from chat.models.lifecycle import Status
from chat.selectors.people import people_of
from chat.selectors.queue import place_of, whole_queue
from chat.services.conversation import Request, leave_conversation, request_conversation
from chat.services.opening import set_weekly_hours
from chat.services.presence import set_presence
from chat.services.queue import accept_next
from chat.services.topic import stop_serving_topic
from organisations.models import Membership, Organisation, Person
from organisations.services.membership import deactivate_person, end_role
from tests.cast import Cast, Seeker, finish, log_of, make_bearer, make_cid, reply, take, wrap_up

pytestmark = pytest.mark.django_db
Race = Callable[[list[Callable[[], Any]]], list[Any]]


def on_duty(person: Person, capacity: int = 10) -> Person:
    set_presence(by=person, status="available", capacity=capacity)
    return person


def test_the_longest_wait_comes_first_within_a_priority(cast: Cast) -> None:
    first, second, urgent = cast.seeker(), cast.seeker(), cast.seeker("women")
    Conversation.objects.filter(pk=urgent.conversation_id).update(priority=F("priority") + 5)
    counsellor = on_duty(cast.harbour.counsellor)
    taken = [accept_next(by=counsellor, cid=make_cid()).pk for _ in range(3)]
    assert taken == [urgent.conversation_id, first.conversation_id, second.conversation_id]


def test_the_place_that_is_shown_is_the_place_in_which_one_is_taken(cast: Cast) -> None:
    seekers = [cast.seeker() for _ in range(4)]
    Conversation.objects.filter(pk=seekers[2].conversation_id).update(priority=F("priority") + 1)
    shown = {entry.conversation_id: entry.position for entry in whole_queue()}
    order = [accept_next(by=on_duty(cast.hill.counsellor), cid=make_cid()).pk for _ in range(4)]
    assert sorted(shown, key=lambda pk: shown[pk]) == order


def test_the_assignment_says_why_and_the_log_says_who(cast: Cast) -> None:
    cast.answered()
    cast.seeker()
    seeker = cast.seeker()
    Conversation.objects.filter(pk=seeker.conversation_id).update(priority=F("priority") + 1)
    take(cast.harbour.counsellor, capacity=3)
    reason = {"rule": "first_waiting", "candidates": 2, "passed_over": 0, "load": 1, "capacity": 3}
    assert Assignment.objects.get(conversation=seeker.conversation_id).reason == reason
    assigned, joined = log_of(seeker.conversation_id)
    assert (assigned.public_seq, assigned.data) == (
        None,
        {"organisation": str(cast.harbour.organisation.pk), "reason": reason},
    )
    assert joined.data is not None
    assert joined.data["participant"]["name"] == "あおい"
    assert joined.data["participant"]["organisation"] == "みなと相談室"
    assert "山田" not in str(joined.data), "the help-seeker learns the display name, not the full one"


def test_what_another_house_serves_is_not_given(cast: Cast) -> None:
    cast.seeker("disaster")
    counsellor = on_duty(cast.harbour.counsellor)
    for topic in (None, "disaster", "no-such-topic"):
        with pytest.raises(NobodyWaitingError):
            accept_next(by=counsellor, cid=make_cid(), topic=topic)
    assert take(cast.hill.counsellor).topic.slug == "disaster"


def test_one_may_ask_for_one_topic(cast: Cast) -> None:
    cast.seeker()
    women = cast.seeker("women")
    counsellor = on_duty(cast.harbour.counsellor)
    assert accept_next(by=counsellor, cid=make_cid(), topic="women").pk == women.conversation_id


def test_a_house_that_stops_serving_gets_no_more(cast: Cast) -> None:
    cast.seeker("women")
    stop_serving_topic(topic=Topic.objects.get(slug="women"), organisation=cast.harbour.organisation, by=None)
    with pytest.raises(NobodyWaitingError):
        take(cast.harbour.counsellor)


def test_whoever_is_away_full_or_alone_is_told_so(cast: Cast) -> None:
    counsellor = cast.harbour.counsellor
    with pytest.raises(NotAvailableError):
        accept_next(by=counsellor, cid=make_cid())
    with pytest.raises(NobodyWaitingError):
        take(counsellor, capacity=1)
    cast.seeker()
    cast.seeker()
    take(counsellor, capacity=1)
    with pytest.raises(AtCapacityError):
        take(counsellor, capacity=1)
    set_presence(by=counsellor, status="away")
    with pytest.raises(NotAvailableError):
        accept_next(by=counsellor, cid=make_cid())


def test_a_wrapped_up_conversation_counts_until_it_is_closed(cast: Cast) -> None:
    seeker = cast.answered(capacity=1)
    cast.seeker()
    wrap_up(cast.harbour.counsellor, seeker)
    with pytest.raises(AtCapacityError):
        take(cast.harbour.counsellor, capacity=1)
    finish(cast.harbour.counsellor, seeker)
    take(cast.harbour.counsellor, capacity=1)


def test_a_repeat_gets_the_same_conversation_whatever_has_happened_since(cast: Cast) -> None:
    counsellor, cid = cast.harbour.counsellor, make_cid()
    seeker = cast.seeker()
    cast.seeker()
    first = take(counsellor, capacity=1, cid=cid)
    assert accept_next(by=counsellor, cid=cid).pk == first.pk == seeker.conversation_id
    finish(counsellor, seeker)
    set_presence(by=counsellor, status="away")
    assert accept_next(by=counsellor, cid=cid).pk == first.pk
    assert Assignment.objects.count() == 1
    other = on_duty(cast.harbour.second_counsellor)
    assert accept_next(by=other, cid=cid).pk != first.pk, "a cid is of one person"


@pytest.mark.parametrize("part", ["manager", "supervisor"])
def test_only_counsellors_take(cast: Cast, part: str) -> None:
    cast.seeker()
    with pytest.raises(NotFoundError):
        accept_next(by=getattr(cast.harbour, part), cid=make_cid())
    with pytest.raises(NotFoundError):
        accept_next(
            by=on_duty(cast.harbour.counsellor), cid=make_cid(), organisation_id=cast.hill.organisation.pk
        )


def test_asking_again_gives_the_same_conversation_and_a_bearer_serves_one(cast: Cast) -> None:
    request = Request(
        bearer=make_bearer(),
        cid=make_cid(),
        topic="loneliness",
        language="ja",
        notice_version=cast.notice_version,
        answers={"hope": "talk", "unknown": "x"},
    )
    first = request_conversation(request=request)
    assert request_conversation(request=request).pk == first.pk
    again = Request(**{**{name: getattr(request, name) for name in request.__slots__}, "cid": make_cid()})
    with pytest.raises(TokenUsedError):
        request_conversation(request=again)
    assert Conversation.objects.count() == 1


def test_a_closed_topic_and_an_old_notice_open_nothing(cast: Cast) -> None:
    set_weekly_hours(topic=Topic.objects.get(slug="women"), hours=[], by=None)
    with pytest.raises(TopicClosedError):
        cast.seeker("women")
    cast.notice_version += 1
    with pytest.raises(NoticeOutdatedError):
        cast.seeker()
    assert Conversation.objects.count() == 0


def test_whoever_loses_the_role_gives_their_conversations_back_to_the_head_of_the_queue(cast: Cast) -> None:
    counsellor = cast.harbour.counsellor
    active, accepted, done = cast.answered(), cast.answered(), cast.answered()
    theirs = cast.answered(cast.hill.counsellor)
    reply(counsellor, active, "こんばんは")
    wrap_up(counsellor, done)
    later = cast.seeker()
    end_role(membership=Membership.objects.get(person=counsellor, role="counsellor"), by=None)
    assert [entry.conversation_id for entry in whole_queue()] == [
        active.conversation_id,
        accepted.conversation_id,
        later.conversation_id,
    ]
    for seeker in (active, accepted):
        conversation = seeker.conversation
        assert (conversation.counsellor, conversation.organisation) == (None, None)
        assert place_of(conversation) is not None
        assert log_of(seeker.conversation_id)[-1].data == {"reason": "revoked"}
    assert done.conversation.status == Status.CLOSED
    assert theirs.conversation.counsellor == cast.hill.counsellor
    assert take(cast.hill.counsellor).pk == active.conversation_id
    kinds = [entry.kind for entry in log_of(active.conversation_id)]
    assert kinds == ["assigned", "joined", "message", "left", "assigned", "joined"]


def test_a_counsellor_who_comes_back_may_be_given_the_same_person_again(cast: Cast) -> None:
    seeker = cast.answered()
    counsellor = cast.harbour.counsellor
    from organisations.services.membership import grant_role

    end_role(membership=Membership.objects.get(person=counsellor, role="counsellor"), by=None)
    grant_role(person=counsellor, organisation=cast.harbour.organisation, role="counsellor", by=None)
    assert take(counsellor).pk == seeker.conversation_id
    reply(counsellor, seeker, "ただいま")
    assert Assignment.objects.filter(conversation=seeker.conversation_id).count() == 2


def test_nobody_is_sent_back_into_a_queue_they_have_left(cast: Cast) -> None:
    gone, done = cast.answered(), cast.answered()
    leave_conversation(
        conversation_id=gone.conversation_id, participant_id=gone.participant_id, cid=make_cid()
    )
    wrap_up(cast.harbour.counsellor, done)
    deactivate_person(person=cast.harbour.counsellor, by=None)
    assert whole_queue() == []
    for seeker in (gone, done):
        assert seeker.conversation.status == Status.CLOSED
        ending = log_of(seeker.conversation_id)[-1]
        assert (ending.kind, ending.data) == ("closed", {"reason": "closed_by_staff"})
        assert ending.public_seq is not None


def test_deactivating_somebody_leaves_nobody_stranded(cast: Cast) -> None:
    seekers = [cast.answered() for _ in range(3)]
    deactivate_person(person=cast.harbour.counsellor, by=None)
    assert {seeker.conversation.status for seeker in seekers} == {Status.WAITING}
    assert Conversation.objects.held_by_counsellors().count() == 0


def check_fair_shares(
    cast: Cast, takers: dict[Person, int], seekers: list[Seeker], taken: dict[Person, list[Any]]
) -> None:
    """Nobody twice, nobody above capacity, everybody taken stood before everybody left."""
    everybody = [pk for pks in taken.values() for pk in pks]
    assert len(everybody) == len(set(everybody)) == min(sum(takers.values()), len(seekers))
    for person, capacity in takers.items():
        assert len(taken[person]) <= capacity
        assert Conversation.objects.held_by_counsellors().filter(counsellor=person).count() <= capacity
    in_order = [seeker.conversation_id for seeker in seekers]
    assert set(everybody) == set(in_order[: len(everybody)])
    assert Assignment.objects.count() == len(everybody)
    assert Entry.objects.filter(kind="joined").count() == len(everybody)


def race_for_the_queue(cast: Cast, race: Race, *, takers: int, waiting: int, threads_each: int) -> None:
    people = [cast.another_counsellor(cast.harbour if n % 2 else cast.hill) for n in range(takers)]
    capacities = {on_duty(person, 1 + n % 3): 1 + n % 3 for n, person in enumerate(people)}
    seekers = [cast.seeker() for _ in range(waiting)]
    taken: dict[Person, list[Any]] = {person: [] for person in people}

    def takes(person: Person) -> Callable[[], None]:
        def act() -> None:
            while True:
                try:
                    taken[person].append(accept_next(by=person, cid=make_cid()).pk)
                except (AtCapacityError, NobodyWaitingError):
                    return

        return act

    race([takes(person) for person in people for _ in range(threads_each)])
    check_fair_shares(cast, capacities, seekers, taken)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_over_forty_who_wait(cast: Cast, race: Race) -> None:
    race_for_the_queue(cast, race, takers=16, waiting=40, threads_each=1)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_of_each_counsellor_do_not_exceed_the_capacity(cast: Cast, race: Race) -> None:
    """The load is counted under the counsellor's own lock."""
    race_for_the_queue(cast, race, takers=2, waiting=10, threads_each=2)


@pytest.mark.django_db(transaction=True)
def test_more_hands_than_people_who_wait(cast: Cast, race: Race) -> None:
    race_for_the_queue(cast, race, takers=4, waiting=3, threads_each=1)


@pytest.mark.django_db(transaction=True)
def test_one_cid_from_four_tabs_is_one_conversation(cast: Cast, race: Race) -> None:
    counsellor, cid = on_duty(cast.harbour.counsellor, 5), make_cid()
    for _ in range(4):
        cast.seeker()
    given = race([lambda: accept_next(by=counsellor, cid=cid).pk] * 4)
    assert len(set(given)) == 1
    assert Assignment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_request_sent_four_times_at_once_opens_one_conversation(cast: Cast, race: Race) -> None:
    request = Request(
        bearer=make_bearer(),
        cid=make_cid(),
        topic="loneliness",
        language="ja",
        notice_version=cast.notice_version,
        answers={},
    )
    opened = race([lambda: request_conversation(request=request).pk] * 4)
    assert len(set(opened)) == 1
    assert Conversation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_leaving_and_being_taken_at_the_same_moment_ends_in_one_of_the_two(cast: Cast, race: Race) -> None:
    from chat.services.conversation import leave_conversation

    seeker = cast.seeker()
    counsellor = on_duty(cast.harbour.counsellor)
    race(
        [
            lambda: accept_next(by=counsellor, cid=make_cid()),
            lambda: leave_conversation(
                conversation_id=seeker.conversation_id, participant_id=seeker.participant_id, cid=make_cid()
            ),
        ]
    )
    conversation = seeker.conversation
    assert conversation.seeker_left_at is not None
    assert (conversation.status, conversation.counsellor) in {
        (Status.ABANDONED, None),
        (Status.ACCEPTED, counsellor),
    }
    staff = [entry.staff_seq for entry in log_of(seeker.conversation_id)]
    assert staff == list(range(1, len(staff) + 1))
    assert timedelta(0) <= conversation.seeker_left_at - conversation.requested_at


def test_an_english_speaker_is_told_the_organisations_english_name(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.harbour.organisation.pk).update(name_en="Harbour")
    cast.language = "en"
    seeker = cast.answered()
    joined = log_of(seeker.conversation_id)[-1]
    assert joined.data is not None
    assert joined.data["participant"]["organisation"] == "Harbour"
    assert people_of(seeker.conversation_id)[-1]["organisation"] == "Harbour"
    cast.language = "ja"
    in_japanese = people_of(cast.answered().conversation_id)[-1]
    assert in_japanese["organisation"] == cast.harbour.organisation.name
