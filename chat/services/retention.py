"""What is forgotten, and when? Destroying the data key makes a conversation's text unreadable, backups included;
numbers, times and codes stay for the statistics."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chat.models import Conversation, ConversationKey, Entry, HelpSeeker, Transfer, WrapUp
from chat.selectors.keys import drop_kept
from chat.services.log import append, lock_conversation, touch_access
from organisations.services.audit import record

BATCH = 200


def forget_old_conversations() -> int:
    """Forget what ended longer ago than the retention period; how many were forgotten."""
    before = timezone.now() - timedelta(days=settings.TOMOSHIBI.retention_days)
    return sum(forget_conversation(conversation_id=pk) for pk in _due(before))


def forget_conversation(*, conversation_id: UUID) -> bool:
    """Destroy the key, empty the sealed fields, revoke the bearer; False when that was done before."""
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        if conversation.forgotten_at is not None or conversation.ended_at is None:
            return False
        now = timezone.now()
        ConversationKey.objects.filter(conversation=conversation).delete()
        Entry.objects.filter(conversation=conversation, body__isnull=False).update(body=None)
        WrapUp.objects.filter(conversation=conversation).update(note=None)
        Transfer.objects.filter(conversation=conversation).update(note=None)
        HelpSeeker.objects.filter(pk=conversation.help_seeker_id, revoked_at__isnull=True).update(
            token_hash=None, revoked_at=now
        )
        conversation.answers = None
        conversation.forgotten_at = now
        touch_access(conversation)
        append(conversation, [])
        record(
            action="conversation.forgotten",
            by=None,
            organisation=conversation.organisation,
            object_type="conversation",
            object_id=str(conversation_id),
        )
    drop_kept(conversation_id)
    return True


def _due(before: datetime) -> list[UUID]:
    due = Conversation.objects.filter(ended_at__lt=before, forgotten_at__isnull=True).order_by("ended_at")
    return list(due.values_list("pk", flat=True)[:BATCH])
