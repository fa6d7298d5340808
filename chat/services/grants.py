"""How does a supervisor end an exceptional right to read a conversation before its time?"""

from uuid import UUID

from django.db import transaction

from chat.errors import NotFoundError
from chat.models import Conversation, ConversationAccess
from chat.permissions import READ_CONVERSATION, SUPERVISE
from chat.services.log import append, lock_conversation, touch_access
from organisations.models import AuditEntry, Person
from organisations.permissions import organisations_with, revoke_access
from organisations.services.audit import record

ENDED = "conversation.grant_ended"


def end_grant(*, conversation_id: UUID, grant_id: int, by: Person, cid: str) -> None:
    """End a grant on a conversation of an organisation that `by` supervises; its holder's pane is blanked.

    Ending again what was ended so is the first answer. Raises NotFoundError.
    """
    with transaction.atomic():
        supervised = Conversation.objects.filter(
            pk=conversation_id, organisation__in=organisations_with(by, SUPERVISE)
        ).select_related("organisation")
        conversation = supervised.first()
        if conversation is None:
            raise NotFoundError
        grant = (
            ConversationAccess.objects.in_force()
            .filter(pk=grant_id, content_object=conversation)
            .select_related("user")
            .first()
        )
        if grant is None:
            if _was_ended(conversation_id, grant_id):
                return
            raise NotFoundError
        reader = grant.user
        # The reader's row first, then the conversation's: the order in which all changes of rights lock.
        revoke_access(
            grant_model=ConversationAccess, of=reader, on=conversation, codename=READ_CONVERSATION, by=by
        )
        locked = lock_conversation(conversation_id)
        touch_access(locked)
        append(locked, [])
        record(
            action=ENDED,
            by=by,
            organisation=conversation.organisation,
            object_type="conversation",
            object_id=str(conversation_id),
            grant=grant_id,
            person=reader.pk,
            cid=cid,
        )


def _was_ended(conversation_id: UUID, grant_id: int) -> bool:
    ended = AuditEntry.objects.filter(
        action=ENDED, object_type="conversation", object_id=str(conversation_id), details__grant=grant_id
    )
    return ended.exists()
