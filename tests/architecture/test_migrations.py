"""Do the migrations say all that the models say, each under a name of its own?"""

import re

import pytest
from django.core.management import call_command

from tests.architecture.source import ROOT, floors


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", *floors(), check=True, dry_run=True, interactive=False, verbosity=3)


def test_every_migration_has_a_name_that_tells_what_it_does() -> None:
    names = [path.stem for app in floors() for path in (ROOT / app / "migrations").glob("[0-9]*.py")]
    assert names
    assert [
        name for name in names if re.search(r"_auto_|^\d+_(initial|alter|remove|add)_?$|^\d+_initial$", name)
    ] == []


def test_no_two_migrations_of_an_app_have_the_same_number() -> None:
    for app in floors():
        numbers = [path.name[:4] for path in (ROOT / app / "migrations").glob("[0-9]*.py")]
        assert len(numbers) == len(set(numbers)), app
