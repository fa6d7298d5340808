"""How many questions does the database get for the things that happen all the time?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.selectors.console import console_access
from chat.selectors.conversation import conversation_of_bearer, staff_access
from chat.selectors.keys import drop_kept
from chat.selectors.log import heads_of, page_of, read_entries
from chat.selectors.people import people_of
from chat.selectors.round import Question, read_facts
from chat.services.conversation import bearer_hash
from chat.services.message import Post, post_batch
from chat.services.presence import renew_leases
from tests.cast import Cast, Seeker, make_cid, reply, sign_in

pytestmark = pytest.mark.django_db
BOOKKEEPING = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")


@contextmanager
def questions() -> Iterator[list[str]]:
    """The statements of the block, those of the transaction itself left out."""
    asked: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield asked
    asked += [query["sql"] for query in captured if not query["sql"].upper().startswith(BOOKKEEPING)]


def asks(count: int, act: Callable[[], Any]) -> Any:
    with questions() as asked:
        answer = act()
    assert len(asked) == count, "\n".join(asked)
    return answer


def post(seeker: Seeker) -> Post:
    return Post(seeker.conversation_id, seeker.participant_id, make_cid(), "はい")


def spoken(cast: Cast) -> Seeker:
    """Both have said something, so that nothing happens for the first time any more."""
    seeker = cast.answered()
    seeker.says("はい")
    reply(cast.harbour.counsellor, seeker, "こんばんは")
    return seeker


@pytest.mark.parametrize("size", [1, 2, 50])
def test_a_batch_is_four_statements_whatever_its_size(cast: Cast, size: int) -> None:
    seekers = [spoken(cast) for _ in range(min(size, 3))]
    posts = [post(seekers[number % len(seekers)]) for number in range(size)]
    asks(4, lambda: post_batch(posts))


def test_one_more_for_a_key_not_at_hand_and_two_for_a_first_answer(cast: Cast) -> None:
    seeker = spoken(cast)
    drop_kept(seeker.conversation_id)
    asks(5, lambda: post_batch([post(seeker)]))
    fresh = cast.answered()
    asks(5, lambda: post_batch([post(fresh)]))  # its key is met for the first time
    participant = fresh.conversation.participants.get(person=cast.harbour.counsellor)
    asks(5, lambda: post_batch([Post(fresh.conversation_id, participant.pk, make_cid(), "はい")]))


def test_a_batch_of_repeats_writes_nothing(cast: Cast) -> None:
    seeker = spoken(cast)
    sent = post(seeker)
    post_batch([sent])
    with questions() as asked:
        post_batch([sent])
    assert len(asked) == 2
    assert not any(sql.startswith(("INSERT", "UPDATE")) for sql in asked)


def test_a_help_seekers_hello(cast: Cast) -> None:
    seeker = spoken(cast)
    asks(1, lambda: conversation_of_bearer(seeker.bearer, hashed=bearer_hash(seeker.bearer)))
    asks(1, lambda: people_of(seeker.conversation_id))
    asks(1, lambda: read_entries(seeker.conversation_id, staff=False, after=0, limit=200))
    drop_kept(seeker.conversation_id)
    asks(2, lambda: read_entries(seeker.conversation_id, staff=False, after=0, limit=200))
    asks(2, lambda: page_of(seeker.conversation_id, staff=False, after=0))


def test_a_consoles_hello_costs_the_same_with_one_conversation_and_with_five(cast: Cast) -> None:
    spoken(cast)
    person = cast.harbour.counsellor
    with questions() as asked:
        console_access(person.pk)
    assert len(asked) <= 7, "\n".join(asked)
    for _ in range(4):
        spoken(cast)
    access = asks(len(asked), lambda: console_access(person.pk))
    assert len(access.held) == 5


def test_opening_a_conversation_as_staff(cast: Cast) -> None:
    seeker = spoken(cast)
    own = asks(2, lambda: staff_access(cast.harbour.counsellor, seeker.conversation_id))
    assert own.access == "own"
    seen = asks(2, lambda: staff_access(cast.harbour.supervisor, seeker.conversation_id))
    assert seen.access == "supervision"


def test_a_round_is_eleven_questions_whatever_it_is_about(cast: Cast) -> None:
    def turn(seekers: list[Seeker], people: list[Any]) -> None:
        question = Question(
            conversations=[seeker.conversation_id for seeker in seekers],
            people=[person.pk for person in people],
            sessions=sessions[: len(people)],
            waiting=True,
        )
        facts = asks(11, lambda: read_facts(question))
        assert len(facts.heads) == len(seekers)
        assert set(facts.versions) == {person.pk for person in people}
        assert len(facts.sessions) == len(people)

    staff = [*cast.harbour.staff, *cast.hill.staff]
    sessions = [sign_in(person) for person in staff]
    one, *others = [spoken(cast) for _ in range(6)]
    for topic in ("loneliness", "women", "disaster") * 3:
        cast.seeker(topic)
    turn([one], staff[:1])
    turn([one, *others], staff)


def test_a_round_asks_nothing_that_nobody_here_wants_to_know(cast: Cast) -> None:
    seeker = cast.seeker()
    nothing = Question(conversations=(), people=(), sessions=(), waiting=False)
    asks(0, lambda: read_facts(nothing))
    asks(1, lambda: heads_of([seeker.conversation_id]))
    waiting = Question(conversations=[seeker.conversation_id], people=(), sessions=(), waiting=True)
    asks(3, lambda: read_facts(waiting))


def test_a_thousand_pings_are_two_updates(cast: Cast) -> None:
    people = [person.pk for person in cast.people] * 100
    seekers = [cast.seeker().conversation.help_seeker_id for _ in range(3)] * 300
    asks(2, lambda: renew_leases(people=set(people), help_seekers=set(seekers)))
