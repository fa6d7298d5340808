"""The manager's page: seen by those who manage, shaped for an empty house, safe against strangers."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organisations.models import Invitation, Membership, Organisation, Person
from organisations.permissions import MANAGE, holds
from organisations.services.membership import grant_role

from .conftest import House


def page(slug: str) -> str:
    return reverse("organisations:detail", args=[slug])


def posts(house: House) -> list[tuple[str, dict[str, str]]]:
    """Every command of the page, with a body that would do something."""
    slug = house.organisation.slug
    membership = house.counsellor.memberships.get()
    invitation = Invitation.objects.get(organisation=house.organisation)
    return [
        (reverse("organisations:invite", args=[slug]), {"email": "x@example.org", "role": "manager"}),
        (reverse("organisations:end_role", args=[slug, membership.pk]), {}),
        (reverse("organisations:revoke_invitation", args=[slug, invitation.pk]), {}),
        (reverse("organisations:embedding", args=[slug]), {"origins": "https://evil.example"}),
    ]


def photograph() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Organisation, Membership, Invitation)]


@pytest.fixture
def invited(client: Client, harbour: House) -> House:
    client.force_login(harbour.manager)
    client.post(
        reverse("organisations:invite", args=["harbour"]), {"email": "new@example.org", "role": "counsellor"}
    )
    client.logout()
    return harbour


@pytest.fixture
def outsiders(invited: House, hill: House, auditor: Person, make_person: Any) -> dict[str, Person | None]:
    return {
        "counsellor": invited.counsellor,
        "supervisor": invited.supervisor,
        "foreign manager": hill.manager,
        "auditor": auditor,
        "nobody": make_person("nobody"),
        "stranger": None,
    }


ROLES = ["counsellor", "supervisor", "foreign manager", "auditor", "nobody", "stranger"]


@pytest.mark.parametrize("who", ROLES)
def test_whoever_does_not_manage_this_house_finds_nothing_and_changes_nothing(
    client: Client, invited: House, outsiders: dict[str, Person | None], who: str
) -> None:
    person = outsiders[who]
    expected = 404
    if person is None:
        expected = 302
    else:
        client.force_login(person)
    before = photograph()
    assert client.get(page("harbour")).status_code == expected
    for address, body in posts(invited):
        assert client.post(address, body).status_code == expected
        assert client.get(address).status_code in {405, 302}
    assert photograph() == before


def test_a_foreign_row_is_not_reached_through_ones_own_house(
    client: Client, invited: House, hill: House
) -> None:
    client.force_login(hill.manager)
    before = photograph()
    membership = invited.counsellor.memberships.get()
    invitation = Invitation.objects.get()
    for name, pk in (("end_role", membership.pk), ("revoke_invitation", invitation.pk)):
        assert client.post(reverse(f"organisations:{name}", args=["hill", pk])).status_code == 404
    assert photograph() == before


def test_the_manager_sees_the_people_and_the_open_invitations_of_the_house(
    client: Client, invited: House, hill: House, django_assert_max_num_queries: Any
) -> None:
    client.force_login(invited.manager)
    with django_assert_max_num_queries(10):
        answer = client.get(page("harbour"))
    text = answer.content.decode()
    assert invited.counsellor.full_name in text
    assert "new@example.org" in text
    assert hill.counsellor.full_name not in text
    assert "<script" not in text
    assert "style=" not in text


def test_a_house_with_one_manager_leads_straight_to_its_page(client: Client, harbour: House) -> None:
    client.force_login(harbour.manager)
    assert client.get(reverse("organisations:home"))["Location"] == page("harbour")


def test_who_manages_two_houses_chooses(client: Client, harbour: House, hill: House) -> None:
    grant_role(person=harbour.manager, organisation=hill.organisation, role="manager", by=hill.manager)
    client.force_login(harbour.manager)
    text = client.get(reverse("organisations:home")).content.decode()
    assert page("harbour") in text
    assert page("hill") in text


def test_who_has_no_right_reads_a_plain_page_about_it(client: Client, harbour: House) -> None:
    client.force_login(harbour.counsellor)
    answer = client.get(reverse("organisations:home"), headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "This page is not open to you" in answer.content.decode()


def test_an_operator_opens_an_empty_house_and_invites_its_first_manager(
    client: Client, operator: Person
) -> None:
    Organisation.objects.create(slug="island", name="Island", prefecture_code="47")
    client.force_login(operator)
    answer = client.get(page("island"), headers={"accept-language": "en"})
    assert "Nobody has a role here yet" in answer.content.decode()
    answer = client.post(
        reverse("organisations:invite", args=["island"]), {"email": "m@example.org", "role": "manager"}
    )
    assert "/organisation/invitation/" in answer.context["link"]


def test_the_link_is_shown_once_and_never_again(client: Client, harbour: House) -> None:
    client.force_login(harbour.manager)
    answer = client.post(
        reverse("organisations:invite", args=["harbour"]), {"email": "N@example.org", "role": "counsellor"}
    )
    link = answer.context["link"]
    assert link in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert token not in client.get(page("harbour")).content.decode()


def test_a_wrong_address_comes_back_with_what_was_typed(client: Client, harbour: House) -> None:
    client.force_login(harbour.manager)
    answer = client.post(
        reverse("organisations:invite", args=["harbour"]), {"email": "not an address", "role": "counsellor"}
    )
    assert answer.status_code == 422
    assert "not an address" in answer.content.decode()
    answer = client.post(
        reverse("organisations:invite", args=["harbour"]), {"email": "a@example.org", "role": "operator"}
    )
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_a_role_is_ended_and_an_invitation_taken_back_by_one_press_each(
    client: Client, invited: House
) -> None:
    client.force_login(invited.manager)
    for address, body in posts(invited)[1:3]:
        assert client.post(address, body, follow=True).status_code == 200
        assert client.post(address, body, follow=True).status_code == 200
    assert not invited.counsellor.memberships.in_force().exists()
    assert not Invitation.objects.usable().exists()


def test_the_last_manager_is_told_why_the_role_stays(client: Client, harbour: House) -> None:
    client.force_login(harbour.manager)
    membership = harbour.manager.memberships.get()
    answer = client.post(
        reverse("organisations:end_role", args=["harbour", membership.pk]),
        follow=True,
        headers={"accept-language": "en"},
    )
    assert "needs at least one manager" in answer.content.decode()
    assert holds(harbour.manager, MANAGE, harbour.organisation)


def test_a_manager_who_leaves_the_house_is_led_out_of_it(client: Client, harbour: House) -> None:
    grant_role(
        person=harbour.supervisor, organisation=harbour.organisation, role="manager", by=harbour.manager
    )
    client.force_login(harbour.manager)
    membership = harbour.manager.memberships.get()
    answer = client.post(reverse("organisations:end_role", args=["harbour", membership.pk]))
    assert answer["Location"] == reverse("organisations:home")


def test_websites_are_stored_in_their_one_spelling(client: Client, harbour: House) -> None:
    client.force_login(harbour.manager)
    address = reverse("organisations:embedding", args=["harbour"])
    client.post(
        address,
        {
            "origins": "HTTPS://NPO.example:443/\n\nhttps://npo.example\nhttps://b.example",
            "exit_url": "example.com",
        },
    )
    harbour.organisation.refresh_from_db()
    assert harbour.organisation.embed_origins == ["https://npo.example", "https://b.example"]
    assert harbour.organisation.exit_url == "https://example.com"
    answer = client.post(address, {"origins": "https://ok.example\nhttps://*.bad.example\nftp://x.example"})
    assert answer.status_code == 422
    assert len(answer.context["embedding_form"].errors["origins"]) == 2
    assert "https://ok.example" in answer.content.decode()
    harbour.organisation.refresh_from_db()
    assert harbour.organisation.embed_origins == ["https://npo.example", "https://b.example"]


@pytest.mark.parametrize("exit_url", ["javascript:alert(1)", "ftp://example.org", "data:text/html,x"])
def test_an_exit_leads_to_a_web_page_and_nothing_else(client: Client, harbour: House, exit_url: str) -> None:
    client.force_login(harbour.manager)
    answer = client.post(
        reverse("organisations:embedding", args=["harbour"]), {"origins": "", "exit_url": exit_url}
    )
    assert answer.status_code == 422


def test_names_with_markup_stay_text(client: Client, harbour: House) -> None:
    Person.objects.filter(pk=harbour.counsellor.pk).update(full_name="<script>alert(1)</script>")
    client.force_login(harbour.manager)
    assert "<script" not in client.get(page("harbour")).content.decode()


def test_a_form_from_elsewhere_is_refused(harbour: House) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(harbour.manager)
    answer = client.post(
        reverse("organisations:invite", args=["harbour"]), {"email": "x@example.org", "role": "manager"}
    )
    assert answer.status_code == 403
