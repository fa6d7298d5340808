"""What becomes of a person whose counsellor's browser is gone? Nobody is lost between two."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from chat.errors import NotAvailableError
from chat.models import Conversation, DeskRules, Presence
from chat.models.lifecycle import ENDED, Status
from chat.selectors.queue import whole_queue
from chat.services.conversation import leave_conversation
from chat.services.presence import renew_leases, set_presence
from chat.services.queue import accept_next
from chat.services.sweeping import run_due_jobs
from chat.services.withdrawal import give_back_if_gone, give_back_unattended
from organisations.models import AuditEntry, Person
from tests.cast import Cast, Seeker, finish, log_of, make_cid, reply, take, wrap_up

pytestmark = pytest.mark.django_db
Race = Callable[[list[Callable[[], Any]]], list[Any]]
LEASE = timedelta(seconds=settings.TOMOSHIBI.presence_lease_seconds)
DEFAULT = timedelta(minutes=5)
SECOND = timedelta(seconds=1)


def gone_for(person: Person, time: timedelta) -> None:
    """The last sign of this person's browser ran out so long ago."""
    Presence.objects.filter(person=person).update(lease_until=timezone.now() - time)


def test_whoever_is_gone_for_a_minute_is_given_nobody_until_the_browser_is_back(cast: Cast) -> None:
    cast.seeker()
    counsellor = cast.harbour.counsellor
    with time_machine.travel(timezone.now(), tick=False) as clock:
        set_presence(by=counsellor, status="available", capacity=2)
        clock.shift(timedelta(seconds=60))
        with pytest.raises(NotAvailableError):
            accept_next(by=counsellor, cid=make_cid())
        renew_leases(people=[counsellor.pk], help_seekers=())
        clock.shift(timedelta(seconds=59))
        accept_next(by=counsellor, cid=make_cid())


def test_a_repeat_still_gets_its_first_answer(cast: Cast) -> None:
    seeker, cid = cast.seeker(), make_cid()
    counsellor = cast.harbour.counsellor
    take(counsellor, cid=cid)
    gone_for(counsellor, SECOND)
    assert accept_next(by=counsellor, cid=cid).pk == seeker.conversation_id


def test_after_the_limit_the_conversation_stands_where_its_first_wait_puts_it(cast: Cast) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        seeker = cast.answered()
        reply(cast.harbour.counsellor, seeker, "こんばんは")
        seeker.says("はい")
        waited_since = seeker.conversation.waiting_since
        clock.shift(timedelta(minutes=1))
        later = cast.seeker()
        urgent = cast.seeker()
        Conversation.objects.filter(pk=urgent.conversation_id).update(priority=F("priority") + 1)
        clock.shift(LEASE + DEFAULT - timedelta(minutes=1) - SECOND)
        assert give_back_unattended() == 0, "not a moment before the limit"
        clock.shift(SECOND)
        assert give_back_unattended() == 1
    conversation = seeker.conversation
    assert (conversation.status, conversation.counsellor, conversation.organisation) == (
        "waiting",
        None,
        None,
    )
    assert conversation.waiting_since == waited_since
    order = [entry.conversation_id for entry in whole_queue()]
    assert order == [urgent.conversation_id, seeker.conversation_id, later.conversation_id]


def test_whoever_has_waited_longer_still_comes_first(cast: Cast) -> None:
    """Given back is not overtaking: the order is priority, then the first wait."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        longest = cast.seeker()
        clock.shift(SECOND)
        seeker = cast.seeker()
        Conversation.objects.filter(pk=longest.conversation_id).update(priority=F("priority") - 1)
        assert take(cast.harbour.counsellor).pk == seeker.conversation_id
        Conversation.objects.filter(pk=longest.conversation_id).update(priority=F("priority") + 1)
        gone_for(cast.harbour.counsellor, DEFAULT)
        give_back_unattended()
    assert [entry.conversation_id for entry in whole_queue()] == [
        longest.conversation_id,
        seeker.conversation_id,
    ]


def test_the_history_goes_with_it_and_the_next_counsellor_reads_on(cast: Cast) -> None:
    seeker = cast.answered()
    reply(cast.harbour.counsellor, seeker, "こんばんは")
    seeker.says("はい")
    gone_for(cast.harbour.counsellor, DEFAULT)
    give_back_unattended()
    assert take(cast.hill.counsellor).pk == seeker.conversation_id
    assert seeker.conversation.status == Status.ACCEPTED
    reply(cast.hill.counsellor, seeker, "つづきをうかがいます")
    assert seeker.conversation.status == Status.ACTIVE
    log = log_of(seeker.conversation_id)
    kinds = [entry.kind for entry in log]
    assert kinds == ["assigned", "joined", "message", "message", "left", "assigned", "joined", "message"]
    left = log[4]
    assert (left.role, left.data) == ("counsellor", {"reason": "gone"})
    assert left.public_seq is not None


def test_it_is_written_down_who_was_gone_and_for_how_long(cast: Cast) -> None:
    seeker = cast.answered()
    gone_for(cast.harbour.counsellor, DEFAULT)
    give_back_unattended()
    line = AuditEntry.objects.get(action="conversation.given_back")
    assert (line.actor, line.organisation) == (None, cast.harbour.organisation)
    assert line.object_id == str(seeker.conversation_id)
    assert line.details["counsellor"] == str(cast.harbour.counsellor.pk)
    assert 300 <= line.details["gone_seconds"] < 310


def test_each_organisation_has_its_own_limit(cast: Cast) -> None:
    patient, hasty = cast.answered(cast.harbour.counsellor), cast.answered(cast.hill.counsellor)
    DeskRules.objects.create(organisation=cast.harbour.organisation, gone_minutes=30)
    DeskRules.objects.create(organisation=cast.hill.organisation, gone_minutes=1)
    for counsellor in (cast.harbour.counsellor, cast.hill.counsellor):
        gone_for(counsellor, timedelta(minutes=29))
    assert give_back_unattended() == 1
    assert (patient.conversation.status, hasty.conversation.status) == ("accepted", "waiting")


def test_what_nobody_waits_for_is_left_to_its_counsellor(cast: Cast) -> None:
    counsellor = cast.harbour.counsellor
    recorded, left = cast.answered(), cast.answered()
    reply(counsellor, recorded, "こんばんは")
    wrap_up(counsellor, recorded)
    leave_conversation(
        conversation_id=left.conversation_id, participant_id=left.participant_id, cid=make_cid()
    )
    gone_for(counsellor, timedelta(hours=1))
    assert give_back_unattended() == 0
    assert {seeker.conversation.counsellor for seeker in (recorded, left)} == {counsellor}


def test_whoever_comes_back_in_the_last_moment_keeps_it(cast: Cast) -> None:
    seeker = cast.answered()
    counsellor = cast.harbour.counsellor
    gone_for(counsellor, DEFAULT)
    renew_leases(people=[counsellor.pk], help_seekers=())
    back = give_back_if_gone(conversation_id=seeker.conversation_id, person=counsellor, limit=DEFAULT)
    assert (back, seeker.conversation.counsellor) == (False, counsellor)


def test_the_sweeper_looks_every_ten_seconds(cast: Cast) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        seeker = cast.answered()
        clock.shift(LEASE + DEFAULT - SECOND)
        run_due_jobs()
        assert seeker.conversation.status == Status.ACCEPTED
        clock.shift(timedelta(seconds=10))
        run_due_jobs()
        assert seeker.conversation.status == Status.WAITING


def check_nobody_lost(seekers: list[Seeker]) -> None:
    """Everybody waits, is in somebody's hands, or has ended; whoever waits has a place, whoever is held a part."""
    queue = {entry.conversation_id for entry in whole_queue()}
    for seeker in seekers:
        conversation = seeker.conversation
        present = conversation.participants.filter(left_at__isnull=True, person__isnull=False)
        if conversation.status == Status.WAITING:
            assert conversation.pk in queue
            assert not present.exists()
        elif conversation.status not in ENDED:
            assert [part.person for part in present] == [conversation.counsellor]
        assert [entry.staff_seq for entry in log_of(conversation.pk)] == [
            *range(1, conversation.staff_seq + 1)
        ]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_ping_and_the_sweeper_at_once_either_keep_it_or_give_it_back_whole(cast: Cast, race: Race) -> None:
    counsellor = cast.harbour.counsellor
    outcomes = set()
    for _ in range(12):
        seeker = cast.answered()
        gone_for(counsellor, DEFAULT)
        race(
            [
                lambda: renew_leases(people=[counsellor.pk], help_seekers=()),
                give_back_unattended,
                give_back_unattended,
            ]
        )
        conversation = seeker.conversation
        left = conversation.entries.filter(kind="left").count()
        outcomes.add((conversation.status, conversation.counsellor, left))
        check_nobody_lost([seeker])
        if conversation.status == Status.WAITING:
            assert take(cast.hill.counsellor, capacity=50).pk == seeker.conversation_id
        else:
            finish(counsellor, seeker)
    assert outcomes <= {(Status.ACCEPTED, counsellor, 0), (Status.WAITING, None, 1)}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_takers_givers_pings_and_leavers_at_once_lose_nobody(cast: Cast, race: Race) -> None:
    people = [cast.another_counsellor(cast.harbour if n % 2 else cast.hill) for n in range(4)]
    seekers = [cast.seeker() for _ in range(12)]
    for person in people:
        take(person, capacity=3)
        take(person, capacity=3)
        gone_for(person, DEFAULT)

    def comes_back_and_takes(person: Person) -> Callable[[], None]:
        def act() -> None:
            set_presence(by=person, status="available", capacity=3)
            accept_next(by=person, cid=make_cid())

        return act

    def leaves(seeker: Seeker) -> Callable[[], Any]:
        return lambda: leave_conversation(
            conversation_id=seeker.conversation_id, participant_id=seeker.participant_id, cid=make_cid()
        )

    race(
        [
            *map(comes_back_and_takes, people[:2]),
            *[give_back_unattended] * 3,
            lambda: renew_leases(people=[person.pk for person in people], help_seekers=()),
            *map(leaves, seekers[:3]),
        ]
    )
    check_nobody_lost(seekers)
    for person in people:
        assert Conversation.objects.held_by_counsellors().filter(counsellor=person).count() <= 3
