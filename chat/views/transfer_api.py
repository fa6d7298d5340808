"""What may a console call to hand a conversation over, and to end somebody's exceptional right to read it?"""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router
from ninja.security import SessionAuth
from pydantic import StringConstraints

from chat.errors import NotFoundError, NotSignedInError
from chat.selectors.console import console_access
from chat.selectors.conversation import staff_access
from chat.selectors.transfer import targets_for
from chat.services.grants import end_grant
from chat.services.transfer import (
    Offer,
    accept_transfer,
    decline_transfer,
    offer_transfer,
    withdraw_transfer,
)
from chat.views.schemas import Body, Cid, Command, Slug, Text
from organisations.models import Person

router = Router(tags=["console"], auth=SessionAuth())

AboutConversation = Annotated[UUID, Query()]


class TransferIn(Body):
    cid: Cid
    kind: Annotated[str, StringConstraints(pattern=r"^(person|organisation|topic)$")]
    to: Slug
    note: Text


def _person(request: HttpRequest) -> Person:
    """Whoever sits at this console, asked anew each time."""
    if not isinstance(request.user, Person):
        raise NotSignedInError
    return console_access(request.user.pk).person


@router.get("transfer-targets")
def targets(request: HttpRequest, conversation: AboutConversation) -> dict[str, Any]:
    """Who could take it over: people on duty and organisations, with their free places."""
    access = staff_access(_person(request), conversation)
    if access.access != "own":
        raise NotFoundError
    return targets_for(access.conversation)


@router.post("conversations/{uuid:conversation_id}/transfer")
def transfer(request: HttpRequest, conversation_id: UUID, body: TransferIn) -> dict[str, Any]:
    """Offer it to a person or an organisation, or put it into another topic's queue."""
    offer = Offer(kind=body.kind, to=body.to, note=body.note)
    made = offer_transfer(conversation_id=conversation_id, by=_person(request), cid=body.cid, offer=offer)
    return {"transfer": str(made.pk), "state": str(made.status)}


@router.post("conversations/{uuid:conversation_id}/transfer/withdraw")
def withdraw(request: HttpRequest, conversation_id: UUID, body: Command) -> dict[str, Any]:
    """Take an open offer back."""
    done = withdraw_transfer(conversation_id=conversation_id, by=_person(request), cid=body.cid)
    return {"transfer": str(done.pk), "state": str(done.status)}


@router.post("conversations/{uuid:conversation_id}/transfer/accept")
def accept(request: HttpRequest, conversation_id: UUID, body: Command) -> dict[str, Any]:
    """Take over what was offered."""
    taken = accept_transfer(conversation_id=conversation_id, by=_person(request), cid=body.cid)
    return {"conversation": str(taken.pk)}


@router.post("conversations/{uuid:conversation_id}/transfer/decline")
def decline(request: HttpRequest, conversation_id: UUID, body: Command) -> dict[str, Any]:
    """Say no to what was offered."""
    done = decline_transfer(conversation_id=conversation_id, by=_person(request), cid=body.cid)
    return {"transfer": str(done.pk), "state": str(done.status)}


@router.post("conversations/{uuid:conversation_id}/grants/{int:grant_id}/end")
def grant_end(request: HttpRequest, conversation_id: UUID, grant_id: int, body: Command) -> dict[str, Any]:
    """A supervisor ends an exceptional right to read."""
    end_grant(conversation_id=conversation_id, grant_id=grant_id, by=_person(request), cid=body.cid)
    return {"grant": grant_id}
