"""What do both sockets have in common? Turning frames into calls and refusals into frames, flood limits, closing.

No frame passes through Channels' one database thread; whatever touches the database goes to chat.live.threads.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, ClassVar
from uuid import UUID

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.conf import settings
from django.db import DatabaseError

from chat.errors import DomainError, NotFoundError, RateLimitedError
from chat.live.follower import Follower
from chat.live.hub import Hub, current_hub
from chat.live.outgoing import IMMEDIATE_SEND, Outgoing
from chat.protocol import FRAME_LIMIT, Close, FrameError, encode, milliseconds
from chat.services.message import Answered, Outcome, Post
from chat.signals import StoredEntry

BAD_FRAMES_MOST = 50
SEND_WINDOW_SECONDS = 10.0

logger = logging.getLogger(__name__)
Handler = Callable[[Any], Coroutine[Any, Any, None] | None]


class ConversationSocket(AsyncConsumer):  # type: ignore[misc] # Channels has no types
    """The part of a socket that does not know who is at the other end.

    Subclasses give `parse`, `greet` (the first frame) and `handlers` by frame class; a handler that has to wait
    for the database returns a coroutine.
    """

    channel_layer_alias = "none"
    person_id: UUID | None = None
    session_key: str | None = None
    hello_type: ClassVar[type]

    hub: Hub
    outgoing: Outgoing

    def __init__(self) -> None:
        self.greeted = False
        self.bad_frames = 0
        self.sent_at: list[float] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.hello_timer: asyncio.TimerHandle | None = None
        self.handlers: Mapping[type, Handler] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Frames one after another; unlike Channels' own loop without a task and a thread hop for each."""
        self.scope = scope
        self.outgoing = Outgoing(
            send,
            immediate=IMMEDIATE_SEND in scope.get("extensions", {}),
            on_overflow=lambda: self.shut(Close.SILENT),
        )
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        kind = message["type"]
        if kind == "websocket.receive":
            await self._receive(message)
        elif kind == "websocket.connect":
            await self._connect()
        elif kind == "websocket.disconnect":
            self._disconnect()
            raise StopConsumer

    async def _connect(self) -> None:
        self.hub = current_hub()
        await self.send({"type": "websocket.accept"})
        self.hello_timer = asyncio.get_running_loop().call_later(
            settings.TOMOSHIBI.hello_timeout, self.shut, Close.NO_HELLO
        )

    async def send(self, message: Mapping[str, Any]) -> None:
        await self.outgoing.send_now(message)

    def _disconnect(self) -> None:
        self.outgoing.closed = True
        if self.hello_timer is not None:
            self.hello_timer.cancel()
        for task in self.tasks:
            task.cancel()
        if self.greeted:
            self.hub.leave(self, self.followed())

    # Frames in

    async def _receive(self, message: Mapping[str, Any]) -> None:
        if self.outgoing.closed:
            return
        text = message.get("text")
        if text is None:
            self._complain(FrameError("binary_not_supported"))
            return
        if len(text) > FRAME_LIMIT:
            self.shut(Close.TOO_LARGE)
            return
        try:
            await self._take(self.parse(text))
        except FrameError as error:
            self._refuse_frame(error)
        except DomainError as error:
            self.error(error.code)
        except DatabaseError as error:
            logger.warning("frame_failed", extra={"error": type(error).__name__})
            self.error("try_again")
        except Exception as error:
            logger.exception("frame_failed", extra={"error": type(error).__name__})
            self.error("internal")

    async def _take(self, frame: Any) -> None:
        if isinstance(frame, self.hello_type):
            await self._greet_once(frame)
            return
        if not self.greeted:
            raise FrameError("hello_first")
        handled = self.handlers[type(frame)](frame)
        if handled is not None:
            self.spawn(handled, type(frame).__name__.lower())

    async def _greet_once(self, frame: Any) -> None:
        if self.greeted:
            raise FrameError("already_open", ref="hello")
        self.hub.enter(self)  # join first, read later
        self.greeted = True
        if self.hello_timer is not None:
            self.hello_timer.cancel()
        try:
            await self.greet(frame)
        except DomainError as error:
            self.error(error.code, ref="hello")
            self.shut(Close.RIGHTS_GONE if isinstance(error, NotFoundError) else Close.UNKNOWN)
        except DatabaseError as error:
            logger.warning("hello_failed", extra={"error": type(error).__name__})
            self.error("try_again", ref="hello")
            self.shut(Close.SILENT)  # half a greeting is none: come back

    def _refuse_frame(self, error: FrameError) -> None:
        if error.code == "unsupported_version":
            self.error(error.code, ref="hello")
            self.shut(Close.OLD_VERSION)
        elif error.ref == "hello" and not self.greeted:
            self.error(error.code, ref="hello")
            self.shut(Close.UNKNOWN if error.code == "bad_token" else Close.NO_HELLO)
        elif error.cid is not None:
            named = {} if error.conversation is None else {"conversation": error.conversation}
            self.push(encode({"type": "nack", "cid": error.cid, "code": error.code, "final": True, **named}))
        else:
            self._complain(error)

    def _complain(self, error: FrameError) -> None:
        self.bad_frames += 1
        if self.bad_frames > BAD_FRAMES_MOST:
            self.shut(Close.FLOOD)
            return
        self.error(error.code, ref=error.ref)

    # Frames out

    def push(self, text: str) -> None:
        self.outgoing.push(text)

    def shut(self, code: int) -> None:
        self.outgoing.close(code)

    def error(self, code: str, ref: str | None = None) -> None:
        frame = {"type": "error", "code": code}
        if ref is not None:
            frame["ref"] = ref
        self.push(encode(frame))

    def spawn(self, work: Coroutine[Any, Any, None], ref: str) -> asyncio.Task[None]:
        """Go on with something that waits for the database, without holding up the socket's other frames."""
        task = asyncio.get_running_loop().create_task(self._guarded(work, ref))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _guarded(self, work: Coroutine[Any, Any, None], ref: str) -> None:
        try:
            await work
        except DomainError as error:
            self.error(error.code, ref=ref)
        except DatabaseError as error:
            logger.warning("frame_failed", extra={"error": type(error).__name__})
            self.error("try_again", ref=ref)
        except Exception as error:
            logger.exception("frame_failed", extra={"error": type(error).__name__})
            self.error("internal", ref=ref)

    # Sending messages

    def post(self, follower: Follower, cid: str, body: str) -> None:
        """Hand a message to the writer; the answer comes when it is committed."""
        wait = self._must_wait()
        if wait:
            self.answer(follower, cid, RateLimitedError(retry_after=wait))
            return
        if follower.participant_id is None:
            self.answer(follower, cid, self.no_right())
            return
        post = Post(follower.conversation_id, follower.participant_id, cid, body)
        self.hub.writer.submit(post, lambda outcome: self.answer(follower, cid, outcome))

    def _must_wait(self) -> float:
        """Seconds until the next send is allowed; 0 when it is."""
        most = settings.TOMOSHIBI.sends_per_10s
        now = time.monotonic()
        if len(self.sent_at) >= most:
            self.sent_at = [at for at in self.sent_at if at > now - SEND_WINDOW_SECONDS]
            if len(self.sent_at) >= most:
                return self.sent_at[0] + SEND_WINDOW_SECONDS - now
        self.sent_at.append(now)
        return 0.0

    def answer(self, follower: Follower, cid: str, outcome: Outcome) -> None:
        """`nack` for a refusal; `ack` unless the event itself, which carries the cid, has just gone out."""
        if isinstance(outcome, DomainError):
            self._nack(follower, cid, outcome)
            return
        seq = outcome.staff_seq if follower.staff else outcome.public_seq
        if isinstance(outcome, StoredEntry) and seq is not None and follower.sent >= seq:
            return
        self._ack(follower, cid, outcome)

    def _ack(self, follower: Follower, cid: str, outcome: StoredEntry | Answered) -> None:
        seq = outcome.staff_seq if follower.staff else outcome.public_seq
        frame: dict[str, Any] = {"type": "ack", "cid": cid, "seq": seq, "at": milliseconds(outcome.at)}
        self._named(follower, frame)

    def _nack(self, follower: Follower, cid: str, refusal: DomainError) -> None:
        frame: dict[str, Any] = {"type": "nack", "cid": cid, "code": refusal.code, "final": refusal.final}
        if refusal.retry_after is not None:
            frame["retry_after"] = round(refusal.retry_after, 1)
        self._named(follower, frame)

    def _named(self, follower: Follower, frame: dict[str, Any]) -> None:
        if follower.staff:
            frame["conversation"] = follower.conversation_id
        self.push(encode(frame))

    # What each of the two sockets gives

    def parse(self, text: str) -> Any:
        """The frame in a text. Raises FrameError."""
        raise NotImplementedError

    async def greet(self, frame: Any) -> None:
        """Answer the first frame with `welcome` and begin to follow. Raises DomainError."""
        raise NotImplementedError

    def followed(self) -> list[Follower]:
        """What this socket follows now."""
        raise NotImplementedError

    def no_right(self) -> DomainError:
        """How a send is refused to somebody who takes no part."""
        raise NotImplementedError
