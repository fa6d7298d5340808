"""Which web origin may embed an organisation's chat: one spelling for each, and what is refused."""

import re
from ipaddress import IPv6Address
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_DEFAULT_PORTS = {"https": 443, "http": 80}
_OWN_MACHINE = frozenset({"localhost", "127.0.0.1"})


def normalise_origin(value: str) -> str:
    """Return `scheme://host[:port]` as a browser writes it in its Origin header.

    Lower case, punycode host, no default port (RFC 6454, section 6). Raises ValidationError with one of
    the codes `not_an_origin`, `more_than_an_origin`, `wildcard`, `not_https`.
    """
    text = value.strip()
    if "*" in text:
        raise ValidationError(_("A wildcard cannot be used: enter each address."), code="wildcard")
    parts = _split(text)
    if parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValidationError(
            _("Enter only the beginning of the address, such as https://example.org."),
            code="more_than_an_origin",
        )
    host = _host(parts)
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _OWN_MACHINE):
        raise ValidationError(_("The address must begin with https://."), code="not_https")
    port = _port(parts)
    if port is None or port == _DEFAULT_PORTS[parts.scheme]:
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{port}"


def normalise_origins(values: list[str]) -> list[str]:
    """Normalise each, drop repeats, keep the order they were entered in."""
    return list(dict.fromkeys(normalise_origin(value) for value in values))


def validate_origins(value: object) -> None:
    """Refuse anything but a list of origins that are already in their one spelling."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValidationError(_("This must be a list of addresses."), code="not_a_list")
    if normalise_origins(value) != value:
        raise ValidationError(_("These addresses are not in their normal form."), code="not_normalised")


def _not_an_origin() -> ValidationError:
    return ValidationError(_("This is not a web address."), code="not_an_origin")


def _split(text: str) -> SplitResult:
    # urlsplit drops tabs and line ends silently, and a browser reads a backslash as a slash.
    if not text or len(text) > 255 or "\\" in text or any(ord(c) < 33 or ord(c) == 127 for c in text):
        raise _not_an_origin()
    if text.endswith(("?", "#")):
        raise _not_an_origin()
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise _not_an_origin() from error
    if not parts.scheme or not text[len(parts.scheme) :].startswith("://"):
        raise _not_an_origin()
    return parts


def _host(parts: SplitResult) -> str:
    try:
        host = parts.hostname or ""
    except ValueError as error:
        raise _not_an_origin() from error
    if ":" in host:
        try:
            return f"[{IPv6Address(host).compressed}]"
        except ValueError as error:
            raise _not_an_origin() from error
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise _not_an_origin() from error
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise _not_an_origin()
    return host


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError as error:
        raise _not_an_origin() from error
    if port == 0 or (port is None and parts.netloc.endswith(":")):
        raise _not_an_origin()
    return port
