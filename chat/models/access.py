"""Which key opens a conversation's text, and who beyond its own people may read it?"""

from django.db import models

from organisations.models import AccessGrant


class ConversationKey(models.Model):
    """The conversation's data key, wrapped by a master key. Deleting this row is forgetting the text."""

    conversation = models.OneToOneField(
        "chat.Conversation", on_delete=models.CASCADE, primary_key=True, related_name="key"
    )
    master_key_id = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"key of {self.conversation_id}"


class ConversationAccess(AccessGrant):
    """An exception for one person on one conversation, with purpose, granter and expiry."""

    content_object = models.ForeignKey(
        "chat.Conversation", on_delete=models.CASCADE, related_name="access_grants"
    )

    def __str__(self) -> str:
        return f"access to {self.content_object_id}"
