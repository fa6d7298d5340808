"""What may a help-seeker's browser call? The menu, and with its bearer its own conversation."""

from typing import Any

from django.core.signing import BadSignature
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from ninja.security import HttpBearer

from chat.errors import BadTokenError
from chat.models.language import Language
from chat.protocol import BACKLOG_LIMIT, is_bearer
from chat.selectors.conversation import SeekerAccess, conversation_of_bearer
from chat.selectors.log import page_of
from chat.selectors.offer import menu
from chat.selectors.people import people_of
from chat.selectors.queue import place_of
from chat.services.conversation import (
    Request,
    bearer_hash,
    forget_bearer,
    leave_conversation,
    request_conversation,
)
from chat.services.message import Post, post_at_pace
from chat.services.presence import renew_leases
from chat.services.text import usable_text
from chat.views.schemas import After, Command, ConversationRequest, Limit, MessageIn, page, stored
from chat.views.ticket import organisation_of_ticket

router = Router(tags=["help-seeker"])


class Bearer(HttpBearer):
    """The bearer of one conversation."""

    def authenticate(self, request: HttpRequest, token: str) -> SeekerAccess:
        return conversation_of_bearer(token, hashed=bearer_hash(token))


class NewBearer(HttpBearer):
    """A bearer that need not be known yet, only well formed."""

    def authenticate(self, request: HttpRequest, token: str) -> str:
        if not is_bearer(token):
            raise BadTokenError
        return token


def _access(request: HttpRequest) -> SeekerAccess:
    access: SeekerAccess = request.auth  # type: ignore[attr-defined] # ninja sets it
    return access


@router.get("topics", openapi_extra={"security": []})
def topics(request: HttpRequest, lang: str = Language.JAPANESE) -> dict[str, Any]:
    """The menu as it is now, with the notice in force."""
    return menu(timezone.now(), lang if lang in Language.values else Language.JAPANESE)


@router.post("conversations", auth=NewBearer(), response={201: dict[str, Any]})
def open_conversation(request: HttpRequest, body: ConversationRequest) -> Status[dict[str, Any]]:
    """Ask for a conversation; a repeat with the same bearer and cid gets the same one."""
    wanted = Request(
        bearer=request.auth,  # type: ignore[attr-defined] # ninja sets it
        cid=body.cid,
        topic=body.topic,
        language=body.language,
        notice_version=body.notice,
        answers=body.answers,
    )
    try:
        entry_organisation = organisation_of_ticket(body.ticket) if body.ticket else None
    except BadSignature:
        entry_organisation = None  # an old page: the person is heard all the same
    conversation = request_conversation(request=wanted, entry_organisation=entry_organisation)
    return Status(201, {"conversation": str(conversation.pk), "status": conversation.status})


@router.get("conversation", auth=Bearer())
def conversation(request: HttpRequest) -> dict[str, Any]:
    """Where the conversation stands; asking also says that the browser is still there."""
    access = _access(request)
    current = access.conversation
    renew_leases(people=(), help_seekers=[access.help_seeker.pk])
    return {
        "id": str(current.pk),
        "status": current.status,
        "topic": current.topic.slug,
        "head": current.public_seq,
        "participant": str(access.participant.pk),
        "people": people_of(current.pk),
        "queue": place_of(current),
    }


@router.get("conversation/events", auth=Bearer())
def events(
    request: HttpRequest,
    after: After = 0,
    limit: Limit = BACKLOG_LIMIT,
) -> dict[str, Any]:
    """The public stream after a number, in order."""
    return page(page_of(_access(request).conversation.pk, staff=False, after=after, limit=limit), staff=False)


@router.post("conversation/messages", auth=Bearer())
def message(request: HttpRequest, body: MessageIn) -> dict[str, Any]:
    """One message, where no socket is to be had."""
    access = _access(request)
    post = Post(access.conversation.pk, access.participant.pk, body.cid, usable_text(body.body))
    return stored(body.cid, post_at_pace(post), staff=False)


@router.post("conversation/leave", auth=Bearer())
def leave(request: HttpRequest, body: Command) -> dict[str, Any]:
    """End it from the help-seeker's side."""
    access = _access(request)
    entry = leave_conversation(
        conversation_id=access.conversation.pk, participant_id=access.participant.pk, cid=body.cid
    )
    return stored(body.cid, entry, staff=False)


@router.post("conversation/forget", auth=Bearer())
def forget(request: HttpRequest) -> dict[str, Any]:
    """Quick exit: the bearer opens nothing from now on."""
    forget_bearer(help_seeker=_access(request).help_seeker)
    return {"forgotten": True}
