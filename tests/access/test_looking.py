"""Does a look into somebody else's conversation leave one line in the audit trail, and one's own none?"""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from chat.services.looking import LOOK_LASTS
from organisations.models import AuditEntry
from tests.access.actors import HARBOUR_WORD, World


def looks() -> list[tuple[str, str, str]]:
    """Who looked at what, by which right."""
    lines = AuditEntry.objects.filter(action="conversation.looked").order_by("pk")
    return [(str(line.actor_id), line.object_id, line.details["access"]) for line in lines]


def read(world: World, name: str, rest: str = "") -> None:
    path = f"/api/v1/console/conversations/{world.things['talk']}{rest}"
    assert world.ask(world.actors[name], "GET", path).status_code == 200


def line_of(world: World, name: str, access: str) -> tuple[str, str, str]:
    person = world.actors[name].person
    assert person is not None
    return (str(person.pk), str(world.things["talk"]), access)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "access"), [("supervisor", "supervision"), ("granted", "granted")])
def test_one_look_is_one_line_however_many_pages_it_has(world: World, name: str, access: str) -> None:
    read(world, name)
    read(world, name, "/events?limit=2")
    read(world, name, "/events?after=2")
    assert looks() == [line_of(world, name, access)]


@pytest.mark.django_db
def test_the_next_look_is_another_line(world: World) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        read(world, "supervisor")
        clock.shift(LOOK_LASTS + timedelta(seconds=1))
        read(world, "supervisor")
    assert looks() == [line_of(world, "supervisor", "supervision")] * 2


@pytest.mark.django_db
def test_everybody_who_looks_is_named(world: World) -> None:
    for name in ("supervisor", "granted"):
        read(world, name)
    assert looks() == [line_of(world, "supervisor", "supervision"), line_of(world, "granted", "granted")]


@pytest.mark.django_db
def test_reading_ones_own_is_no_look(world: World) -> None:
    read(world, "holder")
    read(world, "holder", "/events")
    assert looks() == []


@pytest.mark.django_db
def test_who_is_refused_has_seen_nothing_and_leaves_no_line(world: World) -> None:
    for name in ("stranger", "foreign_supervisor", "colleague", "operator"):
        path = f"/api/v1/console/conversations/{world.things['talk']}"
        assert world.ask(world.actors[name], "GET", path).status_code == 404
    assert looks() == []


@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["auditor", "operator"])
def test_the_line_is_there_to_be_read_and_holds_no_text(world: World, reader: str) -> None:
    read(world, "supervisor", "/events")
    line = AuditEntry.objects.get(action="conversation.looked")
    for page in ("?action=conversation.looked", f"{line.pk}/change/"):
        response = world.ask(world.actors[reader], "GET", f"/operator/organisations/auditentry/{page}")
        text = response.content.decode()
        assert response.status_code == 200
        assert str(world.things["talk"]) in text
        assert "conversation.looked" in text
        assert HARBOUR_WORD not in text
