"""Does an invitation open one door, once, for one person, for seven days?"""

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organisations.errors import (
    InvitationUnusableError,
    NotAllowedError,
    OrganisationInactiveError,
    SignInFirstError,
    WrongPersonError,
)
from organisations.models import AuditEntry, Invitation, Person
from organisations.permissions import SERVE, holds
from organisations.selectors.invitation import hash_token, open_invitations, usable_invitation
from organisations.services.invitation import NewPerson, accept_invitation, invite, revoke_invitation
from organisations.services.membership import end_role, grant_role

from .conftest import PASSWORD, House, MakePerson

HANAKO = NewPerson(display_name="はな", full_name="山田花子", password=PASSWORD)


@pytest.fixture
def token(harbour: House) -> str:
    _, token = invite(
        organisation=harbour.organisation, email="Hanako@Example.org", role="counsellor", by=harbour.manager
    )
    return token


def test_someone_new_joins_and_may_do_what_the_role_does(harbour: House, hill: House, token: str) -> None:
    person = accept_invitation(token_hash=hash_token(token), by=None, new_person=HANAKO)
    assert person.email == "hanako@example.org"
    assert person.check_password(PASSWORD)
    assert holds(person, SERVE, harbour.organisation)
    assert not holds(person, SERVE, hill.organisation)
    assert person.memberships.get().granted_by == harbour.manager


def test_only_a_hash_of_the_token_is_kept_and_the_trail_has_no_address(harbour: House, token: str) -> None:
    invitation = Invitation.objects.get()
    assert invitation.token_hash == sha256(token.encode()).hexdigest()
    assert len(token) >= 43
    accept_invitation(token_hash=hash_token(token), by=None, new_person=HANAKO)
    for line in AuditEntry.objects.all():
        assert "@" not in str(line.details)
        assert token not in str(line.details)
    assert set(AuditEntry.objects.filter(object_type="invitation").values_list("action", flat=True)) == {
        "invitation.made",
        "invitation.accepted",
    }
    assert PASSWORD not in repr(HANAKO)


def test_a_link_works_once(token: str) -> None:
    accept_invitation(token_hash=hash_token(token), by=None, new_person=HANAKO)
    with pytest.raises(InvitationUnusableError):
        accept_invitation(token_hash=hash_token(token), by=None, new_person=HANAKO)
    assert Person.objects.filter(email="hanako@example.org").count() == 1


def test_a_link_lasts_seven_days_and_not_a_second_longer(token: str) -> None:
    made = Invitation.objects.get()
    assert made.expires_at - made.created_at == timedelta(days=7)
    with time_machine.travel(made.expires_at - timedelta(seconds=1), tick=False):
        assert usable_invitation(hash_token(token)) == made
        assert made.is_usable
    with time_machine.travel(made.expires_at, tick=False):
        assert usable_invitation(hash_token(token)) is None
        assert not Invitation.objects.get().is_usable
        with pytest.raises(InvitationUnusableError):
            accept_invitation(token_hash=hash_token(token), by=None, new_person=HANAKO)


def test_a_link_taken_back_is_dead_and_cannot_be_taken_back_twice(harbour: House, token: str) -> None:
    invitation = Invitation.objects.get()
    revoke_invitation(invitation=invitation, by=harbour.manager)
    with pytest.raises(InvitationUnusableError):
        accept_invitation(token_hash=hash_token(token), by=None, new_person=HANAKO)
    with pytest.raises(InvitationUnusableError):
        revoke_invitation(invitation=invitation, by=harbour.manager)


def test_an_unknown_token_is_as_useless_as_an_old_one(db: None) -> None:
    with pytest.raises(InvitationUnusableError):
        accept_invitation(token_hash=hash_token("guess"), by=None, new_person=HANAKO)
    with pytest.raises(InvitationUnusableError):
        accept_invitation(token_hash="", by=None, new_person=HANAKO)


def test_a_newer_link_replaces_the_older_one(harbour: House, token: str) -> None:
    _, newer = invite(
        organisation=harbour.organisation, email="hanako@example.org", role="counsellor", by=harbour.manager
    )
    assert usable_invitation(hash_token(token)) is None
    assert usable_invitation(hash_token(newer)) is not None


def test_another_persons_link_does_nothing_for_whoever_is_signed_in(
    harbour: House, hill: House, token: str
) -> None:
    with pytest.raises(WrongPersonError):
        accept_invitation(token_hash=hash_token(token), by=hill.counsellor)
    assert not holds(hill.counsellor, SERVE, harbour.organisation)
    assert usable_invitation(hash_token(token)) is not None


def test_the_link_cannot_take_over_an_account_that_exists(
    harbour: House, make_person: MakePerson, token: str
) -> None:
    hanako = make_person("hanako")
    with pytest.raises(SignInFirstError):
        accept_invitation(
            token_hash=hash_token(token), by=None, new_person=NewPerson("x", "x", "a stolen password 123")
        )
    hanako.refresh_from_db()
    assert hanako.check_password(PASSWORD)
    assert usable_invitation(hash_token(token)) is not None


def test_someone_known_joins_a_second_organisation(
    harbour: House, hill: House, make_person: MakePerson, token: str
) -> None:
    hanako = make_person("hanako")
    grant_role(person=hanako, organisation=hill.organisation, role="supervisor", by=hill.manager)
    accept_invitation(token_hash=hash_token(token), by=hanako)
    assert holds(hanako, SERVE, harbour.organisation)
    assert hanako.memberships.in_force().count() == 2


def test_a_link_dies_with_the_right_of_whoever_made_it(harbour: House, operator: Person, token: str) -> None:
    end_role(membership=harbour.manager.memberships.get(), by=operator)
    with pytest.raises(InvitationUnusableError):
        accept_invitation(token_hash=hash_token(token), by=None, new_person=HANAKO)
    assert not Person.objects.filter(email="hanako@example.org").exists()
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.parametrize("who", ["counsellor", "supervisor"])
def test_only_managers_of_the_house_and_operators_invite(
    harbour: House, hill: House, operator: Person, who: str
) -> None:
    for by in (getattr(harbour, who), hill.manager):
        with pytest.raises(NotAllowedError):
            invite(organisation=harbour.organisation, email="x@example.org", role="manager", by=by)
        assert not open_invitations(by, harbour.organisation).exists()
    invitation, _ = invite(
        organisation=harbour.organisation, email="x@example.org", role="manager", by=operator
    )
    with pytest.raises(NotAllowedError):
        revoke_invitation(invitation=invitation, by=hill.manager)
    assert list(open_invitations(harbour.manager, harbour.organisation)) == [invitation]


def test_an_organisation_that_left_invites_nobody(harbour: House, operator: Person, token: str) -> None:
    type(harbour.organisation).objects.update(is_active=False)
    harbour.organisation.refresh_from_db()
    assert usable_invitation(hash_token(token)) is None
    with pytest.raises(OrganisationInactiveError):
        invite(organisation=harbour.organisation, email="x@example.org", role="counsellor", by=operator)


def test_the_table_itself_refuses_nonsense(harbour: House, token: str) -> None:
    now = timezone.now()
    for change in (
        {"role": "janitor"},
        {"email": "UPPER@example.org"},
        {"expires_at": now - timedelta(days=30)},
        {"accepted_at": now, "revoked_at": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.update(**change)


# The pages.


def open_link(client: Client, token: str) -> Any:
    return client.get(reverse("organisations:open_invitation", args=[token]), follow=True)


def test_the_invited_person_follows_the_link_and_is_signed_in(
    client: Client, harbour: House, token: str
) -> None:
    page = open_link(client, token)
    assert page.redirect_chain == [(reverse("organisations:join"), 302)]
    assert token not in page.content.decode()
    assert token not in str(dict(client.session))
    answer = client.post(
        reverse("organisations:join"),
        {"display_name": "はな", "full_name": "山田花子", "password": PASSWORD},
    )
    assert answer["Location"] == "/console/"
    hanako = Person.objects.get(email="hanako@example.org")
    assert client.session["_auth_user_id"] == str(hanako.pk)
    client.logout()
    assert open_link(client, token).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "short"),
        ("password", "123456789012"),
        ("password", "hanako@example.org"),
        ("display_name", ""),
    ],
)
def test_a_weak_password_or_a_missing_name_makes_no_account(
    client: Client, token: str, field: str, value: str
) -> None:
    open_link(client, token)
    filled = {"display_name": "はな", "full_name": "山田花子", "password": PASSWORD, field: value}
    answer = client.post(reverse("organisations:join"), filled)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Person.objects.filter(email="hanako@example.org").exists()


def test_someone_known_is_asked_to_sign_in_and_then_joins_with_one_button(
    client: Client, harbour: House, make_person: MakePerson, token: str
) -> None:
    make_person("hanako")
    page = open_link(client, token).content.decode()
    assert 'name="password"' not in page
    target = re.search(r"/accounts/login/\?next=([^\"]+)", page)
    assert target is not None
    answer = client.post(
        "/accounts/login/",
        {"login": "hanako@example.org", "password": PASSWORD, "next": target[1]},
        follow=True,
    )
    assert answer.status_code == 200
    client.post(reverse("organisations:join"))
    assert holds(Person.objects.get(email="hanako@example.org"), SERVE, harbour.organisation)


def test_the_wrong_person_is_told_so_and_not_to_whom_it_was_written(
    client: Client, hill: House, token: str
) -> None:
    client.force_login(hill.counsellor)
    page = open_link(client, token)
    assert page.status_code == 403
    assert "hanako" not in page.content.decode()
    assert client.post(reverse("organisations:join")).status_code == 403


def test_without_a_usable_link_the_page_says_so(client: Client, db: None) -> None:
    assert client.get(reverse("organisations:join")).status_code == 404
    assert open_link(client, "guess").status_code == 404


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_browsers_accept_at_the_same_moment_and_one_wins(
    make_house: Callable[[str], House], race: Callable[..., list[Any]]
) -> None:
    harbour = make_house("harbour")
    _, token = invite(
        organisation=harbour.organisation, email="hanako@example.org", role="counsellor", by=harbour.manager
    )

    def accept() -> Any:
        return accept_invitation(token_hash=hash_token(token), by=None, new_person=HANAKO)

    results = race(accept, workers=8)
    assert sum(isinstance(result, Person) for result in results) == 1
    assert all(isinstance(result, Person | InvitationUnusableError) for result in results)
