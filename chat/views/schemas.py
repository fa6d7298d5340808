"""Which fields do the HTTP calls take? The limits are those of docs/protocol.md."""

from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Schema
from pydantic import ConfigDict, Field, StringConstraints

from chat.live.frames import event_fields
from chat.models import Entry
from chat.protocol import BACKLOG_LIMIT, milliseconds
from chat.selectors.log import Page
from chat.services.message import Answered
from chat.signals import StoredEntry

Cid = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Text = Annotated[str, StringConstraints(max_length=65_536)]  # the rule itself is protocol.normalise_body
Id = Annotated[UUID, Field(strict=False)]  # JSON has no UUID

After = Annotated[int, Query(ge=0, le=2**31 - 1)]
Limit = Annotated[int, Query(ge=1, le=BACKLOG_LIMIT)]


class Body(Schema):
    """A number is a number and no text that looks like one, as in the sockets' frames."""

    model_config = ConfigDict(strict=True)


class ConversationRequest(Body):
    cid: Cid
    topic: Slug
    language: Annotated[str, StringConstraints(pattern=r"^(ja|en|ja-easy)$")]
    notice: int
    answers: dict[str, Annotated[str, StringConstraints(max_length=500)]] = Field(
        default_factory=dict, max_length=20
    )
    ticket: Annotated[str, StringConstraints(max_length=200)] | None = None


class MessageIn(Body):
    cid: Cid
    body: Text


class Command(Body):
    cid: Cid


class PresenceIn(Body):
    status: str
    capacity: int | None = None


class AcceptIn(Body):
    cid: Cid
    organisation: Id | None = None
    topic: Slug | None = None


class TakeIn(Body):
    cid: Cid
    reason: Text
    counsellor: Id | None = None


class WrapUpIn(Body):
    cid: Cid
    category: str
    established: bool
    note: Text = ""


class PhraseIn(Body):
    shortcut: Annotated[str, StringConstraints(max_length=60)]
    text: Text
    language: Annotated[str, StringConstraints(pattern=r"^(ja|en|ja-easy)$")] = "ja"
    organisation: Id | None = None


def stored(cid: str, entry: Entry | StoredEntry | Answered, *, staff: bool) -> dict[str, Any]:
    """What a stored command is answered with, in the numbering of the asker's stream."""
    seq = entry.staff_seq if staff else entry.public_seq
    return {"cid": cid, "seq": seq, "at": milliseconds(entry.at)}


def page(found: Page, *, staff: bool) -> dict[str, Any]:
    return {"events": [event_fields(entry, staff=staff) for entry in found.entries], "head": found.head}
