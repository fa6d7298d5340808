"""What happens when several people change the same rights at the same moment? On PostgreSQL, with threads."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from organisations.errors import LastManagerError, NotAllowedError, NotInForceError
from organisations.models import Membership, Person
from organisations.permissions import MANAGE, SERVE, holds
from organisations.services.membership import deactivate_person, end_role, grant_role

from .conftest import House

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
Race = Callable[..., list[Any]]


def test_a_role_given_by_many_at_once_is_one_role(harbour: House, race: Race) -> None:
    def give() -> Membership:
        person = Person.objects.get(pk=harbour.supervisor.pk)
        return grant_role(
            person=person, organisation=harbour.organisation, role="counsellor", by=harbour.manager
        )

    results = race(give, workers=8)
    assert len({result.pk for result in results}) == 1
    assert holds(harbour.supervisor, SERVE, harbour.organisation)


def test_two_managers_who_end_each_other_leave_one(harbour: House, race: Race) -> None:
    grant_role(
        person=harbour.supervisor, organisation=harbour.organisation, role="manager", by=harbour.manager
    )
    pairs = [
        (by, Membership.objects.get(person=other, role="manager"))
        for by, other in ((harbour.manager, harbour.supervisor), (harbour.supervisor, harbour.manager))
    ]
    turn = count()

    def end_the_other() -> Any:
        by, membership = pairs[next(turn) % 2]
        return end_role(membership=membership, by=Person.objects.get(pk=by.pk))

    results = race(end_the_other, workers=2)
    refused = [result for result in results if isinstance(result, LastManagerError | NotAllowedError)]
    assert len(refused) == 1
    managers = Membership.objects.in_force().of(harbour.organisation).filter(role="manager")
    assert managers.count() == 1
    assert holds(managers.get().person, MANAGE, harbour.organisation)


def test_giving_ending_and_leaving_at_once_waits_in_no_circle(
    harbour: House, hill: House, operator: Person, race: Race
) -> None:
    pk = harbour.counsellor.pk
    turn = count()

    def act() -> Any:
        person = Person.objects.get(pk=pk)
        match next(turn) % 4:
            case 0:
                return grant_role(
                    person=person, organisation=hill.organisation, role="counsellor", by=operator
                )
            case 1:
                return end_role(
                    membership=Membership.objects.filter(person=person).earliest("pk"), by=operator
                )
            case 2:
                return grant_role(person=operator, organisation=hill.organisation, role="manager", by=person)
            case _:
                return deactivate_person(person=person, by=operator)

    results = race(act, workers=12)
    assert len(results) == 12
    person = Person.objects.get(pk=pk)
    assert not person.is_active
    assert not person.groups.exists()
    assert not Membership.objects.in_force().filter(person=person).exists()
    assert any(isinstance(result, NotInForceError | NotAllowedError) for result in results)
