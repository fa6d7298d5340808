"""What happens at the moment someone signs in."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from organisations.sessions import SIGNED_IN_AT


@receiver(user_logged_in, dispatch_uid="organisations.remember_when_signed_in")
def remember_when_signed_in(*, request: HttpRequest, **_: Any) -> None:
    request.session[SIGNED_IN_AT] = timezone.now().timestamp()
