"""The help-seeker's socket: one bearer, one conversation, the public stream."""

from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from chat.consumers.base import ConversationSocket
from chat.errors import BadTokenError, ConversationClosedError, DomainError
from chat.live.follower import ASK_AGAIN, Follower
from chat.live.threads import in_pool
from chat.protocol import (
    LIMITS,
    VERSION,
    Close,
    Leave,
    Ping,
    Resync,
    SeekerHello,
    Seen,
    Send,
    Typing,
    encode,
    milliseconds,
    parse_seeker,
)
from chat.selectors.conversation import SeekerAccess, conversation_of_bearer
from chat.selectors.log import heads_of
from chat.selectors.people import people_of
from chat.selectors.queue import place_fields
from chat.selectors.round import Facts, both_numberings, seen_by_others
from chat.services.conversation import bearer_hash, leave_conversation
from chat.signals import TypingMoved


class SeekerSocket(ConversationSocket):
    """Follows one conversation's public stream and shows its place in the queue."""

    hello_type = SeekerHello

    def __init__(self) -> None:
        super().__init__()
        self.follower: Follower | None = None
        self.access: SeekerAccess | None = None
        self.bearer = ""
        self.queue_shown = ""
        self.handlers = {
            Send: lambda f: self.post(self._mine(), f.cid, f.body),
            Typing: self._typing,
            Seen: self._seen,
            Ping: self._ping,
            Leave: self._leave,
            Resync: self._resync,
        }

    def parse(self, text: str) -> Any:
        return parse_seeker(text)

    async def greet(self, frame: SeekerHello) -> None:
        """Four queries: whose bearer this is, who is there, how far they have seen, and what is missing."""
        self.bearer = frame.token
        access = await in_pool(conversation_of_bearer, frame.token, hashed=bearer_hash(frame.token))
        conversation = access.conversation
        follower = Follower(self, conversation.pk, staff=False)
        follower.role = access.participant.role
        follower.participant_id = access.participant.pk
        follower.present = access.participant.left_at is None
        follower.access_version = conversation.access_version
        follower.status = conversation.status
        follower.status_at = conversation.staff_seq
        self.access, self.follower = access, follower
        self.hub.follow(follower)
        self.hub.rounds.pinged_seekers.add(access.help_seeker.pk)
        await self._welcome(access)
        follower.begin(have=frame.have, head=conversation.public_seq)
        self.hub.rounds.soon()

    async def _welcome(self, access: SeekerAccess) -> None:
        conversation = access.conversation
        people, seen = await in_pool(_people_and_seen, access)
        frame = {
            "type": "welcome",
            "v": VERSION,
            "at": milliseconds(timezone.now()),
            "limits": LIMITS,
            "conversation": {
                "id": conversation.pk,
                "status": conversation.status,
                "topic": conversation.topic.slug,
                "head": conversation.public_seq,
            },
            "participant": access.participant.pk,
            "people": people,
            "seen": seen,
        }
        self.push(encode(frame))

    def _mine(self) -> Follower:
        if self.follower is None:
            raise BadTokenError
        return self.follower

    def _typing(self, frame: Typing) -> None:
        follower = self._mine()
        if follower.present and follower.participant_id is not None:
            self.hub.bus.tell(
                [TypingMoved(follower.conversation_id, follower.participant_id, follower.role, frame.on)]
            )

    def _seen(self, frame: Seen) -> None:
        follower = self._mine()
        self.hub.rounds.saw(follower, min(frame.upto, follower.sent))

    def _ping(self, frame: Ping) -> None:
        follower = self._mine()
        if self.access is not None:
            self.hub.rounds.pinged_seekers.add(self.access.help_seeker.pk)
        self.push(
            encode({"type": "pong", "n": frame.n, "heads": {str(follower.conversation_id): follower.known}})
        )

    async def _leave(self, frame: Leave) -> None:
        follower = self._mine()
        if follower.participant_id is None:
            raise BadTokenError
        entry = await in_pool(
            leave_conversation,
            conversation_id=follower.conversation_id,
            participant_id=follower.participant_id,
            cid=frame.cid,
        )
        follower.present = False
        self.push(
            encode({"type": "ack", "cid": frame.cid, "seq": entry.public_seq, "at": milliseconds(entry.at)})
        )

    async def _resync(self, frame: Resync) -> None:
        follower = self._mine()
        heads = await in_pool(heads_of, [follower.conversation_id])
        follower.begin(have=frame.have, head=heads[0].public_seq)

    # What the hub asks

    def recheck(self, follower: Follower | None) -> None:
        self.spawn(self._check_bearer(), "hello")

    async def _check_bearer(self) -> None:
        try:
            await in_pool(conversation_of_bearer, self.bearer, hashed=bearer_hash(self.bearer))
        except BadTokenError:
            self._mine().stop()
            self.push(encode({"type": "revoked", "code": "bad_token"}))
            self.shut(Close.UNKNOWN)
        except DatabaseError:
            self._mine().access_version = ASK_AGAIN
            raise

    def show(self, facts: Facts) -> None:
        follower = self.follower
        if follower is None:
            return
        entry = facts.places.get(follower.conversation_id)
        if entry is None:
            return
        waiting = facts.waiting[entry.topic_id]
        accepts = facts.accepts.get(entry.topic_id, 0)
        frame = {
            "type": "queue",
            **place_fields(position=entry.position, waiting=waiting, accepts=accepts),
        }
        text = encode(frame)
        if text != self.queue_shown:
            self.queue_shown = text
            self.push(text)

    def followed(self) -> list[Follower]:
        return [] if self.follower is None else [self.follower]

    def no_right(self) -> DomainError:
        return ConversationClosedError()


def _people_and_seen(access: SeekerAccess) -> tuple[list[dict[str, Any]], int]:
    """Who is there, and how far the staff have read, in the public numbering."""
    conversation_id = access.conversation.pk
    staff_upto = seen_by_others(conversation_id, access.participant.role)
    seen = both_numberings(conversation_id, public=None, staff=staff_upto)[0] if staff_upto else 0
    return people_of(conversation_id), seen
