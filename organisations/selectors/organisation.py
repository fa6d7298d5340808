"""Which organisations a person may work in, by what they may do there."""

from django.db.models import QuerySet

from organisations.models import Organisation, Person, PlatformRole
from organisations.permissions import ACCOMPANY, MANAGE, SERVE, SUPERVISE, organisations_with, platform_roles


def served_organisations(person: Person) -> QuerySet[Organisation]:
    """Where the person answers conversations."""
    return organisations_with(person, SERVE)


def supervised_organisations(person: Person) -> QuerySet[Organisation]:
    """Where the person may look at live conversations."""
    return organisations_with(person, SUPERVISE)


def accompanying_organisations(person: Person) -> QuerySet[Organisation]:
    """For which regional groups the person accompanies people."""
    return organisations_with(person, ACCOMPANY)


def managed_organisations(person: Person) -> QuerySet[Organisation]:
    """Which organisations the person manages."""
    return organisations_with(person, MANAGE)


def manageable_organisations(person: Person) -> QuerySet[Organisation]:
    """Which organisations' pages the person may open: the managed ones, for an operator every active one."""
    if PlatformRole.Role.OPERATOR.value in platform_roles(person):
        return Organisation.objects.filter(is_active=True)
    return managed_organisations(person)
