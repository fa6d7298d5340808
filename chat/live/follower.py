"""What has one socket seen of one conversation, and what does it need next?

A follower hands its socket 1, 2, 3, ... of one stream, each once, whatever hints come, are lost, doubled or late.
"""

import asyncio
import logging
from uuid import UUID

from django.db import DatabaseError

from chat.live.frames import event_text
from chat.live.station import Station
from chat.live.threads import in_pool
from chat.protocol import BACKLOG_LIMIT, encode
from chat.selectors.log import read_entries

ASK_AGAIN = -1
"""As `access_version`: the right could not be looked at, the next round asks once more."""

logger = logging.getLogger(__name__)


class Follower:
    """One socket's place in one stream. `paused` until the client has paged or dropped what it holds."""

    __slots__ = (
        "_reading",
        "_wanted",
        "access_version",
        "conversation_id",
        "held",
        "participant_id",
        "paused",
        "present",
        "role",
        "sent",
        "socket",
        "staff",
        "status",
        "status_at",
    )

    def __init__(self, socket: Station, conversation_id: UUID, *, staff: bool) -> None:
        self.socket = socket
        self.conversation_id = conversation_id
        self.staff = staff
        self.role = ""
        self.present = False  # takes part now; a part that is over only gets its earlier answers again
        self.participant_id: UUID | None = None
        self.status = ""
        self.status_at = 0  # the staff_seq of the picture that told it
        self.access_version = 0
        self.sent = 0
        self.paused = True
        self.held = False
        self._wanted = 0
        self._reading: asyncio.Task[None] | None = None

    def begin(self, *, have: int, head: int) -> None:
        """Start or resume after `have`; `head` is a recent one, the follower has joined since."""
        self.sent = have
        self._wanted = 0
        self.paused = have > head or head - have > BACKLOG_LIMIT
        if have > head:
            self._tell({"type": "reset", "head": head})
        elif self.paused:
            self._tell({"type": "limited", "head": head, "have": have})
        else:  # read at least once: something may have been committed before this socket joined
            self.want(max(head, have + 1))

    @property
    def known(self) -> int:
        """The head of the stream as far as this process has heard."""
        return max(self.sent, self._wanted)

    def offer(self, seq: int, text: str) -> None:
        """An entry as it was just committed in this process."""
        if self.paused or self.held or self._reading is not None or seq != self.sent + 1:
            self.want(seq)
            return
        self.sent = seq
        self.socket.push(text)

    def want(self, head: int) -> None:
        """The stream is known to reach `head`: read what is missing, if anything is."""
        self._wanted = max(self._wanted, head)
        if not (self.paused or self.held) and self._wanted > self.sent and self._reading is None:
            self._reading = asyncio.get_running_loop().create_task(self._catch_up())

    def hold(self) -> None:
        """Send nothing while the right to read is being looked at again."""
        self.held = True

    def release(self) -> None:
        self.held = False
        self.want(self._wanted)

    def stop(self) -> None:
        self.paused = True
        if self._reading is not None:
            self._reading.cancel()

    async def _catch_up(self) -> None:
        try:
            while not (self.paused or self.held) and self._wanted > self.sent:
                wanted = self._wanted
                progress = await self._read_on()
                if not progress and self._wanted == wanted:  # nobody knows better: there is no more
                    self._wanted = self.sent
        except DatabaseError as error:  # the repair round asks again
            logger.warning("catch_up_failed", extra={"error": type(error).__name__})
        finally:
            self._reading = None

    async def _read_on(self) -> bool:
        entries = await in_pool(
            read_entries, self.conversation_id, staff=self.staff, after=self.sent, limit=BACKLOG_LIMIT
        )
        progress = False
        for entry in entries:
            seq = entry.staff_seq if self.staff else entry.public_seq
            if self.paused or self.held or seq != self.sent + 1:
                break
            self.sent = seq
            self.socket.push(event_text(entry, staff=self.staff))
            progress = True
        return progress

    def _tell(self, frame: dict[str, object]) -> None:
        if self.staff:
            frame["conversation"] = self.conversation_id
        self.socket.push(encode(frame))
