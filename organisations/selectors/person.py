"""Who works where, as what, and which page is theirs to begin with."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from organisations.models import Membership, Organisation, Person, PlatformRole
from organisations.permissions import MANAGE, SERVE, SUPERVISE, holds, organisations_with, platform_roles


@dataclass(frozen=True, slots=True)
class PersonWithRoles:
    """One person of an organisation, and the roles in force there."""

    person: Person
    memberships: tuple[Membership, ...]


def people_of(manager: Person, organisation: Organisation) -> list[PersonWithRoles]:
    """The people with a role in force, by name, for someone who manages the organisation or operates the
    platform; for anybody else an empty list. Three queries at most."""
    if not may_manage(manager, organisation):
        return []
    memberships: Iterable[Membership] = (
        Membership.objects.in_force()
        .of(organisation)
        .select_related("person", "organisation")
        .order_by("person__full_name", "person__display_name", "person_id", "role")
    )
    return [
        PersonWithRoles(person=person, memberships=tuple(held))
        for person, held in groupby(memberships, key=lambda membership: membership.person)
    ]


def may_manage(person: Person, organisation: Organisation) -> bool:
    """Whether the person manages the organisation, or operates the platform."""
    return holds(person, MANAGE, organisation) or PlatformRole.Role.OPERATOR.value in platform_roles(person)


def memberships_in_force(person: Person) -> QuerySet[Membership]:
    """The person's own roles in active organisations."""
    memberships: QuerySet[Membership] = (
        Membership.objects.in_force()
        .filter(person=person, person__is_active=True, organisation__is_active=True)
        .select_related("organisation")
    )
    return memberships


def landing_url(person: Person) -> str:
    """Where someone lands after signing in: the console, the organisation's page or the operator's."""
    codenames = set(organisations_codenames(person))
    if codenames & {SERVE, SUPERVISE}:
        return str(settings.LOGIN_REDIRECT_URL)
    if MANAGE in codenames:
        return reverse("organisations:home")
    if platform_roles(person) & {PlatformRole.Role.OPERATOR.value, PlatformRole.Role.AUDITOR.value}:
        return reverse("operator:index")
    return str(settings.LOGIN_REDIRECT_URL)


def organisations_codenames(person: Person) -> list[str]:
    """The rights the person holds in at least one organisation."""
    return [
        codename for codename in (SERVE, SUPERVISE, MANAGE) if organisations_with(person, codename).exists()
    ]


def is_known_address(email: str) -> bool:
    """Whether someone has an account under this address; asked only for an address that was invited."""
    return Person.objects.filter(email=email.strip().lower()).exists()
