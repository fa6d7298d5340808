"""Does every command of both sockets answer each actor as the table says, and reach nobody it may not reach?"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from chat import protocol
from chat.consumers.base import ConversationSocket
from chat.consumers.console import ConsoleSocket
from chat.consumers.seeker import SeekerSocket
from chat.protocol import Close
from tests.access.actors import ACTORS, HARBOUR_WORD, World, make_world
from tests.access.table import CONSOLE_SOCKET, GHOSTS, SEEKER_SOCKET
from tests.cast import Seeker, make_bearer, make_cid
from tests.chat.peer import CONSOLE_PATH, SEEKER_PATH, Frame, Meeting, Peer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("table", "parsed", "socket"),
    [
        (CONSOLE_SOCKET, protocol._CONSOLE, ConsoleSocket),
        (SEEKER_SOCKET, protocol._SEEKER, SeekerSocket),
    ],
    ids=["console", "help-seeker"],
)
def test_every_command_has_a_row(
    table: Mapping[str, Any], parsed: Mapping[str, Any], socket: type[ConversationSocket]
) -> None:
    handled = {frame.__name__.lower() for frame in socket().handlers}
    assert set(table) == set(parsed) == handled | {"hello"}


async def test_each_console_gets_the_answers_of_the_table(meeting: Meeting) -> None:
    world = await meeting.do(make_world, meeting.cast)
    talk = world.things["talk"]
    seeker = await at_the_other_end(meeting, world)
    got: dict[str, dict[str, str]] = {command: {} for command in CONSOLE_SOCKET}
    for name in ACTORS:
        actor = world.actors[name]
        peer = await meeting.connect(CONSOLE_PATH, session=actor.session)
        await peer.sends("hello", v=1, have={})
        got["hello"][name] = await heard(meeting, peer)
        if got["hello"][name] == "welcome":
            answers = await command_all(meeting, peer, talk, seeker)
            for command, answer in answers.items():
                got[command][name] = answer
            await tells_no_difference(meeting, peer, answers)
        else:
            signed_in = got["hello"][name] == "error not_found"
            assert peer.close_code == (Close.RIGHTS_GONE if signed_in else Close.UNKNOWN)
        await part(meeting, peer)
    assert got == {command: by_actor(answers) for command, answers in CONSOLE_SOCKET.items()}


async def command_all(meeting: Meeting, peer: Peer, talk: UUID, seeker: Peer | None) -> dict[str, str]:
    """Every command but `hello` on one conversation; what the help-seeker notices of it is checked beside."""
    answers = {}
    for command, fields in commands(talk).items():
        peer.overlook()
        if seeker is not None:
            seeker.overlook()
        await peer.sends(command, **fields)
        answers[command] = await heard(meeting, peer, but=("board", "state"))
        if seeker is not None:
            await meeting.turn()
            noticed = {frame["type"] for frame in seeker.unseen} & {"typing", "seen", "event"}
            assert bool(noticed) == (command in {"send", "typing", "seen"} and answers["send"] == "event")
    return answers


def commands(conversation: UUID) -> dict[str, dict[str, Any]]:
    given: dict[str, dict[str, Any]] = {
        "follow": {"have": 0},
        "send": {"cid": make_cid(), "body": "はい"},
        "typing": {"on": True},
        "seen": {"upto": 3},
        "resync": {"have": 0},
        "unfollow": {},
    }
    named = {command: {**fields, "conversation": conversation} for command, fields in given.items()}
    return {"ping": {"n": 1}, **named}


async def tells_no_difference(meeting: Meeting, peer: Peer, answers: Mapping[str, str]) -> None:
    """To whoever may not read it, the conversation and one that never was are answered alike."""
    ghost = await command_all(meeting, peer, GHOSTS["talk"], None)
    assert ghost["follow"] == "revoked not_found"
    if answers["follow"] != "event":
        assert answers == ghost
        assert HARBOUR_WORD not in str(peer.frames)


async def test_each_help_seeker_reaches_one_conversation_their_own(meeting: Meeting) -> None:
    world = await meeting.do(make_world, meeting.cast)
    got: dict[str, dict[str, str]] = {command: {} for command in SEEKER_SOCKET}
    own = {"seeker": world.things["talk"], "other_seeker": world.things["theirs"]}
    for name in ACTORS:
        actor = world.actors[name]
        peer = await meeting.connect(SEEKER_PATH, session=actor.session)
        await peer.sends("hello", v=1, token=actor.bearer or make_bearer(), have=0)
        got["hello"][name] = await heard(meeting, peer, but=("event",))
        if got["hello"][name] == "welcome":
            assert peer.frames[0]["conversation"]["id"] == str(own[name])
            fields = {
                command: {k: v for k, v in given.items() if k != "conversation"}
                for command, given in commands(own[name]).items()
                if command in SEEKER_SOCKET
            }
            for command, given in {**fields, "leave": {"cid": make_cid()}}.items():
                peer.overlook()
                await peer.sends(command, **given)
                but = ("queue", "state", "seen") if command != "leave" else ("event", "state")
                got[command][name] = await heard(meeting, peer, but=but)
        else:
            assert peer.close_code == Close.UNKNOWN
        await part(meeting, peer)
    assert got == {command: by_actor(answers) for command, answers in SEEKER_SOCKET.items()}


async def at_the_other_end(meeting: Meeting, world: World) -> Peer:
    """The help-seeker whom the holder talks to, listening."""
    bearer = world.actors["seeker"].bearer
    assert bearer is not None
    return await meeting.seeker(Seeker(bearer, world.things["talk"], UUID(int=0)))


async def heard(meeting: Meeting, peer: Peer, *, but: tuple[str, ...] = ("event", "board", "state")) -> str:
    """The kinds of answers that came, with their codes, once each."""
    await meeting.settle()
    frames = [frame for frame in peer.unseen if frame["type"] not in but]
    return ", ".join(dict.fromkeys(map(_named, frames)))


def _named(frame: Frame) -> str:
    return f"{frame['type']} {frame['code']}" if "code" in frame else str(frame["type"])


async def part(meeting: Meeting, peer: Peer) -> None:
    await peer.hang_up()
    meeting.peers.remove(peer)


def by_actor(answers: Mapping[str, str]) -> dict[str, str]:
    return {actor: answer for answer, actors in answers.items() for actor in actors.split()}
