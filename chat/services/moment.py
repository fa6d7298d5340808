"""How does a counsellor who thinks tell the person who waits that they are still there?"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat.errors import ConversationClosedError, NotFoundError, RateLimitedError, WrongStateError
from chat.models import Conversation, Entry, Participant
from chat.models.lifecycle import ENDED, Status
from chat.selectors.conversation import staff_access
from chat.services.log import Draft, answer_to, append, lock_conversation
from organisations.models import Person

APART = timedelta(minutes=1)


def ask_for_a_moment(*, conversation_id: UUID, by: Person, cid: str) -> Entry:
    """Tell the help-seeker that the counsellor is thinking, at most once a minute. A repeat gets the first answer.

    Raises NotFoundError (not theirs), ConversationClosedError, WrongStateError (wrapped up), RateLimitedError.
    """
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        if staff_access(by, conversation_id).access != "own":
            raise NotFoundError
        participant = _counsellor(conversation, by)
        earlier = answer_to(conversation.pk, participant.pk, cid)
        if earlier is not None:
            return earlier
        _check(conversation, participant)
        moment = Draft(
            kind=Entry.Kind.MOMENT,
            role=participant.role,
            public=True,
            participant_id=participant.pk,
            cid=cid,
        )
        return append(conversation, [moment])[0]


def _counsellor(conversation: Conversation, person: Person) -> Participant:
    parts = conversation.participants.filter(person=person, role=Participant.Role.COUNSELLOR)
    participant = parts.order_by("-joined_at").first()
    if participant is None:
        raise NotFoundError
    return participant


def _check(conversation: Conversation, participant: Participant) -> None:
    if conversation.status in ENDED or conversation.seeker_left_at is not None:
        raise ConversationClosedError
    if conversation.status not in (Status.ACCEPTED, Status.ACTIVE):
        raise WrongStateError
    now = timezone.now()
    moments = conversation.entries.filter(kind=Entry.Kind.MOMENT, participant=participant, at__gt=now - APART)
    lately = moments.order_by("-staff_seq").first()
    if lately is not None:
        raise RateLimitedError(retry_after=(lately.at + APART - now).total_seconds())
