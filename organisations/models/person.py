"""Who signs in: one row a human being of the staff side. Help-seekers are never people in this table."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PersonManager(BaseUserManager["Person"]):
    """Makes people. There is no way to make a superuser."""

    def create_person(
        self,
        *,
        email: str,
        password: str | None = None,
        display_name: str,
        full_name: str = "",
        **fields: Any,
    ) -> "Person":
        """Store a new person; without a password nobody can sign in as them yet."""
        person = self.model(
            email=email.strip().lower(), display_name=display_name, full_name=full_name, **fields
        )
        person.set_password(password)
        person.save(using=self._db, force_insert=True)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """A counsellor, supervisor, manager, regional worker, coordinator, operator or auditor."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email address"), unique=True)
    display_name = models.CharField(
        _("display name"), max_length=60, help_text=_("The name that people who ask for help will see.")
    )
    full_name = models.CharField(_("full name"), max_length=120, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_demo = models.BooleanField(_("demonstration account"), default=False)
    access_version = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Raised by every change of rights, so that caches notice.")
    )
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="person_is_never_superuser"),
            # With the unique index this makes addresses unique whatever their case.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="person_email_is_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        return self.full_name or self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    def raise_access_version(self) -> None:
        """Count one change of rights, in the database, so that two changes at once are both counted."""
        Person.objects.filter(pk=self.pk).update(access_version=models.F("access_version") + 1)
        self.refresh_from_db(fields=["access_version"])
