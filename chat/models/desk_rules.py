"""How long may an organisation's desk leave a person without a counsellor, or without an answer?"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

MOST_MINUTES = 60
GONE_MINUTES = 5
SILENT_NUDGE_MINUTES = 3
SILENT_ALERT_MINUTES = 6

_IN_RANGE = [MinValueValidator(1), MaxValueValidator(MOST_MINUTES)]


class DeskRules(models.Model):
    """One organisation's limits in minutes; an organisation without a row has the defaults."""

    organisation = models.OneToOneField(
        "organisations.Organisation",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="desk_rules",
        verbose_name=_("organisation"),
    )
    gone_minutes = models.PositiveSmallIntegerField(
        _("minutes without connection until a conversation goes back to the queue"),
        default=GONE_MINUTES,
        validators=_IN_RANGE,
    )
    silent_nudge_minutes = models.PositiveSmallIntegerField(
        _("minutes without an answer until the counsellor is reminded"),
        default=SILENT_NUDGE_MINUTES,
        validators=_IN_RANGE,
    )
    silent_alert_minutes = models.PositiveSmallIntegerField(
        _("minutes without an answer until supervisors are told"),
        default=SILENT_ALERT_MINUTES,
        validators=_IN_RANGE,
    )

    class Meta:
        verbose_name = _("desk rules")
        verbose_name_plural = _("desk rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(gone_minutes__gte=1, gone_minutes__lte=MOST_MINUTES),
                name="desk_rules_gone_in_range",
            ),
            models.CheckConstraint(
                condition=Q(silent_nudge_minutes__gte=1, silent_alert_minutes__lte=MOST_MINUTES)
                & Q(silent_alert_minutes__gte=F("silent_nudge_minutes")),
                name="desk_rules_nudge_before_alert",
                violation_error_message=_("The counsellor is reminded before supervisors are told."),
            ),
        ]

    def __str__(self) -> str:
        return f"desk rules of {self.organisation_id}"
