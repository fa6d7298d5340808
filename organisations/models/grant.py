"""Who may, as an exception, see one object, why, given by whom, and until when."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.managers import UserObjectPermissionManager
from guardian.models import UserObjectPermissionBase


class AccessGrantQuerySet(models.QuerySet[Any]):
    def in_force(self) -> Self:
        """Grants that have not expired. Guardian itself knows nothing of expiry: always ask through this."""
        return self.filter(models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=timezone.now()))


class AccessGrantManager(UserObjectPermissionManager):
    """Guardian's manager, so that guardian finds the model, with the words of our query set."""

    def get_queryset(self) -> AccessGrantQuerySet:
        return AccessGrantQuerySet(self.model, using=self._db)

    def in_force(self) -> AccessGrantQuerySet:
        return self.get_queryset().in_force()


class AccessGrant(UserObjectPermissionBase):
    """One person's exceptional right to one object (guardian, by direct foreign key).

    A subclass adds `content_object`, a foreign key to the object's model. Written by
    `organisations.permissions.grant_access`, read by `access_in_force`.
    """

    purpose = models.CharField(_("purpose"), max_length=200)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects: ClassVar[AccessGrantManager] = AccessGrantManager()

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id} {self.permission_id} {self.pk}"
