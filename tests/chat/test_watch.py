"""Who is told when a help-seeker waits too long for an answer, and what does a moment to think change?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.errors import ConversationClosedError, NotFoundError, RateLimitedError, WrongStateError
from chat.models import DeskRules, Entry
from chat.selectors.round import Question, read_facts
from chat.selectors.watch import live_under_supervision
from chat.services.conversation import leave_conversation
from chat.services.moment import ask_for_a_moment
from chat.services.presence import renew_leases
from chat.services.withdrawal import give_back_unattended
from organisations.models import AuditEntry, Person
from tests.cast import Cast, Seeker, browser_of, finish, log_of, make_cid, reply, take, wrap_up

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def nudge_of(person: Person) -> datetime | None:
    """What the only row of the person's board says."""
    question = Question(conversations=(), people=[person.pk], sessions=(), waiting=False)
    [held] = read_facts(question).holdings[person.pk]
    return held.nudge_since


def alert_of(cast: Cast) -> datetime | None:
    [watched] = live_under_supervision(cast.harbour.supervisor, timezone.now())
    return watched.silent_since


def moment(cast: Cast, seeker: Seeker, *, cid: str | None = None) -> Entry:
    return ask_for_a_moment(
        conversation_id=seeker.conversation_id, by=cast.harbour.counsellor, cid=cid or make_cid()
    )


def test_a_silent_counsellor_is_nudged_then_the_supervisor_is_told_and_an_answer_ends_it(cast: Cast) -> None:
    counsellor = cast.harbour.counsellor
    with time_machine.travel(timezone.now(), tick=False) as clock:
        seeker = cast.answered()
        reply(counsellor, seeker, "こんばんは")
        clock.shift(30 * MINUTE)
        assert (nudge_of(counsellor), alert_of(cast)) == (None, None), "nobody waits for an answer"
        asked = timezone.now()
        seeker.says("つらいです")
        clock.shift(2 * MINUTE)
        seeker.says("いますか")
        clock.shift(MINUTE - timedelta(seconds=1))
        assert nudge_of(counsellor) is None
        clock.shift(timedelta(seconds=1))
        assert nudge_of(counsellor) == asked, "counted from the first line without an answer"
        assert alert_of(cast) is None
        clock.shift(3 * MINUTE)
        assert (nudge_of(counsellor), alert_of(cast)) == (asked, asked)
        reply(counsellor, seeker, "はい、います")
        assert (nudge_of(counsellor), alert_of(cast)) == (None, None)


def test_before_the_first_words_the_wait_began_with_the_accepting(cast: Cast) -> None:
    counsellor = cast.harbour.counsellor
    with time_machine.travel(timezone.now(), tick=False) as clock:
        seeker = cast.seeker()
        seeker.says("こんばんは")
        clock.shift(20 * MINUTE)
        accepted = timezone.now()
        take(counsellor)
        assert nudge_of(counsellor) is None, "the wait in the queue was not this counsellor's"
        clock.shift(3 * MINUTE)
        assert nudge_of(counsellor) == accepted


def test_a_new_counsellor_is_not_nudged_for_the_silence_of_the_one_before(cast: Cast) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        seeker = cast.answered()
        reply(cast.harbour.counsellor, seeker, "こんばんは")
        seeker.says("はい")
        clock.shift(10 * MINUTE)
        give_back_unattended()
        accepted = timezone.now()
        take(cast.hill.counsellor)
        assert nudge_of(cast.hill.counsellor) is None
        clock.shift(3 * MINUTE)
        assert nudge_of(cast.hill.counsellor) == accepted
        reply(cast.hill.counsellor, seeker, "つづきをうかがいます")
        assert nudge_of(cast.hill.counsellor) is None


def test_each_organisation_has_its_own_patience(cast: Cast) -> None:
    DeskRules.objects.create(
        organisation=cast.harbour.organisation, silent_nudge_minutes=10, silent_alert_minutes=20
    )
    with time_machine.travel(timezone.now(), tick=False) as clock:
        cast.answered()
        clock.shift(9 * MINUTE)
        assert nudge_of(cast.harbour.counsellor) is None
        clock.shift(2 * MINUTE)
        assert nudge_of(cast.harbour.counsellor) is not None
        assert alert_of(cast) is None
        clock.shift(9 * MINUTE)
        assert alert_of(cast) is not None


def test_whoever_has_left_or_was_wrapped_up_waits_for_nothing(cast: Cast) -> None:
    counsellor = cast.harbour.counsellor
    with time_machine.travel(timezone.now(), tick=False) as clock:
        seeker = cast.answered()
        clock.shift(10 * MINUTE)
        assert nudge_of(counsellor) is not None
        leave_conversation(
            conversation_id=seeker.conversation_id, participant_id=seeker.participant_id, cid=make_cid()
        )
        assert nudge_of(counsellor) is None
        finish(counsellor, seeker)
        wrapped = cast.answered()
        wrap_up(counsellor, wrapped)
        clock.shift(10 * MINUTE)
        assert nudge_of(counsellor) is None


def test_the_supervisor_sees_since_when_the_counsellors_browser_is_gone(cast: Cast) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        cast.answered()
        [watched] = live_under_supervision(cast.harbour.supervisor, timezone.now())
        assert watched.counsellor_gone_since is None
        clock.shift(timedelta(seconds=90))
        [watched] = live_under_supervision(cast.harbour.supervisor, timezone.now())
        assert watched.counsellor_gone_since == timezone.now() - timedelta(seconds=30)
        renew_leases(people=[cast.harbour.counsellor.pk], help_seekers=())
        [watched] = live_under_supervision(cast.harbour.supervisor, timezone.now())
        assert watched.counsellor_gone_since is None
    assert live_under_supervision(cast.hill.supervisor, timezone.now()) == []


def test_a_moment_is_a_public_line_without_a_word(cast: Cast) -> None:
    seeker = cast.answered()
    entry = moment(cast, seeker)
    stored = log_of(seeker.conversation_id)[-1]
    assert (stored.pk, stored.kind, stored.role, stored.body) == (entry.pk, "moment", "counsellor", None)
    assert stored.public_seq == seeker.conversation.public_seq
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=stored.pk).update(public_seq=None)


def test_a_moment_starts_the_wait_anew_once(cast: Cast) -> None:
    counsellor = cast.harbour.counsellor
    with time_machine.travel(timezone.now(), tick=False) as clock:
        seeker = cast.answered()
        reply(counsellor, seeker, "こんばんは")
        clock.shift(MINUTE)
        seeker.says("つらいです")
        clock.shift(2 * MINUTE)
        asked = timezone.now()
        moment(cast, seeker)
        clock.shift(2 * MINUTE)
        assert nudge_of(counsellor) is None
        moment(cast, seeker)
        clock.shift(MINUTE)
        assert nudge_of(counsellor) == asked, "the second one changed nothing"
        reply(counsellor, seeker, "うかがっています")
        seeker.says("はい")
        moment(cast, seeker)
        clock.shift(2 * MINUTE)
        assert nudge_of(counsellor) is None, "after an answer it counts again"


def test_a_moment_is_told_at_most_once_a_minute_and_a_repeat_gets_the_first_answer(cast: Cast) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        seeker, cid = cast.answered(), make_cid()
        first = moment(cast, seeker, cid=cid)
        clock.shift(timedelta(seconds=59))
        assert moment(cast, seeker, cid=cid).pk == first.pk
        with pytest.raises(RateLimitedError) as refused:
            moment(cast, seeker)
        assert refused.value.retry_after == 1.0
        clock.shift(timedelta(seconds=1))
        assert moment(cast, seeker).pk != first.pk
        finish(cast.harbour.counsellor, seeker)
        assert moment(cast, seeker, cid=cid).pk == first.pk


def test_only_the_counsellor_who_has_it_may_ask_for_a_moment_and_only_while_somebody_waits(
    cast: Cast,
) -> None:
    seeker, gone, done = cast.answered(), cast.answered(), cast.answered()
    for person in (cast.harbour.second_counsellor, cast.harbour.supervisor, cast.hill.counsellor):
        with pytest.raises(NotFoundError):
            ask_for_a_moment(conversation_id=seeker.conversation_id, by=person, cid=make_cid())
    leave_conversation(
        conversation_id=gone.conversation_id, participant_id=gone.participant_id, cid=make_cid()
    )
    wrap_up(cast.harbour.counsellor, done)
    refusals: dict[Any, Any] = {gone: ConversationClosedError, done: WrongStateError}
    for refused, error in refusals.items():
        with pytest.raises(error):
            moment(cast, refused)


def test_limits_out_of_order_are_refused(cast: Cast) -> None:
    wrong = DeskRules(organisation=cast.harbour.organisation, silent_nudge_minutes=6, silent_alert_minutes=5)
    with pytest.raises(ValidationError):
        wrong.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


def test_a_manager_sets_the_limits_and_it_is_written_down(cast: Cast) -> None:
    page = f"/organisation/at/{cast.harbour.organisation.slug}/desk/"
    browser = browser_of(cast.harbour.manager)
    assert 'value="5"' in browser.get(page).content.decode()
    wrong = {"gone_minutes": "2", "silent_nudge_minutes": "9", "silent_alert_minutes": "4"}
    refused = browser.post(page, wrong, HTTP_ACCEPT_LANGUAGE="en")
    assert refused.status_code == 200
    assert "form-errors" in refused.content.decode()
    assert not DeskRules.objects.exists()
    assert browser.post(page, {**wrong, "silent_alert_minutes": "12"}).status_code == 302
    rules = DeskRules.objects.get(organisation=cast.harbour.organisation)
    assert (rules.gone_minutes, rules.silent_nudge_minutes, rules.silent_alert_minutes) == (2, 9, 12)
    line = AuditEntry.objects.get(action="desk_rules.changed")
    assert (line.actor, line.details["gone_minutes"]) == (cast.harbour.manager, 2)


def test_asking_for_the_board_over_http_keeps_the_lease(cast: Cast) -> None:
    """A console behind a proxy that lets no socket through must not lose its conversations."""
    counsellor = cast.harbour.counsellor
    browser = browser_of(counsellor)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        cast.answered()
        clock.shift(10 * MINUTE)
        assert browser.get("/api/v1/console/board").status_code == 200
        assert give_back_unattended() == 0
