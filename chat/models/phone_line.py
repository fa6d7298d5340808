"""Which telephone numbers stand beside the chat? An operator enters each; none comes with the code."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PhoneLine(models.Model):
    topic = models.ForeignKey(
        "chat.Topic",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="phone_lines",
        verbose_name=_("topic"),
        help_text=_("Empty: shown with every topic."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    label_ja = models.CharField(_("label (Japanese)"), max_length=80)
    label_en = models.CharField(_("label (English)"), max_length=80, blank=True)
    label_easy = models.CharField(_("label (plain Japanese)"), max_length=80, blank=True)
    number = models.CharField(_("number"), max_length=40)
    hours_ja = models.CharField(_("hours (Japanese)"), max_length=120, blank=True)
    hours_en = models.CharField(_("hours (English)"), max_length=120, blank=True)
    hours_easy = models.CharField(_("hours (plain Japanese)"), max_length=120, blank=True)
    verified_on = models.DateField(
        _("verified on"), null=True, blank=True, help_text=_("The day somebody last rang it up.")
    )
    is_demo = models.BooleanField(_("demonstration only"), default=False)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("phone line")
        verbose_name_plural = _("phone lines")

    def __str__(self) -> str:
        return f"{self.label_ja} {self.number}"
