"""What each role may do, and the one door to guardian: who holds which right, where, until when."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm

from organisations.errors import PersonInactiveError
from organisations.models import (
    AccessGrant,
    AuditEntry,
    Membership,
    Organisation,
    OrganisationRolePermission,
    Person,
    PlatformRole,
)
from organisations.signals import rights_changed

SERVE = "serve_conversations"
SUPERVISE = "supervise_conversations"
MANAGE = "manage_organisation"
ACCOMPANY = "accompany_people"

ROLE_CODENAMES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        Membership.Role.COUNSELLOR.value: frozenset({SERVE}),
        Membership.Role.SUPERVISOR.value: frozenset({SUPERVISE}),
        Membership.Role.MANAGER.value: frozenset({MANAGE}),
        Membership.Role.REGIONAL_WORKER.value: frozenset({ACCOMPANY}),
    }
)
GrantT = TypeVar("GrantT", bound=AccessGrant)
CODENAMES: frozenset[str] = frozenset().union(*ROLE_CODENAMES.values())


def organisations_with(person: Person, codename: str) -> models.QuerySet[Organisation]:
    """The active organisations in which the person holds the right through a role. One query.

    Reads guardian's direct table of roles itself instead of calling `get_objects_for_user`: that one also
    counts rows of guardian's generic table, by its defaults global permissions too, and casts every key.
    Here nothing but a role counts, and someone deactivated holds nothing.
    """
    if codename not in CODENAMES:
        raise ValueError(f"no role carries {codename!r}")
    if not person.is_active:
        return Organisation.objects.none()
    held = OrganisationRolePermission.objects.filter(
        group__user=person, permission__in=_permission_of(Organisation, codename)
    )
    return Organisation.objects.filter(is_active=True, pk__in=held.values("content_object"))


def holds(person: Person, codename: str, organisation: Organisation) -> bool:
    """Whether the person holds the right in this very organisation. One query, never cached."""
    return organisations_with(person, codename).filter(pk=organisation.pk).exists()


def platform_roles(person: Person) -> frozenset[str]:
    """What the person is, now, on the platform as a whole. One query."""
    if not person.is_active:
        return frozenset()
    return frozenset(PlatformRole.objects.in_force().filter(person=person).values_list("role", flat=True))


def has_platform_role(person: Person, role: str) -> bool:
    """Whether the person is, now, a coordinator, operator or auditor of the platform. One query."""
    return str(role) in platform_roles(person)


def role_group(organisation: Organisation, role: str) -> Group:
    """The group of one role in one organisation, made with its rights when first needed."""
    group, made = Group.objects.get_or_create(name=f"organisation:{organisation.pk}:{role}")
    if made:
        for codename in sorted(ROLE_CODENAMES[role]):
            assign_perm(codename, group, organisation)
    return group


def grant_access(
    *,
    grant_model: type[GrantT],
    to: Person,
    on: models.Model,
    codename: str,
    purpose: str,
    by: Person | None,
    expires_at: datetime | None = None,
) -> GrantT:
    """Give one person an exceptional right to one object, or renew it; audited.

    `codename` is a permission of the object's model. Raises PersonInactiveError for someone deactivated and
    ValueError for an empty purpose, an end that has passed or a codename the model does not have.
    """
    if not purpose.strip():
        raise ValueError("an exception needs a purpose")
    if expires_at is not None and expires_at <= timezone.now():
        raise ValueError("an exception must end in the future")
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True).get(pk=to.pk)
        if not person.is_active:
            raise PersonInactiveError
        grant: GrantT
        grant, _made = grant_model.objects.update_or_create(
            user=person,
            permission=_permission(on, codename),
            content_object=on,
            defaults={
                "purpose": purpose.strip(),
                "granted_by": by,
                "created_at": timezone.now(),
                "expires_at": expires_at,
            },
        )
        until = expires_at.isoformat() if expires_at else None
        _record_and_tell(person=person, by=by, on=on, action="access.granted", codename=codename, until=until)
        to.access_version = person.access_version
    return grant


def revoke_access(
    *, grant_model: type[AccessGrant], of: Person, on: models.Model, codename: str, by: Person | None
) -> bool:
    """Take an exceptional right back, audited; False when there was none."""
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True).get(pk=of.pk)
        # The abstract base has no content_object for the type checker to see.
        held = {"user": person, "permission": _permission(on, codename), "content_object": on}
        gone, _ = grant_model.objects.filter(**held).delete()
        if gone:
            _record_and_tell(person=person, by=by, on=on, action="access.revoked", codename=codename)
            of.access_version = person.access_version
    return bool(gone)


def access_in_force(grant_model: type[AccessGrant], person: Person, codename: str) -> models.QuerySet[Any]:
    """The person's grants of this right that have not expired.

    Use `.values("content_object")` as a subquery: guardian's own lists know nothing of expiry.
    """
    if not person.is_active:
        return grant_model.objects.none()
    options: Any = grant_model._meta  # the abstract base has no content_object yet
    return grant_model.objects.in_force().filter(
        user=person,
        permission__in=_permission_of(options.get_field("content_object").related_model, codename),
    )


def _permission_of(model: Any, codename: str) -> models.QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label=model._meta.app_label,
        content_type__model=model._meta.model_name,
        codename=codename,
    )


def _permission(on: models.Model, codename: str) -> Permission:
    try:
        return Permission.objects.get(content_type=ContentType.objects.get_for_model(on), codename=codename)
    except Permission.DoesNotExist as error:
        raise ValueError(f"{on._meta.label} has no permission {codename!r}") from error


def _record_and_tell(
    *, person: Person, by: Person | None, on: models.Model, action: str, **details: str | None
) -> None:
    person.raise_access_version()
    AuditEntry.objects.create(
        actor=by,
        actor_kind=AuditEntry.ActorKind.PERSON if by else AuditEntry.ActorKind.SYSTEM,
        action=action,
        object_type=on._meta.label_lower,
        object_id=str(on.pk),
        details={"person": str(person.pk), **details},
    )
    rights_changed.send(sender=Person, person=person, organisation=None)
