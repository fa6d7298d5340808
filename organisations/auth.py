"""Who may sign in with this address and this password?"""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from organisations.models import Person


class EmailBackend(BaseBackend):
    """Address and password; never someone inactive, and demonstration accounts only in a demonstration.

    It grants no permission at all: rights are asked of `organisations.permissions`, so a global permission
    that someone wrote into the tables of Django counts for nothing.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        email: str | None = None,
        password: str | None = None,
        **_credentials: Any,
    ) -> Person | None:
        if not email or not password:
            return None
        person = Person.objects.filter(email=email.strip().lower()).first()
        if person is None:
            # The same work as for a known address, so that the time taken tells nothing.
            Person().set_password(password)
            return None
        if person.check_password(password) and may_sign_in(person):
            return person
        return None

    def get_user(self, user_id: Any) -> Person | None:
        person = Person.objects.filter(pk=user_id).first()
        return person if person is not None and may_sign_in(person) else None


def may_sign_in(person: Person) -> bool:
    """Active, and for a demonstration account: only while this service is a demonstration."""
    return person.is_active and (not person.is_demo or settings.TOMOSHIBI.demo)
