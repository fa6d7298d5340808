"""What are the small agreed things of the wire: addresses, fresh ids, close codes, the rule for a body?"""

import base64
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Frame = dict[str, Any]

PROTOCOL_VERSION = 1
LONGEST_BODY = 4000
# After these the protocol says: stop, another attempt cannot succeed.
STOPPING_CLOSE_CODES = frozenset({4400, 4401, 4403, 4410, 4413, 4426})


@dataclass(frozen=True, slots=True)
class Address:
    """Where one process of the service listens."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, url: str) -> "Address":
        parts = urlsplit(url if "//" in url else f"http://{url}")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"not an http address: {url}")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return cls(parts.scheme, parts.hostname, port)

    @property
    def origin(self) -> str:
        usual = {"http": 80, "https": 443}[self.scheme]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == usual else f":{self.port}")

    def socket_url(self, path: str) -> str:
        return self.origin.replace("http", "ws", 1) + path


def _url_safe(octets: int) -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(octets)).rstrip(b"=").decode()


def make_cid() -> str:
    """128 random bits for one command."""
    return _url_safe(16)


def make_bearer() -> str:
    """256 random bits for one conversation, held by the help-seeker's end alone."""
    return _url_safe(32)


def normalise_body(text: str) -> str:
    """Line ends to LF and outer white space cut, as the service does before it stores."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def body_fault(text: str) -> str | None:
    """The code with which the service refuses this (normalised) body, or None if it takes it."""
    if not text:
        return "body_empty"
    if len(text) > LONGEST_BODY:
        return "body_too_long"
    if any(is_control(character) for character in text):
        return "body_control_character"
    return None


def is_control(character: str) -> bool:
    """A control character other than line feed and tabulator, or half a surrogate pair."""
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t"
