"""Who may act as what: roles in one organisation, and roles on the whole platform. Nothing is deleted."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .organisation import Organisation


class OrganisationRole(models.TextChoices):
    """What a person is in one organisation."""

    COUNSELLOR = "counsellor", _("counsellor")
    SUPERVISOR = "supervisor", _("supervisor")
    MANAGER = "manager", _("manager")
    REGIONAL_WORKER = "regional_worker", _("regional worker")


class PlatformRoleName(models.TextChoices):
    """What a person is on the platform as a whole."""

    COORDINATOR = "coordinator", _("coordinator")
    OPERATOR = "operator", _("operator")
    AUDITOR = "auditor", _("auditor")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self) -> "MembershipQuerySet":
        return self.filter(ended_at__isnull=True)

    def of(self, organisation: Organisation) -> "MembershipQuerySet":
        return self.filter(organisation=organisation)


class Membership(models.Model):
    """One person in one role of one organisation, from `created_at` until `ended_at`."""

    Role = OrganisationRole

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=OrganisationRole)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_in_force_once",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=OrganisationRole.values), name="membership_role_exists"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("created_at")),
                name="membership_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_by_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.organisation_id}"

    @property
    def is_in_force(self) -> bool:
        return self.ended_at is None


class PlatformRoleQuerySet(models.QuerySet["PlatformRole"]):
    def in_force(self) -> "PlatformRoleQuerySet":
        return self.filter(ended_at__isnull=True)


class PlatformRole(models.Model):
    """One person in one role of the platform's own desk, from `created_at` until `ended_at`."""

    Role = PlatformRoleName

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="platform_roles"
    )
    role = models.CharField(_("role"), max_length=16, choices=PlatformRoleName)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = PlatformRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("platform role")
        verbose_name_plural = _("platform roles")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="platform_role_in_force_once",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=PlatformRoleName.values), name="platform_role_exists"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("created_at")),
                name="platform_role_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"

    @property
    def is_in_force(self) -> bool:
        return self.ended_at is None
