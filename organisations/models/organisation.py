"""Which organisations take part, what they do and where, and what a role may do in each."""

import uuid
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase

from organisations.origins import validate_origins
from organisations.places import PREFECTURE_CODES, validate_municipality_code, validate_prefecture_code


class MembershipClass(models.TextChoices):
    """How an organisation belongs to the national platform."""

    MEMBER = "member", _("member")
    COOPERATING = "cooperating", _("cooperating")
    SUPPORTING = "supporting", _("supporting")


class OrganisationFunction(models.TextChoices):
    """What an organisation does in the service; it may do several things."""

    COUNSELLING = "counselling", _("counselling")
    REGIONAL_SUPPORT = "regional_support", _("regional support")
    PUBLIC_BODY = "public_body", _("public body")
    FUNDER = "funder", _("funder")


def validate_functions(value: object) -> None:
    """Refuse anything but a list of different functions."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValidationError(_("This must be a list of functions."), code="not_a_list")
    if len(set(value)) != len(value) or not set(value) <= set(OrganisationFunction.values):
        raise ValidationError(_("This function does not exist."), code="unknown_function")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def active(self) -> "OrganisationQuerySet":
        return self.filter(is_active=True)


class Organisation(models.Model):
    """An NPO, public body or funder of the platform: the tenant that rights and conversations hang on."""

    MembershipClass = MembershipClass
    Function = OrganisationFunction

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_kana = models.CharField(_("name in kana"), max_length=160, blank=True)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    membership_class = models.CharField(
        _("membership class"), max_length=12, choices=MembershipClass, default=MembershipClass.MEMBER
    )
    functions = models.JSONField(_("functions"), default=list, blank=True, validators=[validate_functions])
    prefecture_code = models.CharField(_("prefecture"), max_length=2, validators=[validate_prefecture_code])
    municipality_code = models.CharField(
        _("municipality"), max_length=6, blank=True, validators=[validate_municipality_code]
    )
    embed_origins = models.JSONField(
        _("websites that show the chat"), default=list, blank=True, validators=[validate_origins]
    )
    exit_url = models.URLField(
        _("exit address"),
        blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("Where a visitor lands who leaves in a hurry."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar[models.Manager["Organisation"]] = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name_kana", "name"]
        # Roles are given through organisations.permissions.ROLE_CODENAMES; these four never change name.
        default_permissions = ()
        permissions = [
            ("serve_conversations", "May serve conversations"),
            ("supervise_conversations", "May supervise conversations"),
            ("manage_organisation", "May manage the organisation"),
            ("accompany_people", "May accompany people"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(prefecture_code__in=PREFECTURE_CODES),
                name="organisation_prefecture_exists",
            ),
            models.CheckConstraint(
                condition=models.Q(membership_class__in=MembershipClass.values),
                name="organisation_membership_class_exists",
            ),
            models.CheckConstraint(
                condition=models.Q(municipality_code="")
                | models.Q(municipality_code__startswith=models.F("prefecture_code")),
                name="organisation_municipality_in_prefecture",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        """The name for readers of a language: the English one for `en` where there is one, else the Japanese."""
        return (self.name_en if language == "en" else "") or self.name

    def clean(self) -> None:
        super().clean()
        if self.municipality_code and not self.municipality_code.startswith(self.prefecture_code):
            raise ValidationError(
                {"municipality_code": _("This municipality is in another prefecture.")},
            )


class OrganisationRolePermission(GroupObjectPermissionBase):
    """What the group of one role may do in one organisation (guardian, by direct foreign key).

    Guardian finds this model because it points at Organisation through a field named `content_object`.
    """

    content_object = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="role_permissions"
    )

    class Meta(GroupObjectPermissionBase.Meta):
        verbose_name = _("permission of a role")
        verbose_name_plural = _("permissions of roles")
        default_permissions = ()
        indexes = [
            models.Index(fields=["permission", "content_object"], name="role_permission_by_object"),
        ]
