"""Does a conversation go sideways without anybody being dropped, doubled, or reading on?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.errors import (
    AtCapacityError,
    BadFrameError,
    BodyEmptyError,
    BodyTooLongError,
    DomainError,
    NotAvailableError,
    NotFoundError,
    TopicClosedError,
    WrongStateError,
)
from chat.models import (
    Assignment,
    Clearance,
    Conversation,
    ConversationKey,
    Entry,
    Participant,
    Topic,
    Transfer,
)
from chat.models.lifecycle import Status
from chat.models.transfer import OFFER_LASTS
from chat.selectors.conversation import staff_access
from chat.selectors.round import Question, read_facts
from chat.selectors.transfer import targets_for
from chat.services.conversation import close_conversation, leave_conversation
from chat.services.message import Post, post_message
from chat.services.presence import set_presence
from chat.services.queue import accept_next
from chat.services.retention import forget_conversation
from chat.services.sweeping import DUTIES
from chat.services.topic import serve_topic
from chat.services.transfer import (
    Offer,
    accept_transfer,
    decline_transfer,
    expire_transfers,
    offer_transfer,
    withdraw_transfer,
)
from organisations.models import AuditEntry, Membership, Person
from organisations.services.membership import deactivate_person, end_role, grant_role
from tests.cast import Cast, Seeker, log_of, make_cid, reply, take, wrap_up

pytestmark = pytest.mark.django_db

NOTE = "住まいの話の続きをお願いします"


def to_person(person: Person, note: str = NOTE) -> Offer:
    return Offer(kind="person", to=str(person.pk), note=note)


def to_house(house: Any) -> Offer:
    return Offer(kind="organisation", to=str(house.organisation.pk), note=NOTE)


def to_topic(slug: str) -> Offer:
    return Offer(kind="topic", to=slug, note=NOTE)


def give(seeker: Seeker, by: Person, offer: Offer, *, cid: str | None = None) -> Transfer:
    return offer_transfer(conversation_id=seeker.conversation_id, by=by, cid=cid or make_cid(), offer=offer)


def accept(seeker: Seeker, by: Person, *, cid: str | None = None) -> Conversation:
    return accept_transfer(conversation_id=seeker.conversation_id, by=by, cid=cid or make_cid())


def withdraw(seeker: Seeker, by: Person, *, cid: str | None = None) -> Transfer:
    return withdraw_transfer(conversation_id=seeker.conversation_id, by=by, cid=cid or make_cid())


def decline(seeker: Seeker, by: Person, *, cid: str | None = None) -> Transfer:
    return decline_transfer(conversation_id=seeker.conversation_id, by=by, cid=cid or make_cid())


def on_duty(person: Person, capacity: int = 10) -> Person:
    set_presence(by=person, status="available", capacity=capacity)
    return person


def present(seeker: Seeker) -> list[Person]:
    rows = Participant.objects.filter(
        conversation=seeker.conversation_id, role="counsellor", left_at__isnull=True
    )
    return [row.person for row in rows.select_related("person") if row.person is not None]


def board_of(person: Person) -> tuple[list[dict[str, Any]], dict[Any, Any]]:
    """(what is offered to the person, open transfers by conversation) as boards show them."""
    facts = read_facts(Question(conversations=(), people=[person.pk], sessions=(), waiting=False))
    return facts.transfers.offered_to.get(person.pk, []), dict(facts.transfers.of_conversation)


def reads(person: Person, seeker: Seeker) -> bool:
    try:
        staff_access(person, seeker.conversation_id)
    except NotFoundError:
        return False
    return True


def story(seeker: Seeker) -> list[str]:
    """The log in short."""
    told = []
    for entry in log_of(seeker.conversation_id):
        data = entry.data or {}
        state = data.get("transfer", {}).get("state") or data.get("reason", "")
        told.append(f"{entry.kind} {state}".strip() if isinstance(state, str) else str(entry.kind))
    return told


def test_a_conversation_goes_to_somebody_of_another_organisation(cast: Cast) -> None:
    aoi, sora = cast.harbour.counsellor, on_duty(cast.hill.counsellor)
    seeker = cast.answered(aoi)
    seeker.says("住むところがありません")
    reply(aoi, seeker, "こんばんは")
    waited = seeker.conversation.waiting_since
    give(seeker, aoi, to_person(sora))
    assert present(seeker) == [aoi], "until it is taken the giver holds it"
    assert not reads(sora, seeker)
    reply(aoi, seeker, "少しお待ちください")
    accept(seeker, sora)
    conversation = seeker.conversation
    assert (conversation.counsellor, conversation.organisation) == (sora, cast.hill.organisation)
    assert (conversation.status, conversation.waiting_since) == (Status.ACTIVE, waited)
    assert present(seeker) == [sora]
    assert reads(sora, seeker)
    assert not reads(aoi, seeker)
    assert not reads(cast.harbour.supervisor, seeker)
    assert reads(cast.hill.supervisor, seeker)
    assert story(seeker)[-4:] == ["transfer accepted", "left transferred", "assigned", "joined"]
    with pytest.raises(DomainError):
        reply_as_left(aoi, seeker)


def reply_as_left(person: Person, seeker: Seeker) -> None:
    """Try to write by way of a part that is over."""
    part = Participant.objects.get(conversation=seeker.conversation_id, person=person)
    post_message(Post(seeker.conversation_id, part.pk, make_cid(), "まだいます"))


def test_the_help_seeker_learns_of_it_and_of_nothing_before(cast: Cast) -> None:
    aoi, sora = cast.harbour.counsellor, on_duty(cast.hill.counsellor)
    seeker = cast.answered(aoi)
    before = seeker.conversation.public_seq
    give(seeker, aoi, to_person(sora))
    assert seeker.conversation.public_seq == before
    accept(seeker, sora)
    public = Entry.objects.filter(conversation=seeker.conversation_id, public_seq__gt=before)
    assert list(public.order_by("public_seq").values_list("kind", flat=True)) == ["left", "joined"]


def test_the_reason_of_the_assignment_is_kept(cast: Cast) -> None:
    sora = on_duty(cast.hill.counsellor, capacity=3)
    seeker = cast.answered()
    transfer = give(seeker, cast.harbour.counsellor, to_person(sora))
    accept(seeker, sora)
    old, new = Assignment.objects.filter(conversation=seeker.conversation_id).order_by("pk")
    assert old.ended_at is not None
    assert new.ended_at is None
    assert new.reason["rule"] == "transfer"
    assert (new.reason["load"], new.reason["capacity"]) == (0, 3)
    assert new.reason["transfer"] == str(transfer.pk)


def test_every_step_is_on_the_audit_trail_without_a_word_of_text(cast: Cast) -> None:
    sora = on_duty(cast.hill.counsellor)
    seeker = cast.answered()
    give(seeker, cast.harbour.counsellor, to_person(sora))
    accept(seeker, sora)
    lines = AuditEntry.objects.filter(object_id=str(seeker.conversation_id), action__contains="transfer")
    assert [line.action for line in lines.order_by("pk")] == [
        "conversation.transfer_offered",
        "conversation.transfer_accepted",
    ]
    assert all(NOTE not in str(line.details) for line in lines)


def test_anybody_free_of_an_organisation_may_take_what_is_offered_to_it(cast: Cast) -> None:
    seeker = cast.answered()
    give(seeker, cast.harbour.counsellor, to_house(cast.hill))
    on_duty(cast.hill.second_counsellor)
    accept(seeker, cast.hill.second_counsellor)
    assert present(seeker) == [cast.hill.second_counsellor]
    with pytest.raises(WrongStateError):
        accept(seeker, on_duty(cast.hill.counsellor))


def test_another_topics_queue_gets_it_at_once_with_its_waiting_time(cast: Cast) -> None:
    aoi = cast.harbour.counsellor
    seeker = cast.seeker()
    waited_since = timezone.now() - timedelta(minutes=30)
    Conversation.objects.filter(pk=seeker.conversation_id).update(waiting_since=waited_since)
    take(aoi)
    later = cast.seeker("disaster")
    waited = seeker.conversation.waiting_since
    transfer = give(seeker, aoi, to_topic("disaster"))
    assert transfer.status == Transfer.Status.ACCEPTED
    conversation = seeker.conversation
    assert (conversation.status, conversation.topic.slug) == (Status.WAITING, "disaster")
    assert (conversation.waiting_since, conversation.counsellor) == (waited, None)
    assert not reads(aoi, seeker)
    assert present(seeker) == []
    assert Assignment.objects.get(conversation=seeker.conversation_id).ended_at is not None
    taken = take(cast.hill.counsellor)
    assert taken.pk == seeker.conversation_id, "it waited longer than who came meanwhile"
    assert later.conversation.status == Status.WAITING
    notes = [entry for entry in log_of(taken.pk) if entry.kind == "transfer" and entry.body is not None]
    assert len(notes) == 1, "the note waits in the staff stream"


def test_the_giver_may_take_the_offer_back_until_it_is_taken(cast: Cast) -> None:
    aoi, sora = cast.harbour.counsellor, on_duty(cast.hill.counsellor)
    seeker = cast.answered(aoi)
    give(seeker, aoi, to_person(sora))
    withdraw(seeker, aoi)
    assert present(seeker) == [aoi]
    with pytest.raises(WrongStateError):
        accept(seeker, sora)
    give(seeker, aoi, to_person(sora))
    accept(seeker, sora)
    with pytest.raises(NotFoundError):
        withdraw(seeker, aoi)


def test_whoever_is_asked_may_say_no(cast: Cast) -> None:
    aoi, sora = cast.harbour.counsellor, on_duty(cast.hill.counsellor)
    seeker = cast.answered(aoi)
    give(seeker, aoi, to_person(sora))
    with pytest.raises(NotFoundError):
        decline(seeker, cast.hill.second_counsellor)
    decline(seeker, sora)
    assert present(seeker) == [aoi]
    assert story(seeker)[-1] == "transfer declined"
    with pytest.raises(WrongStateError):
        accept(seeker, sora)


def test_an_organisation_as_a_whole_says_no_by_silence_only(cast: Cast) -> None:
    seeker = cast.answered()
    give(seeker, cast.harbour.counsellor, to_house(cast.hill))
    with pytest.raises(NotFoundError):
        decline(seeker, cast.hill.counsellor)


def test_an_offer_nobody_takes_in_ten_minutes_is_the_givers_again(cast: Cast) -> None:
    aoi, sora = cast.harbour.counsellor, on_duty(cast.hill.counsellor)
    seeker = cast.answered(aoi)
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        give(seeker, aoi, to_person(sora))
        assert expire_transfers() == 0
    with time_machine.travel(now + OFFER_LASTS, tick=False):
        on_duty(sora)
        with pytest.raises(WrongStateError):
            accept(seeker, sora)
        assert board_of(sora)[0] == []
        assert expire_transfers() == 1
        assert expire_transfers() == 0
    assert present(seeker) == [aoi]
    assert story(seeker)[-1] == "transfer expired"
    assert "expire_transfers" in {duty.name for duty in DUTIES}


def test_a_second_offer_is_refused_while_one_is_open(cast: Cast) -> None:
    aoi = cast.harbour.counsellor
    seeker = cast.answered(aoi)
    give(seeker, aoi, to_person(cast.hill.counsellor))
    with pytest.raises(WrongStateError):
        give(seeker, aoi, to_house(cast.hill))
    with pytest.raises(WrongStateError):
        give(seeker, aoi, to_topic("disaster"))


def test_the_database_itself_holds_at_most_one_open(cast: Cast) -> None:
    aoi = cast.harbour.counsellor
    seeker = cast.answered(aoi)
    first = give(seeker, aoi, to_house(cast.hill))
    with pytest.raises(IntegrityError, match=r"transfer_one_open|UNIQUE"), transaction.atomic():
        Transfer.objects.create(
            conversation=first.conversation,
            from_person=aoi,
            from_organisation=cast.harbour.organisation,
            to_kind="organisation",
            to_organisation=cast.hill.organisation,
            cid=make_cid(),
            created_at=timezone.now(),
        )


def test_an_offer_whose_time_is_over_does_not_stand_in_the_way_of_the_next(cast: Cast) -> None:
    aoi = cast.harbour.counsellor
    seeker = cast.answered(aoi)
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        give(seeker, aoi, to_house(cast.hill))
    with time_machine.travel(now + OFFER_LASTS, tick=False):
        give(seeker, aoi, to_person(cast.hill.counsellor))
    assert Transfer.objects.filter(status="offered").count() == 1


@pytest.mark.parametrize("kind", ["person", "organisation", "topic"])
def test_a_repeated_offer_gets_the_first_answer(cast: Cast, kind: str) -> None:
    aoi = cast.harbour.counsellor
    offers = {
        "person": to_person(cast.hill.counsellor),
        "organisation": to_house(cast.hill),
        "topic": to_topic("disaster"),
    }
    seeker = cast.answered(aoi)
    cid = make_cid()
    first = give(seeker, aoi, offers[kind], cid=cid)
    head = seeker.conversation.staff_seq
    assert give(seeker, aoi, offers[kind], cid=cid) == first
    assert seeker.conversation.staff_seq == head


def test_every_answer_may_be_asked_for_twice(cast: Cast) -> None:
    aoi, sora = cast.harbour.counsellor, on_duty(cast.hill.counsellor)
    seeker = cast.answered(aoi)
    for act, by in ((withdraw, aoi), (decline, sora), (accept, sora)):
        give(seeker, aoi, to_person(sora))
        cid = make_cid()
        act(seeker, by, cid=cid)
        head = seeker.conversation.staff_seq
        act(seeker, by, cid=cid)
        assert seeker.conversation.staff_seq == head
    wrap_up(sora, seeker)
    close_conversation(conversation_id=seeker.conversation_id, by=sora, cid=make_cid())
    assert accept(seeker, sora, cid=cid).status == Status.CLOSED, "also long after"


def test_a_cid_means_one_thing_only(cast: Cast) -> None:
    aoi, sora = cast.harbour.counsellor, on_duty(cast.hill.counsellor)
    one, two = cast.answered(aoi), cast.answered(aoi)
    cid = make_cid()
    give(one, aoi, to_person(sora), cid=cid)
    with pytest.raises(BadFrameError):
        give(two, aoi, to_person(sora), cid=cid)
    give(two, aoi, to_person(sora))
    accept(one, sora, cid=cid)
    with pytest.raises(BadFrameError):
        accept(two, sora, cid=cid)


def test_a_note_is_required_and_short(cast: Cast) -> None:
    seeker = cast.answered()
    for note, refusal in (("  ", BodyEmptyError), ("あ" * 1001, BodyTooLongError)):
        with pytest.raises(refusal):
            give(seeker, cast.harbour.counsellor, to_person(cast.hill.counsellor, note))
    give(seeker, cast.harbour.counsellor, to_person(cast.hill.counsellor, "あ" * 1000))


def test_only_whoever_serves_the_topic_can_be_asked(cast: Cast) -> None:
    aoi = cast.harbour.counsellor
    seeker = cast.answered(aoi, topic="women")
    retired = cast.another_counsellor(cast.harbour)
    deactivate_person(person=retired, by=None)
    nobody = [
        to_person(cast.hill.counsellor),
        to_house(cast.hill),
        to_person(aoi),
        to_person(cast.harbour.supervisor),
        to_person(retired),
        Offer(kind="person", to="somebody", note=NOTE),
        to_topic("nowhere"),
    ]
    for offer in nobody:
        with pytest.raises(NotFoundError):
            give(seeker, aoi, offer)
    with pytest.raises(WrongStateError):
        give(seeker, aoi, to_topic("women"))
    give(seeker, aoi, to_person(cast.harbour.second_counsellor))


def test_a_closed_topic_takes_nobody(cast: Cast) -> None:
    closed = Topic.objects.active().exclude(slug__in=["loneliness", "women", "disaster"]).first()
    assert closed is not None
    serve_topic(topic=closed, organisation=cast.hill.organisation, by=None)
    seeker = cast.answered()
    with pytest.raises(TopicClosedError):
        give(seeker, cast.harbour.counsellor, to_topic(closed.slug))


def test_only_the_one_who_holds_it_can_give_it(cast: Cast) -> None:
    seeker = cast.answered()
    for person in (cast.harbour.second_counsellor, cast.harbour.supervisor, cast.hill.counsellor):
        with pytest.raises(NotFoundError):
            give(seeker, person, to_house(cast.hill))
        with pytest.raises(NotFoundError):
            withdraw(seeker, person)


def test_what_is_wrapped_up_or_left_by_its_help_seeker_stays_where_it_is(cast: Cast) -> None:
    aoi = cast.harbour.counsellor
    wrapped, left = cast.answered(aoi), cast.answered(aoi)
    wrap_up(aoi, wrapped)
    leave_conversation(
        conversation_id=left.conversation_id, participant_id=left.participant_id, cid=make_cid()
    )
    for seeker in (wrapped, left):
        with pytest.raises(WrongStateError):
            give(seeker, aoi, to_house(cast.hill))


def leaves(cast: Cast, seeker: Seeker) -> None:
    leave_conversation(
        conversation_id=seeker.conversation_id, participant_id=seeker.participant_id, cid=make_cid()
    )


def closes(cast: Cast, seeker: Seeker) -> None:
    wrap_up(cast.harbour.counsellor, seeker)
    close_conversation(conversation_id=seeker.conversation_id, by=cast.harbour.counsellor, cid=make_cid())


def loses_role(cast: Cast, seeker: Seeker) -> None:
    end_role(membership=Membership.objects.in_force().get(person=cast.harbour.counsellor), by=None)


@pytest.mark.parametrize("end", [leaves, closes, loses_role])
def test_an_offer_ends_with_what_it_offered(cast: Cast, end: Callable[[Cast, Seeker], None]) -> None:
    aoi, sora = cast.harbour.counsellor, on_duty(cast.hill.counsellor)
    seeker = cast.answered(aoi)
    give(seeker, aoi, to_person(sora))
    end(cast, seeker)
    with pytest.raises(WrongStateError):
        accept(seeker, sora)
    assert board_of(sora)[0] == []


def test_taking_needs_a_place_free_and_the_word_that_one_is_there(cast: Cast) -> None:
    aoi, sora = cast.harbour.counsellor, cast.hill.counsellor
    one, two = cast.answered(aoi), cast.answered(aoi)
    give(one, aoi, to_person(sora))
    give(two, aoi, to_house(cast.hill))
    with pytest.raises(NotAvailableError):
        accept(one, sora)
    on_duty(sora, capacity=1)
    accept(one, sora)
    with pytest.raises(AtCapacityError):
        accept(two, sora)


def test_the_target_must_still_serve_when_taking(cast: Cast) -> None:
    aoi, sora = cast.harbour.counsellor, on_duty(cast.hill.counsellor)
    seeker = cast.answered(aoi)
    give(seeker, aoi, to_person(sora))
    end_role(membership=Membership.objects.in_force().get(person=sora), by=None)
    grant_role(person=sora, organisation=cast.harbour.organisation, role="counsellor", by=None)
    with pytest.raises(NotFoundError):
        accept(seeker, sora)


def test_the_target_sees_what_it_is_about_and_not_the_text(cast: Cast) -> None:
    aoi, sora = cast.harbour.counsellor, on_duty(cast.hill.counsellor)
    seeker = cast.answered(aoi)
    seeker.says("住むところがありません")
    give(seeker, aoi, to_person(sora))
    offers, _ = board_of(sora)
    assert [(o["topic"], o["language"], o["from"]["name"], o["note"]) for o in offers] == [
        ("loneliness", "ja", "あおい", NOTE)
    ]
    assert "住むところ" not in str(offers)
    assert board_of(cast.hill.second_counsellor)[0] == []
    assert board_of(aoi)[0] == []
    assert board_of(aoi)[1][seeker.conversation_id]["to_name"] == sora.display_name


def test_what_goes_to_an_organisation_is_shown_to_all_its_counsellors_but_the_giver(cast: Cast) -> None:
    aoi = cast.harbour.counsellor
    seeker = cast.answered(aoi)
    give(seeker, aoi, to_house(cast.harbour))
    assert board_of(cast.harbour.second_counsellor)[0] == [], "whoever is not on duty is not asked"
    on_duty(cast.harbour.second_counsellor)
    assert len(board_of(cast.harbour.second_counsellor)[0]) == 1
    for person in (aoi, cast.harbour.supervisor, cast.harbour.manager, cast.hill.counsellor):
        assert board_of(person)[0] == []
    with pytest.raises(NotFoundError):
        accept(seeker, aoi)


def test_targets_are_those_on_duty_with_a_place_free(cast: Cast) -> None:
    aoi, sora, izumi = cast.harbour.counsellor, cast.hill.counsellor, cast.hill.second_counsellor
    seeker = cast.answered(aoi)
    on_duty(sora, capacity=3)
    on_duty(izumi, capacity=1)
    other = cast.seeker()
    assert accept_next(by=izumi, cid=make_cid()).pk == other.conversation_id
    targets = targets_for(seeker.conversation)
    assert [(row["name"], row["free"]) for row in targets["people"]] == [(sora.display_name, 3)]
    assert {row["name"]: row["free"] for row in targets["organisations"]} == {
        cast.harbour.organisation.name: 0,
        cast.hill.organisation.name: 3,
    }


def test_the_note_is_sealed_and_goes_with_the_key(cast: Cast) -> None:
    aoi = cast.harbour.counsellor
    seeker = cast.answered(aoi)
    transfer = give(seeker, aoi, to_house(cast.hill))
    assert NOTE.encode() not in bytes(transfer.note or b"")
    closes(cast, seeker)
    assert forget_conversation(conversation_id=seeker.conversation_id)
    transfer.refresh_from_db()
    assert transfer.note is None
    assert not ConversationKey.objects.filter(conversation=seeker.conversation_id).exists()


def test_whoever_lacks_a_clearance_is_neither_named_nor_asked(cast: Cast) -> None:
    aoi, nagisa = cast.harbour.counsellor, on_duty(cast.harbour.second_counsellor)
    seeker = cast.answered(aoi, topic="women")
    for clearance in Clearance.objects.in_force().filter(person=nagisa):
        Clearance.objects.filter(pk=clearance.pk).update(ended_at=timezone.now())
    assert targets_for(seeker.conversation)["people"] == []
    with pytest.raises(NotFoundError):
        give(seeker, aoi, to_person(nagisa))
    give(seeker, aoi, to_house(cast.harbour))
    assert board_of(nagisa)[0] == []
    with pytest.raises(NotFoundError):
        accept(seeker, nagisa)
