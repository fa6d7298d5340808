"""The first operator of a new service: from the command line, with a password that is asked for."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from organisations.management.commands import create_operator
from organisations.models import Person
from organisations.permissions import has_platform_role

from .conftest import PASSWORD, MakePerson


def answering(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    given = iter(answers)
    monkeypatch.setattr(create_operator, "getpass", lambda _: next(given))


def test_the_first_operator_is_made(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, PASSWORD, PASSWORD)
    call_command("create_operator", "First@Example.org", stdout=StringIO())
    person = Person.objects.get(email="first@example.org")
    assert has_platform_role(person, "operator")
    assert person.check_password(PASSWORD)
    assert not person.is_superuser


@pytest.mark.parametrize(
    ("email", "answers"),
    [
        ("not an address", []),
        ("known@example.org", []),
        ("first@example.org", ["short"]),
        ("first@example.org", [PASSWORD, "something else entirely"]),
    ],
)
def test_nobody_is_made_by_half(
    make_person: MakePerson, monkeypatch: pytest.MonkeyPatch, email: str, answers: list[str]
) -> None:
    make_person("known")
    answering(monkeypatch, *answers)
    with pytest.raises(CommandError):
        call_command("create_operator", email, stdout=StringIO())
    assert Person.objects.count() == 1
