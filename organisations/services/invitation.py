"""How someone is asked to join, how they accept, and how the invitation is taken back."""

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from organisations.errors import (
    InvitationUnusableError,
    NotAllowedError,
    OrganisationInactiveError,
    OrganisationsError,
    SignInFirstError,
    WrongPersonError,
)
from organisations.models import Invitation, Membership, Organisation, Person
from organisations.models.invitation import LIFETIME
from organisations.selectors.invitation import hash_token
from organisations.selectors.person import may_manage
from organisations.services.audit import record
from organisations.services.membership import grant_role


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What an invited person tells about themself. The password was validated by the form."""

    display_name: str
    full_name: str
    password: str

    def __repr__(self) -> str:
        return "NewPerson()"


@transaction.atomic
def invite(*, organisation: Organisation, email: str, role: str, by: Person | None) -> tuple[Invitation, str]:
    """Ask the owner of an address to take a role; gives the invitation and its token, shown this once.

    An earlier open invitation of the same address to the same role is withdrawn: one link counts.
    Raises NotAllowedError, OrganisationInactiveError.
    """
    role = Membership.Role(role).value
    if by and not may_manage(by, organisation):
        raise NotAllowedError
    if not organisation.is_active:
        raise OrganisationInactiveError
    address = email.strip().lower()
    earlier = Invitation.objects.usable().filter(organisation=organisation, email=address, role=role)
    for invitation in earlier.select_related("organisation"):
        _revoke(invitation, by=by)
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    made: Invitation = Invitation.objects.create(
        organisation=organisation,
        role=role,
        email=address,
        token_hash=hash_token(token),
        invited_by=by,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    _record("invitation.made", made, by=by)
    return made, token


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Person | None) -> Invitation:
    """Take an invitation back. Raises NotAllowedError; InvitationUnusableError when it was no longer open."""
    if by and not may_manage(by, invitation.organisation):
        raise NotAllowedError
    _revoke(invitation, by=by)
    return invitation


@transaction.atomic
def accept_invitation(*, token_hash: str, by: Person | None, new_person: NewPerson | None = None) -> Person:
    """Join: as the signed-in person `by`, or as a new person whose account this makes.

    The link works once, and only while the one who invited may still give that role. Raises
    InvitationUnusableError, WrongPersonError (another address), SignInFirstError (the address is known).
    """
    invitation = _lock_usable(token_hash)
    person = _joining(invitation, by=by, new_person=new_person)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    try:
        grant_role(
            person=person,
            organisation=invitation.organisation,
            role=invitation.role,
            by=invitation.invited_by,
        )
    except OrganisationsError as error:
        raise InvitationUnusableError from error
    _record("invitation.accepted", invitation, by=person)
    return person


def _lock_usable(token_hash: str) -> Invitation:
    # SQLite has no row locks, but its write transactions begin IMMEDIATE: one at a time.
    invitation: Invitation | None = (
        Invitation.objects.usable()
        .select_for_update(of=("self",))
        .select_related("organisation")
        .filter(token_hash=token_hash)
        .first()
    )
    if invitation is None:
        raise InvitationUnusableError
    return invitation


def _joining(invitation: Invitation, *, by: Person | None, new_person: NewPerson | None) -> Person:
    if by is not None:
        if by.email != invitation.email:
            raise WrongPersonError
        return by
    if Person.objects.filter(email=invitation.email).exists():
        raise SignInFirstError
    if new_person is None:
        raise ValueError("someone new must say who they are")
    person = Person.objects.create_person(
        email=invitation.email,
        password=new_person.password,
        display_name=new_person.display_name,
        full_name=new_person.full_name,
    )
    record(action="person.created", by=person, object_type="person", object_id=person.pk)
    return person


def _revoke(invitation: Invitation, *, by: Person | None) -> None:
    now = timezone.now()
    if not Invitation.objects.usable().filter(pk=invitation.pk).update(revoked_at=now):
        raise InvitationUnusableError
    invitation.revoked_at = now
    _record("invitation.revoked", invitation, by=by)


def _record(action: str, invitation: Invitation, *, by: Person | None) -> None:
    # The address stays out of the trail: it is a person's, and the trail outlives the invitation.
    record(
        action=action,
        by=by,
        organisation=invitation.organisation,
        object_type="invitation",
        object_id=invitation.pk,
        role=invitation.role,
    )
