"""What may the rest of this package ask of a socket?"""

from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from chat.selectors.round import Facts

if TYPE_CHECKING:
    from chat.live.follower import Follower


class Station(Protocol):
    """One open socket. Everything here is called in the event loop and returns at once."""

    person_id: UUID | None
    """None for a help-seeker."""
    session_key: str | None

    def push(self, text: str) -> None:
        """Send a frame, in order."""

    def shut(self, code: int) -> None:
        """Close the socket."""

    def recheck(self, follower: "Follower | None") -> None:
        """Rights may have changed, for one conversation or (None) altogether: ask the database again."""

    def show(self, facts: Facts) -> None:
        """Take the round's picture: is this person still known, what does the board or the queue say?"""
