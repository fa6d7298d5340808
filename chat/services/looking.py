"""How does a staff member open a conversation? Somebody who does not hold it leaves a trace of having looked."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat.selectors.conversation import StaffAccess, staff_access
from organisations.models import AuditEntry, Person
from organisations.services.audit import record

LOOK_LASTS = timedelta(minutes=10)
"""Paging, what stands beside, a reconnected socket: still the same look."""
LOOKED = "conversation.looked"


def open_for_reading(*, person: Person, conversation_id: UUID, look: bool = True) -> StaffAccess:
    """The person's access to the conversation. A look by anybody but its counsellor is audited, once a look.

    `look=False` only asks whether the right still stands. Raises NotFoundError.
    """
    access = staff_access(person, conversation_id)
    if look and access.access != "own":
        _record_look(person, access)
    return access


@transaction.atomic
def _record_look(person: Person, access: StaffAccess) -> None:
    # A console asks over the socket and over HTTP at the same moment: one of the two waits here.
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    seen = AuditEntry.objects.filter(
        actor=person,
        action=LOOKED,
        object_type="conversation",
        object_id=str(access.conversation.pk),
        at__gt=timezone.now() - LOOK_LASTS,
    )
    if not seen.exists():
        record(
            action=LOOKED,
            by=person,
            organisation=access.conversation.organisation,
            object_type="conversation",
            object_id=str(access.conversation.pk),
            access=access.access,
        )
