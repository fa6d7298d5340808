"""Who is on duty, ready for how many conversations at once, and whose browser is really there?"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

DEFAULT_CAPACITY = 2
MOST_CAPACITY = 50


class Presence(models.Model):
    """A counsellor's own word (status, capacity) times a connection lease that pings renew.

    This row is also the lock under which a counsellor's load is counted.
    """

    class Status(models.TextChoices):
        AVAILABLE = "available"
        AWAY = "away"

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="presence"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.AWAY)
    capacity = models.PositiveSmallIntegerField(default=DEFAULT_CAPACITY)
    lease_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=MOST_CAPACITY), name="presence_capacity_in_range"
            )
        ]

    def __str__(self) -> str:
        return f"presence of {self.person_id}"

    def gone_since(self, now: datetime) -> datetime | None:
        """When the last sign of the person's browser ran out; None while it is there."""
        until = self.lease_until or self.changed_at
        return until if until <= now else None
