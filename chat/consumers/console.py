"""The console's socket: one signed-in person, several conversations, the staff stream, and the board."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.utils import timezone

from chat.consumers.base import ConversationSocket, Handler
from chat.errors import DomainError, NotFoundError, NotSignedInError
from chat.live.board import Board
from chat.live.follower import ASK_AGAIN, Follower
from chat.live.threads import in_pool
from chat.protocol import (
    LIMITS,
    VERSION,
    Close,
    ConsoleHello,
    Follow,
    Ping,
    Resync,
    Seen,
    Send,
    Typing,
    Unfollow,
    encode,
    milliseconds,
    parse_console,
)
from chat.selectors.console import ConsoleAccess, console_access
from chat.selectors.conversation import StaffAccess
from chat.selectors.log import heads_of
from chat.selectors.round import Facts
from chat.services.looking import open_for_reading
from chat.signals import TypingMoved
from organisations.models import Person

FOLLOWED_MOST = 100


class ConsoleSocket(ConversationSocket):
    """Follows what its person may read; a right that ends ends the following at once."""

    hello_type = ConsoleHello
    person: Person

    def __init__(self) -> None:
        super().__init__()
        self.following: dict[UUID, Follower] = {}
        self.opening: dict[UUID, asyncio.Task[None]] = {}
        self.board = Board()
        self.rights_version = 0
        self.handlers = {
            Follow: lambda f: self._open(f.conversation, f.have, known=False),
            Unfollow: self._once_open(self._unfollow),
            Send: self._once_open(self._send),
            Typing: self._typing,
            Seen: self._seen,
            Ping: self._ping,
            Resync: self._once_open(self._resync),
        }

    def parse(self, text: str) -> Any:
        return parse_console(text)

    async def greet(self, frame: ConsoleHello) -> None:
        """Who this is, what they hold; their own conversations are followed at once."""
        user = self.scope.get("user")
        if not isinstance(getattr(user, "_wrapped", user), Person):
            raise NotSignedInError
        access = await in_pool(console_access, user.pk)
        self.person = access.person
        self.person_id = access.person.pk
        self.session_key = self.scope["session"].session_key
        self.rights_version = access.person.access_version
        self.board.sight = access.sight
        self.hub.rounds.pinged_people.add(access.person.pk)
        self._welcome(access)
        for conversation_id in access.held:
            self._open(conversation_id, frame.have.get(conversation_id, 0), known=True)
        self.hub.rounds.soon()

    def _welcome(self, access: ConsoleAccess) -> None:
        frame = {
            "type": "welcome",
            "v": VERSION,
            "at": milliseconds(timezone.now()),
            "limits": LIMITS,
            "person": {"id": access.person.pk, "name": access.person.display_name},
            "presence": access.presence,
            "conversations": [{"id": pk, "head": head, "access": "own"} for pk, head in access.held.items()],
        }
        self.push(encode(frame))

    # Frames

    def _open(self, conversation_id: UUID, have: int, *, known: bool) -> None:
        self._queue(conversation_id, self._follow(conversation_id, have, known=known))

    def _queue(self, conversation_id: UUID, work: Coroutine[Any, Any, None]) -> None:
        """Do it after whatever is still being done for this conversation."""
        before = self.opening.get(conversation_id)
        task = self.spawn(_after(before, work), "follow")
        self.opening[conversation_id] = task
        task.add_done_callback(lambda done: self._opened(conversation_id, done))

    def _opened(self, conversation_id: UUID, task: asyncio.Task[None]) -> None:
        if self.opening.get(conversation_id) is task:
            del self.opening[conversation_id]

    def _once_open(self, handle: Handler) -> Handler:
        """A frame that comes right behind its `follow` waits for it, in order."""

        async def handled(frame: Any) -> None:
            waited = handle(frame)
            if waited is not None:
                await waited

        def now_or_later(frame: Any) -> Coroutine[Any, Any, None] | None:
            if frame.conversation not in self.opening:
                return handle(frame)
            self._queue(frame.conversation, handled(frame))
            return None

        return now_or_later

    def _send(self, frame: Send) -> None:
        self.post(self._followed(frame.conversation), frame.cid, frame.body)

    async def _follow(self, conversation_id: UUID, have: int, *, known: bool) -> None:
        """Authorise, join, read. `known`: it was listed in `welcome` a moment ago."""
        if len(self.following) >= FOLLOWED_MOST and conversation_id not in self.following:
            raise NotFoundError
        try:
            access = await in_pool(open_for_reading, person=self.person, conversation_id=conversation_id)
        except NotFoundError:
            if not known:
                self._revoke(conversation_id, "not_found")
            return
        follower = self.following.get(conversation_id)
        if follower is None:
            follower = self.following[conversation_id] = Follower(self, conversation_id, staff=True)
            self.hub.follow(follower)
        self._settle(follower, access)
        follower.begin(have=have, head=access.conversation.staff_seq)

    @staticmethod
    def _settle(follower: Follower, access: StaffAccess) -> None:
        follower.access_version = access.conversation.access_version
        follower.status = access.conversation.status
        follower.status_at = access.conversation.staff_seq
        participant = access.participant
        follower.participant_id = None if participant is None else participant.pk
        follower.role = "" if participant is None else participant.role
        follower.present = participant is not None and participant.left_at is None

    def _unfollow(self, frame: Unfollow) -> None:
        follower = self.following.pop(frame.conversation, None)
        if follower is not None:
            self.hub.unfollow(follower)

    def _followed(self, conversation_id: UUID) -> Follower:
        """A command on a conversation that is not followed is a command on one that is not there."""
        follower = self.following.get(conversation_id)
        return follower if follower is not None else Follower(self, conversation_id, staff=True)

    def _typing(self, frame: Typing) -> None:
        follower = self._followed(frame.conversation)
        if follower.present and follower.participant_id is not None:
            self.hub.bus.tell(
                [TypingMoved(follower.conversation_id, follower.participant_id, follower.role, frame.on)]
            )

    def _seen(self, frame: Seen) -> None:
        follower = self._followed(frame.conversation)
        if follower.present and follower.participant_id is not None:
            self.hub.rounds.saw(follower, min(frame.upto, follower.sent))

    def _ping(self, frame: Ping) -> None:
        self.hub.rounds.pinged_people.add(self.person.pk)
        heads = {str(key): follower.known for key, follower in self.following.items()}
        self.push(encode({"type": "pong", "n": frame.n, "heads": heads}))

    async def _resync(self, frame: Resync) -> None:
        follower = self.following.get(frame.conversation)
        if follower is None:
            raise NotFoundError
        heads = await in_pool(heads_of, [frame.conversation])
        follower.begin(have=frame.have, head=heads[0].staff_seq)

    # What the hub asks

    def recheck(self, follower: Follower | None) -> None:
        if follower is None:
            self.spawn(self._check_person(), "hello")
        else:
            follower.hold()  # now, not when the task gets its turn
            self.spawn(self._check(follower), "follow")

    async def _check(self, follower: Follower) -> None:
        follower.hold()
        try:
            access = await in_pool(
                open_for_reading, person=self.person, conversation_id=follower.conversation_id, look=False
            )
        except NotFoundError:
            self._revoke(follower.conversation_id, "not_found")
            return
        except DatabaseError:
            follower.access_version = ASK_AGAIN
            raise
        self._settle(follower, access)
        follower.release()

    async def _check_person(self) -> None:
        """Is this person still one of ours, and what may they still read?"""
        try:
            access = await in_pool(console_access, self.person.pk)
        except DomainError:
            for conversation_id in tuple(self.following):
                self._revoke(conversation_id, "rights_changed")
            self.shut(Close.RIGHTS_GONE)
            return
        self.person = access.person
        self.board.sight = access.sight
        for follower in tuple(self.following.values()):
            await self._check(follower)
        self.rights_version = access.person.access_version
        self.hub.rounds.soon()

    def _revoke(self, conversation_id: UUID, code: str) -> None:
        follower = self.following.pop(conversation_id, None)
        if follower is not None:
            self.hub.unfollow(follower)
        self.push(encode({"type": "revoked", "conversation": conversation_id, "code": code}))

    def show(self, facts: Facts) -> None:
        if self.person_id is None:
            return
        if self.session_key not in facts.sessions:
            self._sign_out()
            return
        if facts.versions.get(self.person_id) != self.rights_version:
            self.recheck(None)
        text = self.board.picture(facts, self.person_id)
        if text is not None:
            self.push(text)

    def _sign_out(self) -> None:
        for conversation_id in tuple(self.following):
            self._revoke(conversation_id, "not_signed_in")
        self.shut(Close.UNKNOWN)

    def followed(self) -> list[Follower]:
        return list(self.following.values())

    def no_right(self) -> DomainError:
        return NotFoundError()


async def _after(task: asyncio.Task[None] | None, work: Coroutine[Any, Any, None]) -> None:
    if task is not None:
        await asyncio.wait([task])
    await work
