"""Who was given a conversation, when, by which rule; and how is it recorded when it is over?"""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Assignment(models.Model):
    """A conversation in a counsellor's hands. `reason` holds the rule, the candidates and the load, no text."""

    conversation = models.ForeignKey(
        "chat.Conversation", on_delete=models.CASCADE, related_name="assignments"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="assignments"
    )
    cid = models.CharField(max_length=22)
    reason = models.JSONField()
    assigned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(ended_at__isnull=True), name="assignment_one_at_a_time"
            ),
            models.UniqueConstraint(fields=["person", "cid"], name="assignment_cid_once"),
        ]

    def __str__(self) -> str:
        return f"assignment of {self.conversation_id}"


class WrapUp(models.Model):
    """記録: what a conversation came to, by the counsellor who held it. The note is sealed."""

    class Category(models.TextChoices):
        LISTENED = "listened"
        INFORMED = "informed"
        REFERRED = "referred"
        URGENT = "urgent"
        SILENT = "silent"
        NUISANCE = "nuisance"
        OTHER = "other"

    conversation = models.OneToOneField(
        "chat.Conversation", on_delete=models.CASCADE, primary_key=True, related_name="wrap_up"
    )
    category = models.CharField(max_length=10, choices=Category.choices)
    established = models.BooleanField()
    note = models.BinaryField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"wrap-up of {self.conversation_id}"
