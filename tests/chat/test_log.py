"""Are the two numberings of a log without gaps, is every cid answered once, does a batch keep its promises?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chat.errors import ConversationClosedError, NotFoundError, RateLimitedError
from chat.models import Conversation, Entry, Participant
from chat.services.conversation import leave_conversation
from chat.services.log import Draft, append, lock_conversation
from chat.services.message import Answered, Post, post_at_pace, post_batch, post_message
from chat.services.note import post_note
from chat.signals import StoredEntry, committed
from tests.cast import Cast, Seeker, finish, log_of, make_cid, reply

pytestmark = pytest.mark.django_db
Race = Callable[[list[Callable[[], Any]]], list[Any]]


def post(seeker: Seeker, body: str = "はい", cid: str | None = None) -> Post:
    return Post(seeker.conversation_id, seeker.participant_id, cid or make_cid(), body)


def staff_post(cast: Cast, seeker: Seeker, body: str = "はい", cid: str | None = None) -> Post:
    participant = Participant.objects.get(
        conversation_id=seeker.conversation_id, person=cast.harbour.counsellor
    )
    return Post(seeker.conversation_id, participant.pk, cid or make_cid(), body)


def note(cast: Cast, seeker: Seeker, body: str = "メモ", cid: str | None = None) -> Entry:
    return post_note(
        conversation_id=seeker.conversation_id, by=cast.harbour.counsellor, cid=cid or make_cid(), body=body
    )


def numbers(seeker: Seeker) -> list[tuple[int, int | None]]:
    return [(entry.staff_seq, entry.public_seq) for entry in log_of(seeker.conversation_id)]


def check_numbering(seeker: Seeker) -> None:
    """Both streams begin at 1 and have no gap, and the heads say where they end."""
    staff = [staff for staff, _ in numbers(seeker)]
    public = [public for _, public in numbers(seeker) if public is not None]
    assert staff == list(range(1, len(staff) + 1))
    assert public == list(range(1, len(public) + 1))
    conversation = seeker.conversation
    assert (conversation.staff_seq, conversation.public_seq) == (len(staff), len(public))


def test_notes_and_assignments_have_a_staff_number_only(cast: Cast) -> None:
    seeker = cast.answered()
    seeker.says("こんばんは")
    note(cast, seeker)
    reply(cast.harbour.counsellor, seeker, "はい")
    assert numbers(seeker) == [(1, None), (2, 1), (3, 2), (4, None), (5, 3)]
    check_numbering(seeker)


def test_the_database_itself_refuses_a_public_note_and_a_number_given_twice(cast: Cast) -> None:
    seeker = cast.answered()
    entry = note(cast, seeker)
    for wrong in (
        {"public_seq": 2},
        {"staff_seq": 2},
        {"kind": "message", "public_seq": 9},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.filter(pk=entry.pk).update(**wrong)


def test_nothing_is_appended_outside_a_transaction(cast: Cast) -> None:
    conversation = cast.seeker().conversation
    draft = Draft(kind=Entry.Kind.LEFT, role="system", public=True)
    in_atomic_block = connection.in_atomic_block
    connection.in_atomic_block = False
    try:
        with pytest.raises(RuntimeError):
            append(conversation, [draft])
        with pytest.raises(RuntimeError):
            lock_conversation(conversation.pk)
    finally:
        connection.in_atomic_block = in_atomic_block


def test_a_batch_of_good_and_refused_posts_answers_each_in_its_place(cast: Cast) -> None:
    closed = cast.answered()
    finish(cast.harbour.counsellor, closed)
    seeker, other = cast.answered(), cast.seeker()
    repeated = make_cid()
    posts = [
        post(seeker, "いち", repeated),
        post(closed, "おそすぎた"),
        staff_post(cast, seeker, "に"),
        Post(uuid4(), seeker.participant_id, make_cid(), "よそへ"),
        Post(other.conversation_id, seeker.participant_id, make_cid(), "ひとの相談へ"),
        Post(seeker.conversation_id, uuid4(), make_cid(), "だれでもない"),
        post(seeker, "べつの言葉", repeated),
        post(other, "さん"),
    ]
    outcomes = post_batch(posts)
    assert [type(outcome) for outcome in outcomes] == [
        StoredEntry,
        ConversationClosedError,
        StoredEntry,
        NotFoundError,
        NotFoundError,
        NotFoundError,
        Answered,
        StoredEntry,
    ]
    first, again = outcomes[0], outcomes[6]
    assert isinstance(first, StoredEntry)
    assert isinstance(again, Answered)
    assert (first.staff_seq, first.public_seq, first.at) == (again.staff_seq, again.public_seq, again.at)
    for each in (seeker, other, closed):
        check_numbering(each)
    assert Entry.objects.filter(kind="message").count() == 3


def test_an_empty_batch_is_nothing(cast: Cast) -> None:
    seeker = cast.answered()
    assert [type(o) for o in post_batch([Post(uuid4(), uuid4(), make_cid(), "")])] == [NotFoundError]
    check_numbering(seeker)


def test_a_first_answer_is_given_again_after_closing_and_to_whoever_has_left(cast: Cast) -> None:
    seeker = cast.answered()
    mine, theirs = staff_post(cast, seeker), post(seeker)
    first, second = post_message(mine), post_message(theirs)
    leave_conversation(
        conversation_id=seeker.conversation_id, participant_id=seeker.participant_id, cid=make_cid()
    )
    finish(cast.harbour.counsellor, seeker)
    for sent, answer in ((mine, first), (theirs, second)):
        again = post_message(sent)
        assert isinstance(again, Answered)
        assert (again.staff_seq, again.public_seq, again.at) == (
            answer.staff_seq,
            answer.public_seq,
            answer.at,
        )
    with pytest.raises(ConversationClosedError):
        post_message(post(seeker))
    assert note_repeats(cast, seeker)


def note_repeats(cast: Cast, seeker: Seeker) -> bool:
    """A note that was stored is answered after the end, a new one is refused."""
    with pytest.raises(ConversationClosedError):
        note(cast, seeker)
    return True


def test_a_note_sent_twice_is_one_note(cast: Cast) -> None:
    seeker, cid = cast.answered(), make_cid()
    first = note(cast, seeker, cid=cid)
    assert note(cast, seeker, "ほか", cid).pk == first.pk
    check_numbering(seeker)


def test_one_cid_of_two_people_is_two_messages(cast: Cast) -> None:
    seeker, cid = cast.answered(), make_cid()
    post_batch([post(seeker, "わたし", cid), staff_post(cast, seeker, "あなた", cid)])
    assert Entry.objects.filter(cid=cid).count() == 2


def test_leaving_twice_is_leaving_once(cast: Cast) -> None:
    seeker = cast.seeker()

    def leave(cid: str) -> Entry:
        return leave_conversation(
            conversation_id=seeker.conversation_id, participant_id=seeker.participant_id, cid=cid
        )

    cid = make_cid()
    first = leave(cid)
    assert leave(cid).pk == leave(make_cid()).pk == first.pk
    check_numbering(seeker)


def test_both_have_spoken_when_both_have_spoken(cast: Cast) -> None:
    seeker = cast.answered()
    seeker.says("はい")
    conversation = seeker.conversation
    assert (conversation.status, conversation.answered_at, conversation.established_at) == (
        "accepted",
        None,
        None,
    )
    reply(cast.harbour.counsellor, seeker, "こんばんは")
    conversation = seeker.conversation
    assert conversation.status == "active"
    assert conversation.answered_at == conversation.established_at == conversation.last_staff_at
    before = conversation.answered_at
    reply(cast.harbour.counsellor, seeker, "どうぞ")
    assert seeker.conversation.answered_at == before


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_fails_stores_nothing_and_tells_nobody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeker = cast.answered()
    heard: list[Any] = []
    committed.connect(lambda news, **_: heard.append(news), weak=False, dispatch_uid="listener")
    broken = post(seeker)
    object.__setattr__(broken, "cid", "x" * 22)
    posts = [post(seeker, "いち"), broken, broken]
    from chat.services import message

    real = message._insert

    def insert_twice(rows: Any) -> None:
        real(rows)
        real(rows)

    monkeypatch.setattr(message, "_insert", insert_twice)
    try:
        with pytest.raises(IntegrityError):
            post_batch(posts)
    finally:
        committed.disconnect(dispatch_uid="listener")
    assert heard == []
    assert Entry.objects.filter(kind="message").count() == 0
    check_numbering(seeker)


@pytest.mark.django_db(transaction=True)
def test_twenty_retries_of_one_send_at_the_same_moment_are_one_row(cast: Cast, race: Race) -> None:
    seeker = cast.answered()
    sent = post(seeker)
    answers = race([lambda: post_message(sent)] * 8)
    assert Entry.objects.filter(cid=sent.cid).count() == 1
    assert {(answer.staff_seq, answer.public_seq, answer.at) for answer in answers} == {
        (answers[0].staff_seq, answers[0].public_seq, answers[0].at)
    }
    assert sum(isinstance(answer, StoredEntry) for answer in answers) == 1
    check_numbering(seeker)


@pytest.mark.django_db(transaction=True)
def test_eight_writers_leave_no_gap_and_no_two_with_one_number(cast: Cast, race: Race) -> None:
    """Messages, batches and notes at once, in one conversation and across two in opposite order."""
    one, two = cast.answered(), cast.answered()

    def writes(turn: int) -> Callable[[], None]:
        def write() -> None:
            for _ in range(4):
                pair = [post(one), staff_post(cast, two)]
                post_batch(pair if turn % 2 else pair[::-1])
                if turn < 3:
                    note(cast, one)

        return write

    assert race([writes(turn) for turn in range(8)]) == [None] * 8
    for seeker in (one, two):
        check_numbering(seeker)
    assert Entry.objects.filter(kind="message").count() == 64
    assert Entry.objects.filter(kind="note").count() == 12


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_whoever_sees_a_number_sees_all_below_it(cast: Cast, race: Race) -> None:
    """Numbers become visible in order: a reader that pages by them misses nothing that commits later."""
    seeker = cast.answered()
    finished: list[None] = []
    held: list[int] = []

    def write() -> None:
        try:
            for _ in range(20):
                seeker.says("はい")
        finally:
            finished.append(None)

    def read() -> None:
        over = False
        while not over:
            over = len(finished) == 7  # what was written before this is seen by the reading that follows
            after = held[-1] if held else 0
            rows = Entry.objects.filter(conversation_id=seeker.conversation_id, staff_seq__gt=after)
            held.extend(rows.order_by("staff_seq").values_list("staff_seq", flat=True))

    race([write] * 7 + [read])
    assert held == list(range(1, 7 * 20 + 2 + 1))
    check_numbering(seeker)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_twenty_retries_beside_ten_other_writers_on_postgresql(cast: Cast, race: Race) -> None:
    seeker, cid = cast.answered(), make_cid()
    sent = post(seeker, "一度だけ", cid)
    acts = [lambda: post_message(sent)] * 12 + [lambda: seeker.says("べつの")] * 6
    race(acts)
    assert Entry.objects.filter(cid=cid).count() == 1
    assert Entry.objects.filter(kind="message").count() == 7
    check_numbering(seeker)


def test_a_conversation_that_is_not_there_cannot_be_locked(cast: Cast) -> None:
    with pytest.raises(NotFoundError), transaction.atomic():
        lock_conversation(uuid4())
    assert Conversation.objects.count() == 0


def test_who_floods_over_http_has_to_wait_and_a_repeat_is_answered(
    cast: Cast, settings: LazySettings
) -> None:
    settings.TOMOSHIBI = replace(settings.TOMOSHIBI, sends_per_10s=3)
    seeker = cast.seeker()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = post(seeker, "一")
        post_at_pace(first)
        clock.shift(timedelta(seconds=4))
        post_at_pace(post(seeker, "二"))
        post_at_pace(post(seeker, "三"))
        with pytest.raises(RateLimitedError) as refused:
            post_at_pace(post(seeker, "四"))
        assert refused.value.retry_after == pytest.approx(6)
        assert isinstance(post_at_pace(first), Answered)
        clock.shift(timedelta(seconds=6))
        post_at_pace(post(seeker, "四"))
    assert len(log_of(seeker.conversation_id)) == 4
