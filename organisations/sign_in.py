"""How does allauth behave here: nobody signs up by themself, no address is kept, where one lands.

A second factor is `allauth.mfa`: it adds its own stage between password and session, so adding the app and
its URLs is enough; `organisations.views.invitation` is the one other place that opens a session.
"""

import hmac
import logging
from hashlib import sha256
from ipaddress import IPv6Network, ip_address
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.selectors.person import landing_url

logger = logging.getLogger(__name__)
SHOWN_BY_THE_PAGE = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """The rules of our house for allauth."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The email address or the password is not right."),
        "too_many_login_attempts": _("Too many attempts. Please wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by invitation."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What allauth's limits count by: a digest under the day's key, never the address itself."""
        try:
            address: str = super().get_client_ip(request)
        except PermissionDenied:
            address = ""
        return digest_of_address(address)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return landing_url(request.user)  # type: ignore[arg-type]

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say nothing on "signed in" and "signed out": the page that follows shows it."""
        if message_template not in SHOWN_BY_THE_PAGE:
            super().add_message(request, level, message_template, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail goes to known addresses only, so a mail server that fails must not show in the answer."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # smtplib's errors are OSErrors, and their texts may hold the address
            logger.error("mail could not be sent: %s", type(error).__name__)


def digest_of_address(address: str) -> str:
    """A name for where a request came from that cannot be turned back and means nothing tomorrow.

    IPv6 is cut to /64 first, the part that one household or device keeps.
    """
    try:
        parsed = ip_address(address)
        if parsed.version == 6:
            address = str(IPv6Network((parsed, 64), strict=False).network_address)
    except ValueError:
        pass
    day = timezone.now().date().isoformat()
    key = hmac.digest(settings.SECRET_KEY.encode(), f"sign-in limits {day}".encode(), "sha256")
    return hmac.new(key, address.encode(), sha256).hexdigest()[:16]
