"""Who takes part in a conversation, from when until when, and how far each has read?"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Participant(models.Model):
    """One person's part in one conversation. `left_at` empty is the right to write, checked at every send."""

    class Role(models.TextChoices):
        SEEKER = "seeker"
        COUNSELLOR = "counsellor"
        SUPERVISOR = "supervisor"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(
        "chat.Conversation", on_delete=models.CASCADE, related_name="participants"
    )
    role = models.CharField(max_length=10, choices=Role.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="participations"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(max_length=60, blank=True)  # the staff member's display name on joining
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    seen_upto = models.PositiveIntegerField(default=0)  # in the numbering of the participant's own stream

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "person"],
                condition=Q(left_at__isnull=True, person__isnull=False),
                name="participant_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(role="seeker"), name="participant_one_seeker"
            ),
            models.CheckConstraint(
                condition=Q(role="seeker", person__isnull=True) | Q(~Q(role="seeker"), person__isnull=False),
                name="participant_seeker_is_nobody_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"], condition=Q(left_at__isnull=True), name="participant_present_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"
