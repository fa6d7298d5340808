"""Can what was recorded ever be changed? On both databases the answer must be no."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from organisations.models import AuditEntry
from organisations.models.audit import AppendOnlyError
from organisations.services.audit import record

from .conftest import House

TABLE = "organisations_auditentry"


@pytest.fixture
def line(harbour: House) -> AuditEntry:
    record(
        action="conversation.looked",
        by=harbour.supervisor,
        organisation=harbour.organisation,
        object_type="conversation",
        object_id=uuid4(),
        reason="supervision",
        conversation=uuid4(),
    )
    entry: AuditEntry = AuditEntry.objects.get(action="conversation.looked")
    return entry


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET action = 'nothing.happened'",
        f"UPDATE {TABLE} SET actor_id = NULL, actor_kind = 'system' WHERE action = 'conversation.looked'",
        f"DELETE FROM {TABLE}",
        f"DELETE FROM {TABLE} WHERE action = 'conversation.looked'",
    ],
)
def test_the_database_itself_refuses(line: AuditEntry, statement: str) -> None:
    before = list(AuditEntry.objects.order_by("pk").values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert list(AuditEntry.objects.order_by("pk").values()) == before


@pytest.mark.postgresql
@pytest.mark.django_db
def test_emptying_the_table_is_refused_too(line: AuditEntry) -> None:
    connection.check_constraints()  # PostgreSQL empties no table whose own checks are still to come
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(f"TRUNCATE {TABLE}")


def test_the_models_refuse_before_the_database_has_to(line: AuditEntry) -> None:
    line.action = "nothing.happened"
    for attempt in (
        line.save,
        line.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="x"),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()
    line.refresh_from_db()
    assert line.action == "conversation.looked"


def test_a_line_says_who_what_and_where_with_ids_as_text(line: AuditEntry, harbour: House) -> None:
    assert line.actor == harbour.supervisor
    assert line.actor_kind == AuditEntry.ActorKind.PERSON
    assert line.organisation == harbour.organisation
    assert set(line.details) == {"reason", "conversation"}
    assert all(isinstance(value, str) for value in line.details.values())


def test_what_the_system_did_names_nobody(db: None) -> None:
    record(action="conversation.forgotten", by=None, object_type="conversation", object_id=uuid4())
    entry = AuditEntry.objects.get()
    assert entry.actor is None
    assert entry.actor_kind == AuditEntry.ActorKind.SYSTEM


def test_a_line_of_a_person_without_the_person_cannot_be_written(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.create(action="x", actor_kind="person")


def test_nobody_in_the_trail_can_be_deleted_from_under_it(line: AuditEntry, harbour: House) -> None:
    harbour.organisation.memberships.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        harbour.organisation.delete()


def test_a_line_disappears_with_the_change_it_tells_of(harbour: House) -> None:
    with transaction.atomic():
        record(action="membership.ended", by=harbour.manager)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.filter(action="membership.ended").exists()
