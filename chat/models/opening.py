"""When is a topic open? Rows that an operator enters; chat.selectors.opening calculates from them.

Hours are minutes after midnight in Japan plus a length, so that a night from 22:00 to 05:00 is one row.
"""

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

MINUTES_A_DAY = 1440
OPENS_VALIDATORS = [MinValueValidator(0), MaxValueValidator(MINUTES_A_DAY - 1)]
LENGTH_VALIDATORS = [MinValueValidator(1), MaxValueValidator(MINUTES_A_DAY)]


def interval(opens: time, closes: time) -> tuple[int, int]:
    """Start and length in minutes. An end not after the start is on the next day; 09:00-09:00 is 24 hours."""
    start = opens.hour * 60 + opens.minute
    end = closes.hour * 60 + closes.minute
    return start, (end - start) % MINUTES_A_DAY or MINUTES_A_DAY


def clock_text(opens_minute: int, length_minutes: int) -> str:
    """`22:00-05:00`; an end at midnight reads 24:00 on the day itself."""
    end = opens_minute + length_minutes
    closes = end if end <= MINUTES_A_DAY else end - MINUTES_A_DAY
    return f"{opens_minute // 60:02}:{opens_minute % 60:02}-{closes // 60:02}:{closes % 60:02}"


class Campaign(models.Model):
    """Days around the clock, such as Golden Week. Open throughout, whatever hours and holidays say."""

    topic = models.ForeignKey(
        "chat.Topic",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="campaigns",
        verbose_name=_("topic"),
        help_text=_("Empty: all topics."),
    )
    name_ja = models.CharField(_("name (Japanese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80, blank=True)
    name_easy = models.CharField(_("name (plain Japanese)"), max_length=80, blank=True)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="campaign_ends_after_it_starts",
                violation_error_message=_("The end must be later than the start."),
            )
        ]

    def __str__(self) -> str:
        return self.name_ja


class OpeningWindow(models.Model):
    """One weekly interval of one topic; a day may have several, and they may overlap."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    topic = models.ForeignKey(
        "chat.Topic", on_delete=models.CASCADE, related_name="opening_windows", verbose_name=_("topic")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens_minute = models.PositiveSmallIntegerField(_("opens (minutes)"), validators=OPENS_VALIDATORS)
    length_minutes = models.PositiveSmallIntegerField(_("length (minutes)"), validators=LENGTH_VALIDATORS)

    class Meta:
        ordering = ["topic", "weekday", "opens_minute"]
        verbose_name = _("weekly hours")
        verbose_name_plural = _("weekly hours")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="opening_window_weekday"),
            models.CheckConstraint(
                condition=Q(opens_minute__lt=MINUTES_A_DAY), name="opening_window_opens_within_the_day"
            ),
            models.CheckConstraint(
                condition=Q(length_minutes__gte=1, length_minutes__lte=MINUTES_A_DAY),
                name="opening_window_lasts_a_minute_to_a_day",
            ),
        ]

    def __str__(self) -> str:
        hours = clock_text(self.opens_minute, self.length_minutes)
        return f"{self.topic}: {self.Weekday(self.weekday).label} {hours}"


class DateException(models.Model):
    """One date on which the weekly hours do not hold: closed (a holiday) or open beyond them."""

    class Kind(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    topic = models.ForeignKey(
        "chat.Topic",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="date_exceptions",
        verbose_name=_("topic"),
        help_text=_("Empty: all topics."),
    )
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    opens_minute = models.PositiveSmallIntegerField(
        _("from (minutes)"), null=True, blank=True, validators=OPENS_VALIDATORS
    )
    length_minutes = models.PositiveSmallIntegerField(
        _("length (minutes)"), null=True, blank=True, validators=LENGTH_VALIDATORS
    )
    note_ja = models.CharField(_("note (Japanese)"), max_length=120, blank=True)
    note_en = models.CharField(_("note (English)"), max_length=120, blank=True)
    note_easy = models.CharField(_("note (plain Japanese)"), max_length=120, blank=True)

    class Meta:
        ordering = ["date", "opens_minute"]
        verbose_name = _("date exception")
        verbose_name_plural = _("date exceptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_minute__isnull=True, length_minutes__isnull=True)
                | Q(
                    # Without these two a NULL makes the check unknown, and an unknown check passes.
                    opens_minute__isnull=False,
                    length_minutes__isnull=False,
                    opens_minute__lt=MINUTES_A_DAY,
                    length_minutes__gte=1,
                    length_minutes__lte=MINUTES_A_DAY,
                ),
                name="date_exception_whole_day_or_interval",
                violation_error_message=_("Give both times, or neither for the whole day."),
            ),
            models.CheckConstraint(condition=Q(kind__in=["open", "closed"]), name="date_exception_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.Kind(self.kind).label}"
