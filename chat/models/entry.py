"""What was said and done in a conversation, in order? The log that is the only truth."""

from django.db import models
from django.db.models import F, Q


class Entry(models.Model):
    """One row of a conversation's log; written once, never changed, its body emptied only by forgetting.

    `staff_seq` numbers every row, `public_seq` only those the help-seeker may know.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message"
        JOINED = "joined"
        LEFT = "left"
        CLOSED = "closed"
        MOMENT = "moment"
        NOTE = "note"
        ASSIGNED = "assigned"
        WRAPPED_UP = "wrapped_up"
        TRANSFER = "transfer"

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(
        "chat.Conversation", on_delete=models.CASCADE, related_name="entries", db_index=False
    )
    staff_seq = models.PositiveIntegerField()
    public_seq = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    role = models.CharField(max_length=10)
    participant = models.ForeignKey(
        "chat.Participant", on_delete=models.CASCADE, null=True, related_name="entries", db_index=False
    )
    cid = models.CharField(max_length=22, null=True)
    body = models.BinaryField(null=True)  # sealed, see chat.sealing
    data = models.JSONField(null=True)  # codes, numbers and ids only
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "staff_seq"], name="entry_staff_seq_once"),
            models.UniqueConstraint(fields=["conversation", "public_seq"], name="entry_public_seq_once"),
            models.UniqueConstraint(fields=["conversation", "participant", "cid"], name="entry_cid_once"),
            models.CheckConstraint(
                condition=Q(public_seq__isnull=True) | Q(public_seq__lte=F("staff_seq")),
                name="entry_public_within_staff",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["note", "assigned", "wrapped_up", "transfer"])
                | Q(public_seq__isnull=True),
                name="entry_staff_kinds_are_not_public",
            ),
            models.CheckConstraint(
                condition=~Q(kind="moment") | Q(public_seq__isnull=False, body__isnull=True),
                name="entry_moment_is_public_and_wordless",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.staff_seq} of {self.conversation_id}"
