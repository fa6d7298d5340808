"""What do the questions about access begin with? One busy night, made once a module."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.access.actors import World, make_world, undone
from tests.cast import make_cast
from tests.chat.conftest import meeting, race

__all__ = ["meeting", "race"]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world, in a transaction around all tests of a module; each test (django_db) is undone inside it."""
    with django_db_blocker.unblock(), undone():
        yield make_world(make_cast())
