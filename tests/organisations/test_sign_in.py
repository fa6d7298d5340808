"""Who gets in, who does not, and what the door gives away."""

import dataclasses
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import get_hashers
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from organisations.models import Person
from organisations.permissions import SERVE
from organisations.services.membership import deactivate_person
from organisations.sign_in import AccountAdapter, digest_of_address

from .conftest import PASSWORD, House, MakePerson

SIGN_IN = "/accounts/login/"


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(SIGN_IN, {"login": email, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def demo(settings: Settings) -> Callable[[bool], None]:
    def switch(on: bool) -> None:
        settings.TOMOSHIBI = dataclasses.replace(settings.TOMOSHIBI, demo=on)

    switch(False)
    return switch


def test_a_counsellor_signs_in_with_address_and_password_and_lands_on_the_console(
    client: Client, harbour: House
) -> None:
    response = sign_in(client, "Counsellor-Harbour@Example.org")
    assert response.status_code == 302
    assert response["Location"] == "/console/"
    assert is_signed_in(client)


def test_each_lands_where_their_work_is(
    client: Client, harbour: House, operator: Person, auditor: Person
) -> None:
    for email, place in (
        (harbour.supervisor.email, "/console/"),
        (harbour.manager.email, "/organisation/"),
        (operator.email, "/operator/"),
        (auditor.email, "/operator/"),
    ):
        client.logout()
        assert sign_in(client, email)["Location"] == place


def test_only_a_place_of_our_own_is_gone_to_after_signing_in(client: Client, harbour: House) -> None:
    for target, place in (("/organisation/", "/organisation/"), ("https://evil.example/", "/console/")):
        client.logout()
        response = client.post(
            SIGN_IN, {"login": harbour.counsellor.email, "password": PASSWORD, "next": target}
        )
        assert response["Location"] == place


def test_the_door_says_the_same_to_everybody_it_refuses(
    client: Client, harbour: House, operator: Person, demo: Any, make_person: MakePerson
) -> None:
    make_person("actor", is_demo=True)
    deactivate_person(person=harbour.counsellor, by=operator)
    answers = set()
    for email, password in (
        ("nobody@example.org", PASSWORD),
        (harbour.manager.email, "wrong wrong wrong"),
        (harbour.counsellor.email, PASSWORD),
        ("actor@example.org", PASSWORD),
    ):
        cache.clear()
        response = sign_in(client, email, password)
        assert response.status_code == 200
        assert not is_signed_in(client)
        answers.add(str(response.context["form"].errors))
    assert len(answers) == 1


def test_an_unknown_address_costs_as_much_hashing_as_a_known_one(
    harbour: House, monkeypatch: pytest.MonkeyPatch, rf: RequestFactory
) -> None:
    hashed: list[str] = []
    hasher = get_hashers()[0]
    encode = type(hasher).encode

    def counting(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(type(hasher), "encode", counting)
    costs = []
    for email in ("nobody@example.org", harbour.manager.email):
        hashed.clear()
        assert authenticate(rf.post(SIGN_IN), email=email, password="wrong wrong wrong") is None
        costs.append(len(hashed))
    assert costs == [1, 1]


def test_demonstration_people_exist_only_in_a_demonstration(
    client: Client, demo: Any, make_person: MakePerson
) -> None:
    make_person("actor", is_demo=True)
    demo(True)
    assert sign_in(client, "actor@example.org").status_code == 302
    assert is_signed_in(client)
    assert client.get(reverse("organisations:home")).status_code == 403
    demo(False)
    response = client.get(reverse("organisations:home"))
    assert response.status_code == 302
    assert response["Location"].startswith(SIGN_IN)


def test_a_session_dies_with_the_persons_leaving(client: Client, harbour: House, operator: Person) -> None:
    sign_in(client, harbour.manager.email)
    assert client.get(reverse("organisations:detail", args=["harbour"])).status_code == 200
    deactivate_person(person=harbour.manager, by=operator)
    assert client.get(reverse("organisations:home"))["Location"].startswith(SIGN_IN)


def test_a_session_ends_twelve_hours_after_its_beginning_however_busy_it_is(
    client: Client, harbour: House
) -> None:
    start = datetime(2026, 12, 31, 21, 0, tzinfo=UTC)
    page = reverse("organisations:detail", args=["harbour"])
    with time_machine.travel(start, tick=False) as clock:
        sign_in(client, harbour.manager.email)
        for hour in (3, 6, 9, 11.9):
            clock.move_to(start + timedelta(hours=hour))
            session = client.session
            session["touched"] = hour
            session.save()
            assert client.get(page).status_code == 200
        clock.move_to(start + timedelta(hours=12, seconds=1))
        assert client.get(page).status_code == 302


def test_nobody_can_sign_up_by_themself(client: Client, db: None) -> None:
    for name in ("account_signup", "account_email", "account_set_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert not AccountAdapter().is_open_for_signup(RequestFactory().get("/"))
    assert b"signup" not in client.get(SIGN_IN).content


def test_too_many_tries_on_one_account_are_stopped_even_with_the_right_password(
    client: Client, harbour: House
) -> None:
    for _ in range(5):
        sign_in(client, harbour.manager.email, "wrong wrong wrong")
    sign_in(client, harbour.manager.email)
    assert not is_signed_in(client)
    cache.clear()
    sign_in(client, harbour.manager.email)
    assert is_signed_in(client)


def test_many_accounts_tried_from_one_place_are_stopped(client: Client, db: None) -> None:
    answers = [
        sign_in(client, f"nobody{n}@example.org", REMOTE_ADDR="203.0.113.7").status_code for n in range(31)
    ]
    assert 429 in answers
    assert sign_in(client, "nobody@example.org", REMOTE_ADDR="203.0.113.8").status_code == 200


def test_no_address_is_kept_in_the_cache_the_session_or_the_log(
    client: Client, harbour: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept: list[str] = []
    real_set = cache.set

    def watch(key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        kept.append(f"{key} {value}")
        real_set(key, value, *args, **kwargs)

    monkeypatch.setattr(cache, "set", watch, raising=False)
    caplog.set_level(logging.DEBUG)
    sign_in(client, harbour.manager.email, "wrong wrong wrong", REMOTE_ADDR="203.0.113.7")
    sign_in(client, harbour.manager.email, REMOTE_ADDR="203.0.113.7")
    assert kept
    everything = "\n".join([*kept, str(dict(client.session)), caplog.text])
    assert "203.0.113" not in everything


def test_the_digest_of_an_address_forgets_the_household_and_the_day() -> None:
    with time_machine.travel("2026-12-31T12:00:00Z", tick=False):
        first = digest_of_address("2001:db8:1:2::1")
        assert first == digest_of_address("2001:db8:1:2:ffff::9")
        assert first != digest_of_address("2001:db8:1:3::1")
        assert digest_of_address("203.0.113.7") != digest_of_address("203.0.113.8")
        assert "203" not in digest_of_address("not an address")
    with time_machine.travel("2027-01-01T12:00:00Z", tick=False):
        assert first != digest_of_address("2001:db8:1:2::1")


def test_passwords_are_kept_with_argon2(settings: Settings) -> None:
    from config import settings as ours

    assert ours.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_a_password_can_be_asked_for_without_telling_who_has_an_account(
    client: Client, harbour: House, mailoutbox: list[Any]
) -> None:
    pages = set()
    for email in (harbour.manager.email, "nobody@example.org"):
        response = client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        pages.add((response.status_code, response.redirect_chain[0][0]))
    assert len(pages) == 1
    assert [mail.to for mail in mailoutbox] == [[harbour.manager.email]]


def test_a_mail_server_that_is_down_does_not_tell_who_has_an_account(
    client: Client, harbour: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise SMTPRecipientsRefused({harbour.manager.email: (550, b"no")})

    monkeypatch.setattr(EmailMessage, "send", refuse)
    pages = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in (harbour.manager.email, "nobody@example.org")
    ]
    assert [(page.status_code, page["Location"]) for page in pages] == [
        (302, reverse("account_reset_password_done"))
    ] * 2
    assert "SMTPRecipientsRefused" in caplog.text
    assert harbour.manager.email not in caplog.text


def test_a_new_password_is_set_by_the_link_in_the_mail(
    client: Client, harbour: House, mailoutbox: list[Any]
) -> None:
    client.post(reverse("account_reset_password"), {"email": harbour.manager.email})
    link = next(word for word in mailoutbox[0].body.split() if "/password/reset/key/" in word)
    page = client.get(link, follow=True)
    chosen = "another lamp in another window"
    done = client.post(page.context["action_url"], {"password1": chosen, "password2": chosen}, follow=True)
    assert done.status_code == 200
    sign_in(client, harbour.manager.email, chosen)
    assert is_signed_in(client)
    client.logout()
    assert client.get(link, follow=True).context["token_fail"]


def test_a_changed_password_is_confirmed_and_ends_the_other_sessions(client: Client, harbour: House) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        sign_in(browser, harbour.manager.email)
    chosen = "another lamp in another window"
    address = reverse("account_change_password")
    body = {"oldpassword": "wrong wrong wrong", "password1": chosen, "password2": chosen}
    assert client.post(address, body).context["form"].errors["oldpassword"]
    page = client.post(address, {**body, "oldpassword": PASSWORD}, follow=True)
    assert 'class="notice success"' in page.content.decode()
    assert client.get(reverse("organisations:detail", args=["harbour"])).status_code == 200
    assert elsewhere.get(reverse("organisations:detail", args=["harbour"])).status_code == 302


def test_every_account_page_is_ours_in_both_languages(client: Client, harbour: House) -> None:
    for language, words in (("ja", "ともしび"), ("en", "Tomoshibi")):
        for name in ("account_login", "account_reset_password", "account_reset_password_done"):
            response = client.get(reverse(name), headers={"accept-language": language})
            page = response.content.decode()
            assert response.status_code == 200
            assert f'<html lang="{language}">' in page
            assert words in page
            assert "organisations/staff.css" in page
            assert "<script" not in page
            assert "style=" not in page


def test_a_language_is_chosen_with_one_button(client: Client, db: None) -> None:
    response = client.post(
        reverse("organisations:language"), {"language": "en", "next": SIGN_IN}, follow=True
    )
    assert '<html lang="en">' in response.content.decode()


def test_signing_out_ends_the_session(client: Client, harbour: House) -> None:
    sign_in(client, harbour.manager.email)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_the_back_end_of_sign_in_grants_nothing(harbour: House) -> None:
    person = Person.objects.get(pk=harbour.counsellor.pk)
    assert not person.has_perm(f"organisations.{SERVE}")
    assert not person.has_perm(f"organisations.{SERVE}", harbour.organisation)
