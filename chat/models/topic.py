"""What can a help-seeker ask for, who serves it, and what may be asked before the conversation?"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.language import SUFFIXES


class TopicQuerySet(models.QuerySet["Topic"]):
    def active(self) -> "TopicQuerySet":
        return self.filter(is_active=True)

    def served(self) -> "TopicQuerySet":
        """Topics that at least one active organisation serves at present."""
        return self.filter(Exists(TopicService.objects.in_force().filter(topic=OuterRef("pk"))))


class Topic(models.Model):
    """A line of the menu, with a waiting queue of its own."""

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("everyone")
        MINORS = "minors", _("people up to 18")
        WOMEN = "women", _("women")
        PARENTS = "parents", _("parents")
        FOREIGN_RESIDENTS = "foreign_residents", _("people whose first language is not Japanese")

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name_ja = models.CharField(_("name (Japanese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60, blank=True)
    name_easy = models.CharField(_("name (plain Japanese)"), max_length=60, blank=True)
    description_ja = models.CharField(_("description (Japanese)"), max_length=200, blank=True)
    description_en = models.CharField(_("description (English)"), max_length=200, blank=True)
    description_easy = models.CharField(_("description (plain Japanese)"), max_length=200, blank=True)
    audience = models.CharField(
        _("audience"), max_length=20, choices=Audience.choices, default=Audience.EVERYONE
    )
    is_active = models.BooleanField(_("in the menu"), default=False)
    needs_clearance = models.BooleanField(
        _("needs clearance"), default=False, help_text=_("Only counsellors cleared for this topic serve it.")
    )
    priority_base = models.SmallIntegerField(
        _("base priority"), default=0, help_text=_("Added to the priority of everyone who waits here.")
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["position", "slug"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.name_ja


class TopicServiceQuerySet(models.QuerySet["TopicService"]):
    def in_force(self) -> "TopicServiceQuerySet":
        return self.filter(is_active=True, organisation__is_active=True)


class TopicService(models.Model):
    """One organisation serves one topic."""

    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, related_name="services", verbose_name=_("topic")
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        related_name="topic_services",
        verbose_name=_("organisation"),
    )
    is_active = models.BooleanField(_("in force"), default=True)
    since = models.DateTimeField(_("since"), default=timezone.now)

    objects = TopicServiceQuerySet.as_manager()

    class Meta:
        ordering = ["topic__position", "organisation__name"]
        verbose_name = _("topic service")
        verbose_name_plural = _("topic services")
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "organisation"], name="topic_service_once_per_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} / {self.organisation}"


def check_choices(choices: Any) -> None:
    """A choice is `{"value": ..., "ja": ..., "en": ..., "easy": ...}`; `value` and `ja` are musts."""
    if not isinstance(choices, list):
        raise ValidationError(_("Choices are a list."))
    values: set[str] = set()
    for choice in choices:
        if not isinstance(choice, dict) or not set(choice) <= {"value", *SUFFIXES.values()}:
            raise ValidationError(_("A choice has a value and its labels: value, ja, en, easy."))
        if not all(isinstance(text, str) for text in choice.values()):
            raise ValidationError(_("A choice has a value and its labels: value, ja, en, easy."))
        if not choice.get("value") or not choice.get("ja"):
            raise ValidationError(_("A choice needs a value and a Japanese label."))
        if choice["value"] in values:
            raise ValidationError(_("Two choices have the same value."))
        values.add(choice["value"])


class PreChatQuestion(models.Model):
    """A short question before the conversation. Each can be skipped: no field demands an answer."""

    class Kind(models.TextChoices):
        CHOICE = "choice", _("choice")
        TEXT = "text", _("text")

    topic = models.ForeignKey(
        Topic, on_delete=models.CASCADE, related_name="questions", verbose_name=_("topic")
    )
    key = models.SlugField(_("key"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    label_ja = models.CharField(_("question (Japanese)"), max_length=120)
    label_en = models.CharField(_("question (English)"), max_length=120, blank=True)
    label_easy = models.CharField(_("question (plain Japanese)"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CHOICE)
    choices = models.JSONField(_("choices"), default=list, blank=True, validators=[check_choices])

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("pre-chat question")
        verbose_name_plural = _("pre-chat questions")
        constraints = [
            models.UniqueConstraint(fields=["topic", "key"], name="pre_chat_question_key_once_per_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.label_ja}"

    def takes(self, answer: str) -> bool:
        """Whether this can be an answer: anything in words, or one of the choices."""
        return self.kind == self.Kind.TEXT or any(choice["value"] == answer for choice in self.choices)

    def clean(self) -> None:
        if (self.kind == self.Kind.CHOICE) != bool(self.choices):
            raise ValidationError(
                {"choices": _("A choice question needs choices, a text question has none.")}
            )
