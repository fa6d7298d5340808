"""The operator's site: who may enter, what each sees, and that it only ever acts through the services."""

import re

import pytest
from django.contrib.admin import AdminSite
from django.test import Client
from django.urls import reverse

from organisations.admin import operator_site
from organisations.models import AuditEntry, Membership, Organisation, Person, PlatformRole
from organisations.permissions import SERVE, has_platform_role, holds
from organisations.services.membership import end_platform_role, grant_platform_role

from .conftest import PASSWORD, House, MakePerson

OWN = [Organisation, Membership, PlatformRole, Person, AuditEntry]


def listing(model: type) -> str:
    return reverse(f"operator:organisations_{model.__name__.lower()}_changelist")


def adding(model: type) -> str:
    return reverse(f"operator:organisations_{model.__name__.lower()}_add")


def changing(row: object) -> str:
    return reverse(f"operator:organisations_{type(row).__name__.lower()}_change", args=[row.pk])  # type: ignore[attr-defined]


@pytest.fixture
def at_the_desk(client: Client, operator: Person) -> Client:
    client.force_login(operator)
    return client


@pytest.mark.parametrize("who", ["manager", "counsellor", "coordinator", "staff flag", "stranger"])
def test_nobody_but_operators_and_auditors_enters(
    client: Client, harbour: House, make_person: MakePerson, who: str
) -> None:
    coordinator = make_person("coordinator")
    grant_platform_role(person=coordinator, role="coordinator", by=None)
    cast = {
        "manager": harbour.manager,
        "counsellor": harbour.counsellor,
        "coordinator": coordinator,
        "staff flag": make_person("staff", is_staff=True),
        "stranger": None,
    }
    person = cast[who]
    if person is not None:
        client.force_login(person)
    for address in (
        reverse("operator:index"),
        listing(Organisation),
        listing(AuditEntry),
        adding(Membership),
    ):
        answer = client.get(address, follow=True)
        if person is None:
            assert answer.redirect_chain[-1][0].startswith("/accounts/login/")
        else:
            assert answer.status_code == 403
        assert b"changelist" not in answer.content


def test_an_operator_sees_every_page_of_this_app(at_the_desk: Client, harbour: House) -> None:
    assert at_the_desk.get(reverse("operator:index")).status_code == 200
    for model in OWN:
        assert at_the_desk.get(listing(model)).status_code == 200
    for row in (
        harbour.organisation,
        harbour.manager,
        harbour.manager.memberships.get(),
        AuditEntry.objects.latest("pk"),
    ):
        answer = at_the_desk.get(changing(row))
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "pbkdf2" not in text
        assert "md5$" not in text
        assert not re.search(r'name="(password|is_superuser|is_staff|user_permissions|groups)"', text)


def test_an_auditor_reads_the_trail_and_nothing_else(client: Client, harbour: House, auditor: Person) -> None:
    client.force_login(auditor)
    assert client.get(reverse("operator:index")).status_code == 200
    assert client.get(listing(AuditEntry)).status_code == 200
    entry = AuditEntry.objects.latest("pk")
    assert client.get(changing(entry)).status_code == 200
    for model in OWN[:-1]:
        assert client.get(listing(model)).status_code == 403
        assert client.get(adding(model)).status_code == 403
    assert client.get(changing(harbour.organisation)).status_code == 403


def test_the_trail_cannot_be_touched_from_the_site(at_the_desk: Client, harbour: House) -> None:
    entry = AuditEntry.objects.latest("pk")
    count = AuditEntry.objects.count()
    assert at_the_desk.get(adding(AuditEntry)).status_code == 403
    assert at_the_desk.post(changing(entry), {"action": "x"}).status_code == 403
    delete = reverse("operator:organisations_auditentry_delete", args=[entry.pk])
    assert at_the_desk.post(delete, {"post": "yes"}).status_code == 403
    assert AuditEntry.objects.count() == count


def test_nothing_of_this_app_is_deleted_from_the_site(at_the_desk: Client, harbour: House) -> None:
    for row in (harbour.organisation, harbour.manager, harbour.manager.memberships.get()):
        name = f"operator:organisations_{type(row).__name__.lower()}_delete"
        assert at_the_desk.post(reverse(name, args=[row.pk]), {"post": "yes"}).status_code == 403


def test_a_membership_given_at_the_desk_is_a_role_given(
    at_the_desk: Client, operator: Person, harbour: House, make_person: MakePerson
) -> None:
    person = make_person("newcomer")
    at_the_desk.post(
        adding(Membership),
        {"person": str(person.pk), "organisation": str(harbour.organisation.pk), "role": "counsellor"},
    )
    assert holds(person, SERVE, harbour.organisation)
    person.refresh_from_db()
    assert person.access_version == 1
    assert AuditEntry.objects.filter(action="membership.granted", actor=operator).count() == 1


def test_an_existing_role_is_not_edited_but_ended(at_the_desk: Client, harbour: House, hill: House) -> None:
    membership = harbour.counsellor.memberships.get()
    moved = {
        "person": str(harbour.counsellor.pk),
        "organisation": str(hill.organisation.pk),
        "role": "manager",
    }
    assert at_the_desk.post(changing(membership), moved).status_code == 403
    membership.refresh_from_db()
    assert membership.organisation == harbour.organisation
    at_the_desk.post(listing(Membership), {"action": "end_roles", "_selected_action": [membership.pk]})
    assert not holds(harbour.counsellor, SERVE, harbour.organisation)


def test_platform_roles_are_given_and_ended_at_the_desk(at_the_desk: Client, make_person: MakePerson) -> None:
    person = make_person("desk")
    at_the_desk.post(adding(PlatformRole), {"person": str(person.pk), "role": "coordinator"})
    assert has_platform_role(person, "coordinator")
    role = person.platform_roles.get()
    at_the_desk.post(listing(PlatformRole), {"action": "end_roles", "_selected_action": [role.pk]})
    assert not has_platform_role(person, "coordinator")


def test_someone_deactivated_at_the_desk_is_out(at_the_desk: Client, harbour: House) -> None:
    at_the_desk.post(
        listing(Person), {"action": "deactivate_people", "_selected_action": [str(harbour.counsellor.pk)]}
    )
    harbour.counsellor.refresh_from_db()
    assert not harbour.counsellor.is_active
    assert not harbour.counsellor.memberships.in_force().exists()


def test_an_organisation_is_made_and_changed_with_a_line_in_the_trail(at_the_desk: Client) -> None:
    body = {
        "slug": "island",
        "name": "島の家",
        "name_kana": "しまのいえ",
        "name_en": "Island",
        "membership_class": "member",
        "functions": ["counselling", "public_body"],
        "prefecture_code": "47",
        "municipality_code": "472018",
        "is_active": "on",
    }
    at_the_desk.post(adding(Organisation), body)
    island = Organisation.objects.get(slug="island")
    assert island.functions == ["counselling", "public_body"]
    for wrong in (
        {"prefecture_code": "48"},
        {"municipality_code": "472019"},
        {"municipality_code": "131016"},
        {"functions": ["dancing"]},
    ):
        answer = at_the_desk.post(changing(island), {**body, **wrong})
        assert answer.status_code == 200, wrong
        assert answer.context["errors"], wrong
    Organisation.objects.update(embed_origins=["https://island.example"])
    at_the_desk.post(changing(island), {k: v for k, v in body.items() if k != "is_active"})
    island.refresh_from_db()
    assert not island.is_active
    assert island.embed_origins == ["https://island.example"]
    trail = AuditEntry.objects.filter(object_type="organisation").order_by("pk")
    assert [line.action for line in trail] == ["organisation.created", "organisation.changed"]
    assert trail[1].details == {"fields": ["is_active"]}


def test_people_are_not_made_at_the_desk_and_their_address_is_not_changed(
    at_the_desk: Client, harbour: House
) -> None:
    assert at_the_desk.get(adding(Person)).status_code == 403
    at_the_desk.post(
        changing(harbour.counsellor),
        {"email": "stolen@example.org", "display_name": "新しい名", "full_name": "", "is_active": ""},
    )
    harbour.counsellor.refresh_from_db()
    assert harbour.counsellor.display_name == "新しい名"
    assert harbour.counsellor.email == "counsellor-harbour@example.org"
    assert harbour.counsellor.is_active
    assert harbour.counsellor.check_password(PASSWORD)


def test_a_right_lost_is_lost_at_the_next_page(at_the_desk: Client, operator: Person) -> None:
    assert at_the_desk.get(listing(Organisation)).status_code == 200
    end_platform_role(platform_role=operator.platform_roles.get(), by=None)
    assert at_the_desk.get(listing(Organisation), follow=True).status_code == 403


def test_the_site_shows_no_conversation_and_no_credentials() -> None:
    names = {f"{model._meta.app_label}.{model.__name__}" for model in operator_site._registry}
    assert isinstance(operator_site, AdminSite)
    assert not {
        name for name in names if re.search(r"Entry$|Conversation|Wrap|HelpSeeker|Key|Session", name)
    } - {"organisations.AuditEntry"}
