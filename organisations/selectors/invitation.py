"""Which invitations are open, and which one a link stands for."""

from hashlib import sha256

from django.db.models import QuerySet

from organisations.models import Invitation, Organisation, Person
from organisations.selectors.person import may_manage


def hash_token(token: str) -> str:
    """What is kept of a link's token: it has 256 random bits, so a plain hash cannot be guessed back."""
    return sha256(token.encode()).hexdigest()


def open_invitations(manager: Person, organisation: Organisation) -> QuerySet[Invitation]:
    """The invitations that can still be accepted, for someone who may manage the organisation."""
    if not may_manage(manager, organisation):
        return Invitation.objects.none()
    invitations: QuerySet[Invitation] = (
        Invitation.objects.usable().filter(organisation=organisation).select_related("invited_by")
    )
    return invitations


def usable_invitation(token_hash: str) -> Invitation | None:
    """The invitation behind a link, if it can be accepted now; one answer for unknown, used and too old."""
    invitation: Invitation | None = (
        Invitation.objects.usable()
        .filter(token_hash=token_hash, organisation__is_active=True)
        .select_related("organisation")
        .first()
    )
    return invitation
