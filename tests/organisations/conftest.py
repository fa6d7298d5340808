"""Who plays in the stories of this app: two organisations with a manager each, and the platform's own desk."""

import runpy
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from pytest_django import Settings

from organisations.errors import OrganisationsError
from organisations.models import Organisation, Person, PlatformRole
from organisations.services.membership import grant_platform_role, grant_role

PASSWORD = "a lamp in the dark window"


@dataclass(frozen=True)
class House:
    """One organisation and the people in it."""

    organisation: Organisation
    manager: Person
    counsellor: Person
    supervisor: Person


MakePerson = Callable[..., Person]


@pytest.fixture(autouse=True)
def _fast_hasher_and_empty_cache(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _translations_are_compiled() -> None:
    runpy.run_path(str(settings.BASE_DIR / "locale" / "compile.py"))["compile_all"](
        settings.BASE_DIR / "locale"
    )


@pytest.fixture
def race() -> Callable[..., list[Any]]:
    """Do one thing in many threads at the same moment; gives what each returned or raised."""

    def run(act: Callable[[], Any], *, workers: int) -> list[Any]:
        start = threading.Barrier(workers)

        def compete(_: int) -> Any:
            try:
                start.wait(timeout=10)
                return act()
            except OrganisationsError as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(compete, range(workers)))

    return run


@pytest.fixture
def make_person(db: None) -> MakePerson:
    def make(name: str, **fields: object) -> Person:
        return Person.objects.create_person(
            email=f"{name}@example.org",
            password=PASSWORD,
            display_name=name.title(),
            full_name=f"{name.title()} Yamada",
            **fields,
        )

    return make


@pytest.fixture
def make_house(make_person: MakePerson) -> Callable[[str], House]:
    def make(slug: str) -> House:
        organisation = Organisation.objects.create(
            slug=slug, name=slug.title(), name_kana=slug, prefecture_code="13", municipality_code="131016"
        )
        people = {}
        for role in ("manager", "counsellor", "supervisor"):
            people[role] = make_person(f"{role}-{slug}")
            grant_role(person=people[role], organisation=organisation, role=role, by=None)
        return House(organisation=organisation, **people)

    return make


@pytest.fixture
def harbour(make_house: Callable[[str], House]) -> House:
    return make_house("harbour")


@pytest.fixture
def hill(make_house: Callable[[str], House]) -> House:
    return make_house("hill")


@pytest.fixture
def operator(make_person: MakePerson) -> Person:
    person = make_person("operator")
    grant_platform_role(person=person, role=PlatformRole.Role.OPERATOR, by=None)
    return person


@pytest.fixture
def auditor(make_person: MakePerson) -> Person:
    person = make_person("auditor")
    grant_platform_role(person=person, role=PlatformRole.Role.AUDITOR, by=None)
    return person
