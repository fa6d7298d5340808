"""Which sentences does a counsellor keep ready? Staff text put into the composer, never sent by itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.models.language import Language


class CannedPhrase(models.Model):
    """Belongs to an organisation (its manager keeps it) or to one person, never to both."""

    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="canned_phrases",
        verbose_name=_("organisation"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="canned_phrases",
        verbose_name=_("person"),
    )
    language = models.CharField(
        _("language"), max_length=10, choices=Language.choices, default=Language.JAPANESE
    )
    shortcut = models.CharField(_("shortcut"), max_length=30)
    text = models.TextField(_("text"), max_length=4000)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "shortcut", "pk"]
        verbose_name = _("canned phrase")
        verbose_name_plural = _("canned phrases")
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, person__isnull=True)
                | Q(organisation__isnull=True, person__isnull=False),
                name="canned_phrase_has_one_owner",
                violation_error_message=_("A phrase belongs to an organisation or to a person."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "language", "shortcut"],
                condition=Q(organisation__isnull=False),
                name="canned_phrase_once_per_organisation",
            ),
            models.UniqueConstraint(
                fields=["person", "language", "shortcut"],
                condition=Q(person__isnull=False),
                name="canned_phrase_once_per_person",
            ),
        ]

    def __str__(self) -> str:
        return self.shortcut
