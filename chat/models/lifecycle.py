"""In which states can a conversation be, and which steps lead from one to another? The only table of it."""

from collections.abc import Mapping

from django.db import models

from chat.errors import WrongStateError


class Status(models.TextChoices):
    """REQUESTED: the notice is accepted. WAITING: in a topic's queue. ACCEPTED: a counsellor has it, nobody
    has answered yet. ACTIVE: the counsellor has answered. WRAPPED_UP: the outcome is recorded, goodbyes may
    still be said. CLOSED: over. ABANDONED: the help-seeker left or vanished before a counsellor took it."""

    REQUESTED = "requested"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    ACTIVE = "active"
    WRAPPED_UP = "wrapped_up"
    CLOSED = "closed"
    ABANDONED = "abandoned"


TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.REQUESTED: frozenset({Status.WAITING, Status.ABANDONED}),
    Status.WAITING: frozenset({Status.ACCEPTED, Status.ABANDONED}),
    # Closed without a wrap-up: the help-seeker has left, and the counsellor can no longer write one.
    Status.ACCEPTED: frozenset({Status.ACTIVE, Status.WRAPPED_UP, Status.WAITING, Status.CLOSED}),
    Status.ACTIVE: frozenset({Status.WRAPPED_UP, Status.WAITING, Status.CLOSED}),
    Status.WRAPPED_UP: frozenset({Status.CLOSED}),
    Status.CLOSED: frozenset(),
    Status.ABANDONED: frozenset(),
}

ASSIGNED = frozenset({Status.ACCEPTED, Status.ACTIVE, Status.WRAPPED_UP})
ENDED = frozenset({Status.CLOSED, Status.ABANDONED})
OPEN = frozenset(Status) - ENDED


def check_step(old: str, new: str) -> None:
    """Raise WrongStateError unless the step is in the table."""
    if Status(new) not in TRANSITIONS[Status(old)]:
        raise WrongStateError
