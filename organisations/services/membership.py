"""Who is given a role, who loses one, and who leaves altogether."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from organisations.errors import (
    LastManagerError,
    NotAllowedError,
    NotInForceError,
    OrganisationInactiveError,
    PersonInactiveError,
)
from organisations.models import Membership, Organisation, Person, PlatformRole
from organisations.permissions import MANAGE, has_platform_role, holds, role_group
from organisations.services.audit import record
from organisations.signals import rights_changed


@transaction.atomic
def grant_role(*, person: Person, organisation: Organisation, role: str, by: Person | None) -> Membership:
    """Give a person a role in an organisation; a role already held stays as it is.

    `by` must manage the organisation or operate the platform; None is the system itself (seeding, an
    accepted invitation). Raises NotAllowedError, PersonInactiveError, OrganisationInactiveError.
    """
    role = Membership.Role(role).value
    _require_manager(by, organisation)
    locked = _lock(person)
    if not locked.is_active:
        raise PersonInactiveError
    if not organisation.is_active:
        raise OrganisationInactiveError
    membership: Membership
    membership, made = Membership.objects.in_force().get_or_create(
        person=locked, organisation=organisation, role=role, ended_at=None, defaults={"granted_by": by}
    )
    if made:
        locked.groups.add(role_group(organisation, role))
        record(
            action="membership.granted",
            by=by,
            organisation=organisation,
            object_type="membership",
            object_id=membership.pk,
            person=locked.pk,
            role=role,
        )
        _rights_changed(locked, organisation, mirror=person)
    return membership


@transaction.atomic
def end_role(*, membership: Membership, by: Person | None) -> Membership:
    """End a role now. Raises NotAllowedError, NotInForceError; LastManagerError
    unless an operator or the system asks."""
    organisation = membership.organisation
    _require_manager(by, organisation)
    # The organisation's row is the lock under which its managers are counted; always taken before a person's.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    _lock(membership.person)
    if membership.role == Membership.Role.MANAGER and by and not _is_operator(by):
        managers = Membership.objects.in_force().of(organisation).filter(role=Membership.Role.MANAGER)
        if not managers.exclude(pk=membership.pk).exists():
            raise LastManagerError
    _end(membership, by=by)
    return membership


@transaction.atomic
def grant_platform_role(*, person: Person, role: str, by: Person | None) -> PlatformRole:
    """Give a person a role on the platform; only an operator or the system may."""
    role = PlatformRole.Role(role).value
    if by and not _is_operator(by):
        raise NotAllowedError
    locked = _lock(person)
    if not locked.is_active:
        raise PersonInactiveError
    platform_role: PlatformRole
    platform_role, made = PlatformRole.objects.in_force().get_or_create(
        person=locked, role=role, ended_at=None, defaults={"granted_by": by}
    )
    if made:
        record(
            action="platform_role.granted",
            by=by,
            object_type="platform_role",
            object_id=platform_role.pk,
            person=locked.pk,
            role=role,
        )
        _rights_changed(locked, None, mirror=person)
    return platform_role


@transaction.atomic
def end_platform_role(*, platform_role: PlatformRole, by: Person | None) -> PlatformRole:
    """End a role on the platform now. Raises NotAllowedError, NotInForceError."""
    if by and not _is_operator(by):
        raise NotAllowedError
    _end_on_platform(platform_role, by=by)
    return platform_role


@transaction.atomic
def deactivate_person(*, person: Person, by: Person | None) -> Person:
    """Let a person leave: every role ends, sign-in is refused, open sockets are told.

    Only an operator, the person themself or the system may. Exceptional grants stay on record but count
    for nothing while the person is inactive.
    """
    if by and by.pk != person.pk and not _is_operator(by):
        raise NotAllowedError
    locked = _lock(person)
    if not locked.is_active:
        return person
    for membership in locked.memberships.in_force().select_related("organisation"):
        _end(membership, by=by)
    for platform_role in locked.platform_roles.in_force():
        _end_on_platform(platform_role, by=by)
    Person.objects.filter(pk=locked.pk).update(is_active=False)
    locked.is_active = person.is_active = False
    record(action="person.deactivated", by=by, object_type="person", object_id=locked.pk)
    _rights_changed(locked, None, mirror=person)
    return person


def tell_rights_changed(people: Iterable[Person], organisation: Organisation | None) -> None:
    """Count and announce a change that touched several people at once."""
    for person in people:
        _rights_changed(person, organisation)


def _require_manager(by: Person | None, organisation: Organisation) -> None:
    if by and not holds(by, MANAGE, organisation) and not _is_operator(by):
        raise NotAllowedError


def _is_operator(person: Person) -> bool:
    return has_platform_role(person, PlatformRole.Role.OPERATOR)


def _lock(person: Person) -> Person:
    # no_key: rows that merely point at this person may still be written meanwhile, so nobody waits in a circle.
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _end(membership: Membership, *, by: Person | None) -> None:
    now = timezone.now()
    # A conditional update, so that of two people ending it at once one is told that it had ended.
    if not Membership.objects.in_force().filter(pk=membership.pk).update(ended_at=now):
        raise NotInForceError
    membership.ended_at = now
    organisation, person = membership.organisation, membership.person
    person.groups.remove(role_group(organisation, membership.role))
    record(
        action="membership.ended",
        by=by,
        organisation=organisation,
        object_type="membership",
        object_id=membership.pk,
        person=person.pk,
        role=membership.role,
    )
    _rights_changed(person, organisation)


def _end_on_platform(platform_role: PlatformRole, *, by: Person | None) -> None:
    now = timezone.now()
    if not PlatformRole.objects.in_force().filter(pk=platform_role.pk).update(ended_at=now):
        raise NotInForceError
    platform_role.ended_at = now
    record(
        action="platform_role.ended",
        by=by,
        object_type="platform_role",
        object_id=platform_role.pk,
        person=platform_role.person_id,
        role=platform_role.role,
    )
    _rights_changed(platform_role.person, None)


def _rights_changed(
    person: Person, organisation: Organisation | None, *, mirror: Person | None = None
) -> None:
    person.raise_access_version()
    if mirror is not None:
        mirror.access_version = person.access_version
    rights_changed.send(sender=Person, person=person, organisation=organisation)
