"""Does every right end at the wall of its organisation, and at its end?"""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import IntegrityError, transaction
from guardian.models import GroupObjectPermission, UserObjectPermission

from organisations.errors import (
    LastManagerError,
    NotAllowedError,
    NotInForceError,
    OrganisationInactiveError,
    PersonInactiveError,
)
from organisations.models import AuditEntry, Membership, Organisation, Person, PlatformRole
from organisations.permissions import (
    ACCOMPANY,
    CODENAMES,
    MANAGE,
    ROLE_CODENAMES,
    SERVE,
    SUPERVISE,
    has_platform_role,
    holds,
    organisations_with,
    platform_roles,
    role_group,
)
from organisations.selectors.organisation import (
    accompanying_organisations,
    managed_organisations,
    served_organisations,
    supervised_organisations,
)
from organisations.selectors.person import memberships_in_force, people_of
from organisations.services.membership import (
    deactivate_person,
    end_platform_role,
    end_role,
    grant_platform_role,
    grant_role,
)
from organisations.services.organisation import save_organisation
from organisations.signals import rights_changed

from .conftest import House, MakePerson


@pytest.fixture
def heard() -> Any:
    news: list[tuple[Person, Organisation | None]] = []

    def listen(sender: type, person: Person, organisation: Organisation | None, **_: Any) -> None:
        assert sender is Person
        assert transaction.get_connection().in_atomic_block
        news.append((person, organisation))

    rights_changed.connect(listen)
    yield news
    rights_changed.disconnect(listen)


def held_by(person: Person) -> dict[str, set[str]]:
    return {
        codename: {organisation.slug for organisation in organisations_with(person, codename)}
        for codename in CODENAMES
    }


@pytest.mark.parametrize("role", list(ROLE_CODENAMES))
def test_a_role_opens_its_own_organisation_and_no_other(
    harbour: House, hill: House, make_person: MakePerson, role: str
) -> None:
    person = make_person("newcomer")
    grant_role(person=person, organisation=harbour.organisation, role=role, by=harbour.manager)
    for codename in CODENAMES:
        expected = {"harbour"} if codename in ROLE_CODENAMES[role] else set()
        assert held_by(person)[codename] == expected
        assert holds(person, codename, harbour.organisation) is bool(expected)
        assert not holds(person, codename, hill.organisation)


def test_the_codenames_are_frozen_and_exist(db: None) -> None:
    assert {SERVE, SUPERVISE, MANAGE, ACCOMPANY} == CODENAMES
    stored = Permission.objects.filter(
        content_type__app_label="organisations", content_type__model="organisation"
    )
    assert set(stored.values_list("codename", flat=True)) == CODENAMES
    assert set(ROLE_CODENAMES) == set(Membership.Role.values)
    with pytest.raises(TypeError):
        ROLE_CODENAMES["janitor"] = frozenset()  # type: ignore[index]


def test_a_codename_that_no_role_carries_is_a_mistake_of_the_programmer(harbour: House) -> None:
    with pytest.raises(ValueError, match="delete_everything"):
        organisations_with(harbour.manager, "delete_everything")


def test_a_global_permission_opens_nothing(harbour: House, hill: House, make_person: MakePerson) -> None:
    person = make_person("global")
    permission = Permission.objects.get(codename=SERVE)
    person.user_permissions.add(permission)
    group = role_group(harbour.organisation, "manager")
    group.permissions.add(permission)
    person.groups.add(group)
    assert held_by(person)[SERVE] == set()
    assert not person.has_perm(f"organisations.{SERVE}")


def test_a_row_in_guardians_generic_tables_opens_nothing(harbour: House, hill: House) -> None:
    stray = {
        "permission": Permission.objects.get(codename=SUPERVISE),
        "content_type": ContentType.objects.get_for_model(Organisation),
        "object_pk": str(hill.organisation.pk),
    }
    UserObjectPermission.objects.create(user=harbour.counsellor, **stray)
    group = harbour.counsellor.groups.get()
    GroupObjectPermission.objects.create(group=group, **stray)
    assert held_by(harbour.counsellor)[SUPERVISE] == set()


def test_nobody_can_be_a_superuser(harbour: House) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=harbour.manager.pk).update(is_superuser=True)
    assert not hasattr(Person.objects, "create_superuser")


def test_no_anonymous_person_is_made_by_guardian(db: None) -> None:
    call_command("migrate", verbosity=0)
    assert Person.objects.count() == 0
    assert not hasattr(Person, "get_anonymous")


def test_an_address_is_one_persons_whatever_its_case(make_person: MakePerson) -> None:
    make_person("hanako")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create_person(email="HANAKO@Example.org", display_name="other")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person(email="Upper@example.org", display_name="x").save()
    assert Person.objects.get_by_natural_key(" Hanako@EXAMPLE.org ").display_name == "Hanako"


def test_an_ended_role_opens_nothing_at_once(harbour: House, heard: list[Any]) -> None:
    counsellor = harbour.counsellor
    before = counsellor.access_version
    membership = counsellor.memberships.get()
    end_role(membership=membership, by=harbour.manager)
    counsellor.refresh_from_db()
    assert held_by(counsellor)[SERVE] == set()
    assert counsellor.access_version == before + 1
    assert heard == [(counsellor, harbour.organisation)]
    assert not memberships_in_force(counsellor).exists()
    assert not membership.is_in_force
    with pytest.raises(NotInForceError):
        end_role(membership=membership, by=harbour.manager)


def test_a_role_can_be_given_again_after_it_ended(harbour: House) -> None:
    end_role(membership=harbour.counsellor.memberships.get(), by=harbour.manager)
    grant_role(
        person=harbour.counsellor, organisation=harbour.organisation, role="counsellor", by=harbour.manager
    )
    assert held_by(harbour.counsellor)[SERVE] == {"harbour"}
    assert harbour.counsellor.memberships.count() == 2


def test_a_role_given_twice_is_one_role(harbour: House, heard: list[Any]) -> None:
    again = grant_role(
        person=harbour.counsellor, organisation=harbour.organisation, role="counsellor", by=harbour.manager
    )
    assert again == harbour.counsellor.memberships.get()
    assert heard == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            person=harbour.counsellor, organisation=harbour.organisation, role="counsellor"
        )


def test_two_roles_in_one_house_end_one_by_one(harbour: House) -> None:
    grant_role(
        person=harbour.counsellor, organisation=harbour.organisation, role="supervisor", by=harbour.manager
    )
    end_role(membership=harbour.counsellor.memberships.get(role="counsellor"), by=harbour.manager)
    assert held_by(harbour.counsellor)[SERVE] == set()
    assert held_by(harbour.counsellor)[SUPERVISE] == {"harbour"}


@pytest.mark.parametrize("who", ["counsellor", "supervisor"])
def test_only_a_manager_of_this_house_gives_and_ends_roles(harbour: House, hill: House, who: str) -> None:
    for by in (getattr(harbour, who), hill.manager):
        with pytest.raises(NotAllowedError):
            grant_role(person=by, organisation=harbour.organisation, role="manager", by=by)
        with pytest.raises(NotAllowedError):
            end_role(membership=harbour.counsellor.memberships.get(), by=by)
    assert Membership.objects.in_force().of(harbour.organisation).count() == 3


def test_the_last_manager_cannot_leave_the_house_without_one(harbour: House, operator: Person) -> None:
    membership = harbour.manager.memberships.get()
    with pytest.raises(LastManagerError):
        end_role(membership=membership, by=harbour.manager)
    end_role(membership=membership, by=operator)
    assert not managed_organisations(harbour.manager).exists()


def test_a_second_manager_lets_the_first_one_go(harbour: House) -> None:
    grant_role(
        person=harbour.supervisor, organisation=harbour.organisation, role="manager", by=harbour.manager
    )
    end_role(membership=harbour.manager.memberships.get(), by=harbour.manager)
    assert held_by(harbour.supervisor)[MANAGE] == {"harbour"}


def test_whoever_is_deactivated_loses_everything_and_everybody_is_told(
    harbour: House, hill: House, operator: Person, heard: list[Any]
) -> None:
    person = harbour.counsellor
    grant_role(person=person, organisation=hill.organisation, role="supervisor", by=hill.manager)
    grant_platform_role(person=person, role="coordinator", by=operator)
    heard.clear()
    before = person.access_version
    deactivate_person(person=person, by=operator)
    assert all(slugs == set() for slugs in held_by(person).values())
    assert platform_roles(person) == frozenset()
    assert not person.is_active
    person.refresh_from_db()
    assert not person.is_active
    assert person.access_version > before
    assert {organisation for _, organisation in heard} == {harbour.organisation, hill.organisation, None}
    assert not person.groups.exists()
    with pytest.raises(PersonInactiveError):
        grant_role(person=person, organisation=hill.organisation, role="counsellor", by=hill.manager)
    with pytest.raises(PersonInactiveError):
        grant_platform_role(person=person, role="coordinator", by=operator)


def test_a_row_set_inactive_by_hand_counts_for_nothing_either(harbour: House) -> None:
    Person.objects.filter(pk=harbour.counsellor.pk).update(is_active=False)
    person = Person.objects.get(pk=harbour.counsellor.pk)
    assert held_by(person)[SERVE] == set()
    assert not memberships_in_force(person).exists()


def test_a_manager_cannot_deactivate_but_people_may_leave_by_themselves(harbour: House) -> None:
    with pytest.raises(NotAllowedError):
        deactivate_person(person=harbour.counsellor, by=harbour.manager)
    deactivate_person(person=harbour.counsellor, by=harbour.counsellor)
    assert not harbour.counsellor.is_active


def test_an_organisation_that_left_gives_no_rights_and_its_people_are_told(
    harbour: House, operator: Person, heard: list[Any]
) -> None:
    before = harbour.counsellor.access_version
    harbour.organisation.is_active = False
    save_organisation(organisation=harbour.organisation, changed=["is_active"], by=operator)
    assert held_by(harbour.counsellor)[SERVE] == set()
    assert {person for person, _ in heard} == {harbour.manager, harbour.counsellor, harbour.supervisor}
    harbour.counsellor.refresh_from_db()
    assert harbour.counsellor.access_version == before + 1
    with pytest.raises(OrganisationInactiveError):
        grant_role(person=operator, organisation=harbour.organisation, role="manager", by=operator)
    with pytest.raises(NotAllowedError):
        save_organisation(organisation=harbour.organisation, changed=["name"], by=harbour.manager)


def test_platform_roles_are_given_and_ended_by_operators_alone(
    harbour: House, operator: Person, make_person: MakePerson
) -> None:
    person = make_person("desk")
    with pytest.raises(NotAllowedError):
        grant_platform_role(person=person, role="coordinator", by=harbour.manager)
    role = grant_platform_role(person=person, role="coordinator", by=operator)
    assert has_platform_role(person, PlatformRole.Role.COORDINATOR)
    assert not has_platform_role(person, PlatformRole.Role.OPERATOR)
    with pytest.raises(NotAllowedError):
        end_platform_role(platform_role=role, by=person)
    end_platform_role(platform_role=role, by=operator)
    assert not has_platform_role(person, "coordinator")
    with pytest.raises(NotInForceError):
        end_platform_role(platform_role=role, by=operator)


def test_a_platform_role_is_no_right_in_any_organisation(harbour: House, operator: Person) -> None:
    assert all(slugs == set() for slugs in held_by(operator).values())


def test_people_are_shown_to_their_manager_and_to_nobody_elses(
    harbour: House, hill: House, operator: Person
) -> None:
    shown = {entry.person for entry in people_of(harbour.manager, harbour.organisation)}
    assert shown == {harbour.manager, harbour.counsellor, harbour.supervisor}
    assert people_of(operator, harbour.organisation) == people_of(harbour.manager, harbour.organisation)
    for stranger in (hill.manager, harbour.counsellor, harbour.supervisor):
        assert people_of(stranger, harbour.organisation) == []


def test_each_list_of_organisations_asks_for_its_own_right(
    harbour: House, hill: House, make_person: MakePerson
) -> None:
    worker = make_person("worker")
    grant_role(person=worker, organisation=hill.organisation, role="regional_worker", by=hill.manager)
    assert list(accompanying_organisations(worker)) == [hill.organisation]
    assert list(served_organisations(harbour.counsellor)) == [harbour.organisation]
    assert list(supervised_organisations(harbour.supervisor)) == [harbour.organisation]
    assert list(managed_organisations(hill.manager)) == [hill.organisation]


def test_the_hot_questions_cost_one_query_each(
    harbour: House, hill: House, django_assert_num_queries: Any
) -> None:
    for house in (harbour, hill):
        grant_role(
            person=harbour.counsellor, organisation=house.organisation, role="supervisor", by=house.manager
        )
    person = Person.objects.get(pk=harbour.counsellor.pk)
    with django_assert_num_queries(1):
        assert len(organisations_with(person, SUPERVISE)) == 2
    with django_assert_num_queries(1):
        assert holds(person, SERVE, harbour.organisation)
    with django_assert_num_queries(1):
        assert not has_platform_role(person, "operator")
    with django_assert_num_queries(1):
        assert len(memberships_in_force(person)) == 3
    with django_assert_num_queries(2):
        assert len(people_of(harbour.manager, harbour.organisation)) == 3


def test_every_change_of_rights_leaves_a_line_in_the_trail(harbour: House) -> None:
    end_role(membership=harbour.counsellor.memberships.get(), by=harbour.manager)
    line = AuditEntry.objects.get(action="membership.ended")
    assert line.actor == harbour.manager
    assert line.organisation == harbour.organisation
    assert line.details == {"person": str(harbour.counsellor.pk), "role": "counsellor"}


def test_a_membership_remembers_when_it_began_and_ended(harbour: House) -> None:
    began = harbour.counsellor.memberships.get().created_at
    with time_machine.travel(began + timedelta(days=40), tick=False):
        ended = end_role(membership=harbour.counsellor.memberships.get(), by=None)
    assert ended.ended_at is not None
    assert ended.ended_at - began > timedelta(days=39)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=ended.pk).update(ended_at=began - timedelta(days=1))
