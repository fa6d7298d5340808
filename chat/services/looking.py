"""How does a staff member open a conversation? Somebody who does not hold it leaves a trace of having looked."""

from uuid import UUID

from chat.selectors.conversation import StaffAccess, staff_access
from organisations.models import Person
from organisations.services.audit import record


def open_for_reading(*, person: Person, conversation_id: UUID, look: bool = True) -> StaffAccess:
    """The person's access to the conversation. A look by anybody but its counsellor is audited.

    `look=False` only asks whether the right still stands. Raises NotFoundError.
    """
    access = staff_access(person, conversation_id)
    if look and access.access != "own":
        record(
            action="conversation.looked",
            by=person,
            organisation=access.conversation.organisation,
            object_type="conversation",
            object_id=str(conversation_id),
            access=access.access,
        )
    return access
