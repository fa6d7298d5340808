"""For which delicate topics and further languages has an organisation cleared one of its counsellors?"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chat.models.language import Language

EVERYBODY_SPEAKS = frozenset({Language.JAPANESE.value, Language.EASY_JAPANESE.value})
"""Every counsellor serves these; all others need a clearance."""
LANGUAGES_TO_CLEAR = tuple(language for language in Language.values if language not in EVERYBODY_SPEAKS)


class ClearanceQuerySet(models.QuerySet["Clearance"]):
    def in_force(self) -> "ClearanceQuerySet":
        return self.filter(ended_at__isnull=True)


class Clearance(models.Model):
    """One counsellor of one organisation may serve one topic that needs it, or one language. Nothing is deleted."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="clearances")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="clearances"
    )
    topic = models.ForeignKey("chat.Topic", on_delete=models.PROTECT, null=True, related_name="clearances")
    language = models.CharField(max_length=8, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = ClearanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(topic__isnull=False, language="")
                | Q(topic__isnull=True, language__in=sorted(LANGUAGES_TO_CLEAR)),
                name="clearance_of_a_topic_or_a_language",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("since")),
                name="clearance_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "topic"],
                condition=Q(ended_at__isnull=True, topic__isnull=False),
                name="clearance_of_topic_in_force_once",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "language"],
                condition=Q(ended_at__isnull=True, topic__isnull=True),
                name="clearance_of_language_in_force_once",
            ),
        ]

    def __str__(self) -> str:
        return f"clearance of {self.person_id} at {self.organisation_id}"
