"""Is each duty run, once, whoever looks; and what if a sweeper dies in the middle?"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from chat.models import Conversation, HelpSeeker, PeriodicJob
from chat.models.lifecycle import Status
from chat.services import sweeping
from chat.services.conversation import abandon_unseen
from chat.services.presence import renew_leases
from chat.services.sweeping import LEASE, Duty, abandon_unseen_waits, run_due_jobs
from tests.cast import Cast, log_of

pytestmark = pytest.mark.django_db
Race = Callable[[list[Callable[[], Any]]], list[Any]]
UNSEEN = timedelta(minutes=settings.TOMOSHIBI.unseen_minutes)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two duties of which it is noted when they run."""
    noted: list[str] = []

    def duty(name: str) -> Duty:
        def run() -> int:
            noted.append(name)
            return 1

        return Duty(name, timedelta(seconds=20), run)

    monkeypatch.setattr(sweeping, "DUTIES", (duty("one"), duty("two")))
    return noted


def test_a_duty_runs_when_it_is_due_and_not_before(runs: list[str]) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert run_due_jobs() == 2
        assert run_due_jobs() == 0
        clock.shift(timedelta(seconds=19))
        assert run_due_jobs() == 0
        clock.shift(timedelta(seconds=1))
        assert run_due_jobs() == 2
    assert runs == ["one", "two"] * 2


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_run_each_duty_once(runs: list[str], race: Race) -> None:
    done = race([run_due_jobs] * 4)
    assert sum(done) == 2
    assert sorted(runs) == ["one", "two"]
    assert set(PeriodicJob.objects.values_list("lease_owner", "lease_until")) == {("", None)}


def test_what_a_dead_sweeper_held_is_taken_up_after_its_lease(runs: list[str]) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        now = timezone.now()
        PeriodicJob.objects.create(name="one", next_run_at=now, lease_owner="dead", lease_until=now + LEASE)
        assert run_due_jobs() == 1
        assert runs == ["two"]
        clock.shift(LEASE)
        run_due_jobs()
        assert runs.count("one") == 0, "not a moment before it has run out"
        clock.shift(timedelta(seconds=1))
        run_due_jobs()
        assert runs.count("one") == 1
    assert PeriodicJob.objects.get(name="one").lease_owner == ""


def test_a_sweeper_that_was_slow_does_not_free_anothers_lease(
    monkeypatch: pytest.MonkeyPatch, runs: list[str]
) -> None:
    def lose_the_lease() -> int:
        PeriodicJob.objects.filter(name="slow").update(
            lease_owner="other", lease_until=timezone.now() + LEASE
        )
        return 0

    monkeypatch.setattr(sweeping, "DUTIES", (Duty("slow", timedelta(seconds=1), lose_the_lease),))
    run_due_jobs()
    assert PeriodicJob.objects.get(name="slow").lease_owner == "other"


def test_a_duty_that_fails_is_logged_stops_no_other_and_comes_again(
    monkeypatch: pytest.MonkeyPatch, runs: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> int:
        raise ZeroDivisionError("ひみつ")

    fine = sweeping.DUTIES[0]
    monkeypatch.setattr(sweeping, "DUTIES", (Duty("fails", timedelta(seconds=1), fails), fine))
    with time_machine.travel(timezone.now(), tick=False) as clock, caplog.at_level(logging.INFO):
        assert run_due_jobs() == 1
        clock.shift(LEASE + timedelta(seconds=1))
        assert run_due_jobs() == 1
    assert [record.msg for record in caplog.records].count("duty_failed") == 2


def test_a_wait_that_nobody_sits_before_any_more_is_ended(cast: Cast) -> None:
    gone, there = cast.seeker(), cast.seeker()
    with time_machine.travel(timezone.now() + UNSEEN - timedelta(seconds=1), tick=False) as clock:
        assert abandon_unseen_waits() == 0
        renew_leases(people=(), help_seekers=[there.conversation.help_seeker_id])
        clock.shift(timedelta(seconds=2))
        assert abandon_unseen_waits() == 1
        assert abandon_unseen_waits() == 0
    assert (gone.conversation.status, gone.conversation.end_reason) == (Status.ABANDONED, "unseen")
    assert [(entry.kind, entry.data) for entry in log_of(gone.conversation_id)] == [
        ("closed", {"reason": "unseen"})
    ]
    assert there.conversation.status == Status.WAITING


def test_a_conversation_in_somebodys_hands_is_not_ended_by_silence(cast: Cast) -> None:
    seeker = cast.answered()
    HelpSeeker.objects.update(seen_at=timezone.now() - UNSEEN * 3)
    assert abandon_unseen_waits() == 0
    assert seeker.conversation.status == Status.ACCEPTED


def test_whoever_comes_back_in_the_last_moment_keeps_the_place(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeker = cast.seeker()
    HelpSeeker.objects.update(seen_at=timezone.now() - UNSEEN * 2)

    def comes_back_first(**given: Any) -> bool:
        HelpSeeker.objects.update(seen_at=timezone.now())
        return abandon_unseen(**given)

    monkeypatch.setattr(sweeping, "abandon_unseen", comes_back_first)
    assert abandon_unseen_waits() == 0
    assert seeker.conversation.status == Status.WAITING


def test_the_real_duties_are_there(cast: Cast) -> None:
    cast.seeker()
    assert run_due_jobs() == len(sweeping.DUTIES)
    assert {duty.name for duty in sweeping.DUTIES} == {
        "give_back_unattended",
        "watch_the_queue",
        "expire_transfers",
        "abandon_unseen_waits",
        "forget_old_conversations",
    }
    assert {"abandon_unseen_waits", "forget_old_conversations"} <= set(
        PeriodicJob.objects.values_list("name", flat=True)
    )
    assert Conversation.objects.waiting().count() == 1
