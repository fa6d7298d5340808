"""How does a staff member's part in a conversation begin and end, and what is the help-seeker told of it?"""

from datetime import datetime

from chat.models import Conversation, Entry, Participant
from chat.services.log import Draft
from organisations.models import Organisation, Person


def begin_part(
    conversation: Conversation, person: Person, organisation: Organisation, *, at: datetime
) -> Draft:
    """The person takes part as counsellor of a locked conversation from now on."""
    participant = Participant.objects.create(
        conversation=conversation,
        role=Participant.Role.COUNSELLOR,
        person=person,
        organisation=organisation,
        name=person.display_name,
        joined_at=at,
    )
    return Draft(
        kind=Entry.Kind.JOINED,
        role=participant.role,
        public=True,
        participant_id=participant.pk,
        data={
            "participant": {
                "id": str(participant.pk),
                "role": participant.role,
                "name": participant.name,
                "organisation": organisation.name_in(conversation.language),
            }
        },
    )


def end_part(conversation: Conversation, person: Person, *, reason: str, at: datetime) -> list[Draft]:
    """The person's part in a locked conversation is over; nothing when they had none."""
    participant = present_part(conversation, person)
    if participant is None:
        return []
    participant.left_at = at
    participant.save(update_fields=["left_at"])
    return [
        Draft(
            kind=Entry.Kind.LEFT,
            role=participant.role,
            public=True,
            participant_id=participant.pk,
            data={"reason": reason},
        )
    ]


def present_part(conversation: Conversation, person: Person) -> Participant | None:
    return conversation.participants.filter(person=person, left_at__isnull=True).first()
