"""What is a help-seeker told before the conversation? Versioned: conversations store what was accepted."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet["Notice"]):
    def published(self) -> Self:
        return self.filter(published_at__lte=timezone.now())


class Notice(models.Model):
    """Who answers, hours, limits of secrecy, recording, retention, who may be told. One fact a line."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    title_ja = models.CharField(_("title (Japanese)"), max_length=80)
    title_en = models.CharField(_("title (English)"), max_length=80, blank=True)
    title_easy = models.CharField(_("title (plain Japanese)"), max_length=80, blank=True)
    body_ja = models.TextField(_("text (Japanese)"), max_length=2000)
    body_en = models.TextField(_("text (English)"), max_length=2000, blank=True)
    body_easy = models.TextField(_("text (plain Japanese)"), max_length=2000, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self) -> str:
        return f"{self.version}: {self.title_ja}"
