"""Who can read a conversation, and why? Every right to it, for the panel that shows them."""

from typing import Any

from chat.models import Conversation, ConversationAccess
from chat.models.lifecycle import ASSIGNED
from chat.protocol import milliseconds
from chat.selectors.transfer import open_transfer_of, target_name
from organisations.models import Membership

Reader = dict[str, Any]


def readers_of(conversation: Conversation, *, may_end: bool) -> list[Reader]:
    """The counsellor who holds it, the organisation's supervisors, grants in force, and whoever sees the note
    of an open transfer. `may_end`: the asker supervises it and may end its grants."""
    return [
        *_counsellor(conversation),
        *_supervisors(conversation),
        *_granted(conversation, may_end=may_end),
        *_transfer(conversation),
    ]


def _reader(kind: str, name: str, organisation: str = "", **more: Any) -> Reader:
    nothing = {
        "grant": None,
        "purpose": "",
        "granted_by": "",
        "since": None,
        "expires_at": None,
        "may_end": False,
    }
    return {"kind": kind, "name": name, "organisation": organisation, **nothing, **more}


def _counsellor(conversation: Conversation) -> list[Reader]:
    person, organisation = conversation.counsellor, conversation.organisation
    if person is None or organisation is None:
        return []
    # Closed, it stays readable for whoever held it last and still serves there.
    serving = Membership.objects.in_force().filter(
        person=person, organisation=organisation, role=Membership.Role.COUNSELLOR
    )
    if conversation.status not in ASSIGNED and not serving.exists():
        return []
    return [_reader("counsellor", person.display_name, organisation.name)]


def _supervisors(conversation: Conversation) -> list[Reader]:
    organisation = conversation.organisation
    if organisation is None:
        return []
    rows = (
        Membership.objects.in_force()
        .filter(role=Membership.Role.SUPERVISOR, organisation=organisation, person__is_active=True)
        .select_related("person")
        .order_by("person__display_name", "person_id")
    )
    return [_reader("supervisor", row.person.display_name, organisation.name) for row in rows]


def _granted(conversation: Conversation, *, may_end: bool) -> list[Reader]:
    grants = (
        ConversationAccess.objects.in_force()
        .filter(content_object=conversation)
        .select_related("user", "granted_by")
        .order_by("created_at", "pk")
    )
    return [
        _reader(
            "grant",
            grant.user.display_name,
            grant=grant.pk,
            purpose=grant.purpose,
            granted_by=grant.granted_by.display_name if grant.granted_by else "",
            since=milliseconds(grant.created_at),
            expires_at=grant.expires_at and milliseconds(grant.expires_at),
            may_end=may_end,
        )
        for grant in grants
    ]


def _transfer(conversation: Conversation) -> list[Reader]:
    """Whoever it is offered to sees the note and what the board shows, not the text."""
    transfer = open_transfer_of(conversation)
    if transfer is None:
        return []
    organisation = transfer.to_organisation.name if transfer.to_organisation else ""
    name = target_name(transfer)
    return [
        _reader(
            "transfer",
            name,
            organisation if name != organisation else "",
            since=milliseconds(transfer.created_at),
            expires_at=milliseconds(transfer.expires_at),
        )
    ]
