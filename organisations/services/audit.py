"""How a line is added to the audit trail."""

from uuid import UUID

from django.db import models

from organisations.models import AuditEntry, Organisation, Person

Detail = str | int | bool | UUID | None


def record(
    *,
    action: str,
    by: Person | None,
    organisation: Organisation | None = None,
    object_type: str = "",
    object_id: object = "",
    **details: Detail | list[str],
) -> None:
    """Add one line, in the caller's transaction: what was done (a dotted code), by whom (None: the system).

    `details` holds ids and codes, never text that a person wrote; UUIDs are stored as strings.
    """
    AuditEntry.objects.create(
        action=action,
        actor=by,
        actor_kind=AuditEntry.ActorKind.PERSON if by else AuditEntry.ActorKind.SYSTEM,
        organisation=organisation,
        object_type=object_type,
        object_id=str(object_id.pk) if isinstance(object_id, models.Model) else str(object_id),
        details={key: str(value) if isinstance(value, UUID) else value for key, value in details.items()},
    )
