"""Two houses serve one topic in one night: does a byte of the one ever reach the other?"""

import json
from collections.abc import Iterator
from uuid import UUID

import pytest

from chat.models import Participant
from chat.services.conversation import close_conversation
from chat.services.note import post_note
from chat.services.phrase import add_phrase
from chat.services.wrap_up import Outcome, record_wrap_up
from tests.access.actors import AT_HARBOUR, AT_HILL, HARBOUR_WORD, HILL_WORD, World, make_world
from tests.cast import House, Seeker, make_cid, reply, take
from tests.chat.peer import Meeting, Peer

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = (
    "/api/v1/topics",
    "/api/v1/console/board",
    "/api/v1/console/supervision",
    "/api/v1/console/phrases",
    "/api/v1/console/conversations/{theirs}",
    "/api/v1/console/conversations/{theirs}/events",
    "/api/v1/console/conversations/{talk}",
    "/api/v1/console/conversations/{talk}/events",
    "/api/v1/conversation",
    "/api/v1/conversation/events",
    "/console/",
    "/chat/",
    "/organisation/",
)


async def test_nothing_of_one_house_reaches_the_other(meeting: Meeting) -> None:
    # An offer names the house it comes from and the one it goes to, on purpose; here each keeps its own.
    world = await meeting.do(make_world, meeting.cast, offering=False)
    harbour = {name: await enter(meeting, world, name) for name in sorted(AT_HARBOUR)}
    hill = {name: await enter(meeting, world, name) for name in sorted(AT_HILL)}
    for look, conversation in (("supervisor", "talk"), ("foreign_supervisor", "theirs")):
        await {**harbour, **hill}[look].sends("follow", conversation=world.things[conversation], have=0)
    await meeting.settle()
    await meeting.do(a_busy_hour, world)
    for name, conversation in (("holder", "talk"), ("stranger", "theirs")):
        counsellor = {**harbour, **hill}[name]
        await counsellor.sends("typing", conversation=world.things[conversation], on=True)
        await counsellor.sends("seen", conversation=world.things[conversation], upto=4)
    await meeting.turn()
    await meeting.turn()
    received = {name: [*sockets(peer)] for name, peer in {**harbour, **hill}.items()}
    for name in received:
        received[name] += await meeting.do(pages, world, name)
    for names, foreign in ((AT_HILL, world.cast.harbour), (AT_HARBOUR, world.cast.hill)):
        secrets = await meeting.do(secrets_of, world, foreign)
        for name in names:
            for piece in received[name]:
                assert [secret for secret in secrets if secret in piece] == [], (name, piece)


async def test_the_story_is_heard_where_it_may_be(meeting: Meeting) -> None:
    """The same words, and the names, do arrive in their own house: the test above looks for something real."""
    world = await meeting.do(make_world, meeting.cast)
    peer = await enter(meeting, world, "supervisor")
    await peer.sends("follow", conversation=world.things["talk"], have=0)
    await meeting.settle()
    await meeting.do(a_busy_hour, world)
    heard = "".join(sockets(peer))
    for secret in (
        f"{HARBOUR_WORD} まだ",
        f"{HARBOUR_WORD} もうひとつ",
        world.cast.harbour.organisation.name,
    ):
        assert secret in heard


async def enter(meeting: Meeting, world: World, name: str) -> Peer:
    actor = world.actors[name]
    if actor.bearer is None:
        assert actor.person is not None
        return await meeting.console(actor.person, session=actor.session)
    own = {"seeker": "talk", "other_seeker": "theirs"}[name]
    return await meeting.seeker(Seeker(actor.bearer, world.things[own], world.things[own]))


def a_busy_hour(world: World) -> None:
    """Both houses take, talk, note, record and end; both keep a new phrase."""
    cast = world.cast
    for house, talk, word in ((cast.harbour, "talk", HARBOUR_WORD), (cast.hill, "theirs", HILL_WORD)):
        go_on(house, world.things[talk], word)
        come_and_go(world, house, word)
        add_phrase(shortcut="late", text=f"{word} おそい", by=house.manager, organisation=house.organisation)


def go_on(house: House, conversation_id: UUID, word: str) -> None:
    seeker_part = Participant.objects.get(conversation=conversation_id, role="seeker")
    seeker = Seeker("", seeker_part.conversation_id, seeker_part.pk)
    seeker.says(f"{word} まだ")
    reply(house.counsellor, seeker, f"{word} もうひとつ")
    post_note(
        conversation_id=seeker.conversation_id, by=house.counsellor, cid=make_cid(), body=f"{word} あとで"
    )


def come_and_go(world: World, house: House, word: str) -> None:
    world.cast.seeker()
    taken = take(house.counsellor)
    part = taken.participants.get(role="seeker")
    Seeker("", taken.pk, part.pk).says(f"{word} はじめまして")
    outcome = Outcome(category="listened", established=True, note=f"{word} 記録")
    record_wrap_up(conversation_id=taken.pk, by=house.counsellor, cid=make_cid(), outcome=outcome)
    close_conversation(conversation_id=taken.pk, by=house.counsellor, cid=make_cid())


def sockets(peer: Peer) -> Iterator[str]:
    yield from (json.dumps(frame, ensure_ascii=False) for frame in peer.frames)


def pages(world: World, name: str) -> list[str]:
    """What this actor is answered on every address they may think of."""
    asked = (path.format(**world.things) for path in ASKED)
    return [world.ask(world.actors[name], "GET", path).content.decode() for path in asked]


def secrets_of(world: World, house: House) -> list[str]:
    """What only this house may know: what was said, who works there, its name, who takes part."""
    here = Participant.objects.filter(conversation__organisation=house.organisation)
    word = HARBOUR_WORD if house is world.cast.harbour else HILL_WORD
    staff = [text for person in house.staff for text in (person.full_name, person.email)]
    ids = [str(pk) for pk in here.values_list("pk", flat=True)]
    return [word, house.organisation.name, str(house.organisation.pk), *staff, *ids]
