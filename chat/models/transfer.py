"""Who has offered a conversation to whom, and what came of it?"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

OFFER_LASTS = timedelta(minutes=10)
NOTE_LIMIT = 1000


class TransferQuerySet(models.QuerySet["Transfer"]):
    """The words in which transfers are asked for."""

    def open(self) -> "TransferQuerySet":
        """Offered, and the giver still holds the conversation."""
        return self.filter(
            status=Transfer.Status.OFFERED,
            created_at__gt=timezone.now() - OFFER_LASTS,
            conversation__counsellor=models.F("from_person"),
            conversation__seeker_left_at__isnull=True,
        )

    def overdue(self) -> "TransferQuerySet":
        return self.filter(
            status=Transfer.Status.OFFERED, created_at__lte=timezone.now() - OFFER_LASTS
        ).order_by("created_at", "id")


class Transfer(models.Model):
    """引き継ぎ: a conversation handed sideways, to a person, an organisation or another topic's queue.

    Offered, the giver still holds it. `to_organisation` of a person is the one for which they would answer.
    The required note is sealed with the conversation's key.
    """

    class Kind(models.TextChoices):
        PERSON = "person"
        ORGANISATION = "organisation"
        TOPIC = "topic"

    class Status(models.TextChoices):
        OFFERED = "offered"
        ACCEPTED = "accepted"
        WITHDRAWN = "withdrawn"
        DECLINED = "declined"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="transfers")
    from_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="transfers_given"
    )
    from_organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    to_kind = models.CharField(max_length=12, choices=Kind.choices)
    to_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="transfers_offered"
    )
    to_organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_topic = models.ForeignKey("chat.Topic", on_delete=models.PROTECT, null=True, related_name="+")
    cid = models.CharField(max_length=22)
    settled_cid = models.CharField(max_length=22, blank=True)  # of the command that settled it, if one did
    note = models.BinaryField(null=True)  # sealed, see chat.sealing; null once forgotten
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OFFERED)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(status="offered"),
                name="transfer_one_open_a_conversation",
            ),
            models.UniqueConstraint(fields=["from_person", "cid"], name="transfer_cid_once"),
            models.CheckConstraint(
                condition=Q(
                    to_kind="person",
                    to_person__isnull=False,
                    to_organisation__isnull=False,
                    to_topic__isnull=True,
                )
                | Q(
                    to_kind="organisation",
                    to_person__isnull=True,
                    to_organisation__isnull=False,
                    to_topic__isnull=True,
                )
                | Q(
                    to_kind="topic",
                    to_person__isnull=True,
                    to_organisation__isnull=True,
                    to_topic__isnull=False,
                ),
                name="transfer_has_one_target",
            ),
            models.CheckConstraint(
                condition=Q(status="offered", settled_at__isnull=True)
                | Q(~Q(status="offered"), settled_at__isnull=False),
                name="transfer_settled_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(status="offered"), name="transfer_open"),
        ]

    def __str__(self) -> str:
        return f"transfer of {self.conversation_id}"

    @property
    def expires_at(self) -> datetime:
        return self.created_at + OFFER_LASTS
