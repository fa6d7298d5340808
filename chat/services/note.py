"""How does a staff member leave a note that the help-seeker can never see?"""

from uuid import UUID

from django.db import transaction

from chat.errors import ConversationClosedError, NotFoundError
from chat.models import Entry, Participant
from chat.models.lifecycle import ENDED
from chat.selectors.conversation import staff_access
from chat.services.log import Draft, answer_to, append, lock_conversation
from chat.services.text import usable_text
from organisations.models import Person


def post_note(*, conversation_id: UUID, by: Person, cid: str, body: str) -> Entry:
    """A note in the staff stream. A repeat gets the first answer.

    Raises NotFoundError (not taking part), ConversationClosedError, a body error for an unusable text.
    """
    text = usable_text(body)
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        staff_access(by, conversation_id)  # who may no longer read may not write either
        participant = (
            Participant.objects.filter(conversation=conversation, person=by).order_by("-joined_at").first()
        )
        if participant is None:
            raise NotFoundError
        earlier = answer_to(conversation.pk, participant.pk, cid)
        if earlier is not None:
            return earlier
        if participant.left_at is not None and conversation.status not in ENDED:
            raise NotFoundError
        if conversation.status in ENDED:
            raise ConversationClosedError
        note = Draft(
            kind=Entry.Kind.NOTE,
            role=participant.role,
            public=False,
            participant_id=participant.pk,
            cid=cid,
            body=text,
        )
        return append(conversation, [note])[0]
