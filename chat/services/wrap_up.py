"""How is it recorded what a conversation came to?"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat.errors import BadFrameError, ConversationClosedError, NotFoundError
from chat.models import Conversation, Entry, WrapUp
from chat.models.lifecycle import ENDED, Status, check_step
from chat.sealing import WRAP_UP_PLACE
from chat.selectors.conversation import staff_access
from chat.selectors.keys import cipher_of
from chat.services.log import Draft, append, lock_conversation
from chat.services.settling import settle_open
from chat.services.text import usable_text
from organisations.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The counsellor's record: category code, whether both really spoke, a short note (may be empty)."""

    category: str
    established: bool
    note: str


def record_wrap_up(*, conversation_id: UUID, by: Person, cid: str, outcome: Outcome) -> Conversation:
    """Record the outcome; recording again corrects it until the conversation is closed.

    Raises NotFoundError, BadFrameError, ConversationClosedError, a body error for an unusable note.
    """
    if outcome.category not in WrapUp.Category.values:
        raise BadFrameError
    note = usable_text(outcome.note) if outcome.note.strip() else ""
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        if staff_access(by, conversation_id).access != "own":
            raise NotFoundError
        participant = conversation.participants.filter(person=by).order_by("-joined_at").first()
        if participant is None:
            raise NotFoundError
        if conversation.entries.filter(participant=participant, cid=cid).exists():
            return conversation
        if conversation.status in ENDED:
            raise ConversationClosedError
        _store(conversation, by, outcome, note)
        done = Draft(
            kind=Entry.Kind.WRAPPED_UP,
            role=participant.role,
            public=False,
            participant_id=participant.pk,
            cid=cid,
            data={"category": outcome.category, "established": outcome.established},
        )
        append(conversation, [*settle_open(conversation, at=timezone.now()), done])
        return conversation


def _store(conversation: Conversation, by: Person, outcome: Outcome, note: str) -> None:
    now = timezone.now()
    if conversation.status != Status.WRAPPED_UP:
        check_step(conversation.status, Status.WRAPPED_UP)
        conversation.status = Status.WRAPPED_UP
        conversation.wrapped_up_at = now
    WrapUp.objects.update_or_create(
        conversation=conversation,
        defaults={
            "category": outcome.category,
            "established": outcome.established,
            "note": cipher_of(conversation.pk).seal(note, WRAP_UP_PLACE) if note else None,
            "by": by,
            "at": now,
        },
    )
