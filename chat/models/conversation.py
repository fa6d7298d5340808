"""What is one conversation: who asked, about what, how far it has come, and where its two streams stand?"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from chat.models.lifecycle import ASSIGNED, OPEN, Status


class HelpSeeker(models.Model):
    """相談者: known by the hash of one bearer, and by nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, null=True)  # SHA-256, hex; null once revoked
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(token_hash__isnull=True, revoked_at__isnull=False)
                | Q(token_hash__isnull=False, revoked_at__isnull=True),
                name="help_seeker_revoked_has_no_token",
            )
        ]

    def __str__(self) -> str:
        return f"help-seeker {self.pk}"


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """The words in which conversations are asked for."""

    def waiting(self) -> "ConversationQuerySet":
        return self.filter(status=Status.WAITING)

    def in_queue_order(self) -> "ConversationQuerySet":
        """Priority first, then the longest wait; the id settles a tie so that the order is total."""
        return self.order_by("-priority", "waiting_since", "id")

    def held_by_counsellors(self) -> "ConversationQuerySet":
        return self.filter(status__in=ASSIGNED)

    def open(self) -> "ConversationQuerySet":
        return self.filter(status__in=OPEN)


class Conversation(models.Model):
    """相談: one help-seeker, one topic, at most one organisation that answers.

    `public_seq` and `staff_seq` are the heads of its two streams; both move only under this row's lock.
    `access_version` rises with every change of who may read it, so that a socket can notice a missed one.
    """

    class EndReason(models.TextChoices):
        COMPLETED = "completed"
        SEEKER_LEFT = "seeker_left"
        UNSEEN = "unseen"
        CLOSED_BY_STAFF = "closed_by_staff"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    help_seeker = models.OneToOneField(HelpSeeker, on_delete=models.PROTECT, related_name="conversation")
    request_cid = models.CharField(max_length=22)
    topic = models.ForeignKey("chat.Topic", on_delete=models.PROTECT, related_name="conversations")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="conversations"
    )
    entry_organisation = models.ForeignKey(  # whose page it began on; gives that organisation no right
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    counsellor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="conversations"
    )
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.REQUESTED)
    language = models.CharField(max_length=8)
    priority = models.SmallIntegerField(default=0)
    public_seq = models.PositiveIntegerField(default=0)
    staff_seq = models.PositiveIntegerField(default=0)
    access_version = models.PositiveIntegerField(default=0)
    notice = models.ForeignKey("chat.Notice", on_delete=models.PROTECT, related_name="+")
    notice_accepted_at = models.DateTimeField()
    answers = models.BinaryField(null=True)  # sealed JSON of the pre-chat answers
    end_reason = models.CharField(max_length=16, choices=EndReason.choices, blank=True)

    requested_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)  # a counsellor has spoken
    established_at = models.DateTimeField(null=True)  # both have spoken
    wrapped_up_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seeker_left_at = models.DateTimeField(null=True)
    last_seeker_at = models.DateTimeField(null=True)
    last_staff_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("read_conversation", "May read this conversation")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=sorted(ASSIGNED), counsellor__isnull=False, organisation__isnull=False)
                | ~Q(status__in=sorted(ASSIGNED)),
                name="conversation_assigned_has_counsellor",
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(OPEN), ended_at__isnull=True)
                | Q(~Q(status__in=sorted(OPEN)), ended_at__isnull=False),
                name="conversation_ended_has_time",
            ),
            models.CheckConstraint(
                condition=Q(public_seq__lte=models.F("staff_seq")), name="conversation_public_within_staff"
            ),
        ]
        indexes = [
            models.Index(
                "topic",
                models.F("priority").desc(),
                "waiting_since",
                "id",
                condition=Q(status=Status.WAITING),
                name="conversation_queue",
            ),
            models.Index(
                fields=["organisation", "status", "-accepted_at"], name="conversation_of_organisation"
            ),
            models.Index(fields=["counsellor", "status"], name="conversation_of_counsellor"),
            models.Index(fields=["topic", "accepted_at"], name="conversation_accepts"),
            models.Index(fields=["ended_at"], name="conversation_ended"),
        ]

    def __str__(self) -> str:
        return f"conversation {self.pk}"
