"""Which frames come in and go out, and what do the close codes mean? (docs/protocol.md; no Django here.)

`parse_seeker` and `parse_console` are total: any text gives a frame or raises FrameError with a code.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

import orjson

VERSION = 1
BODY_LIMIT = 4000
FRAME_LIMIT = 65_536
BACKLOG_LIMIT = 200
PING_SECONDS = 20
TYPING_SECONDS = 8

OWN = UUID(int=0)
"""In a help-seeker's frames: the one conversation of this socket."""

CID = re.compile(r"[A-Za-z0-9_-]{22}\Z")
BEARER = re.compile(r"[A-Za-z0-9_-]{43}\Z")


class Close(IntEnum):
    """Close codes; each means one thing."""

    RESTART = 1012
    NO_HELLO = 4400
    UNKNOWN = 4401
    RIGHTS_GONE = 4403
    SILENT = 4408
    FORGOTTEN = 4410
    TOO_LARGE = 4413
    OLD_VERSION = 4426
    FLOOD = 4429


class FrameError(ValueError):
    """A frame that cannot be used; `ref` is its type where it had one, `cid` its cid where it can be answered:
    on a console together with its `conversation`."""

    def __init__(
        self, code: str, ref: str | None = None, cid: str | None = None, conversation: UUID | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.ref = ref
        self.cid = cid
        self.conversation = conversation


@dataclass(frozen=True, slots=True)
class SeekerHello:
    v: int
    token: str
    have: int


@dataclass(frozen=True, slots=True)
class ConsoleHello:
    v: int
    have: Mapping[UUID, int]


@dataclass(frozen=True, slots=True)
class Follow:
    conversation: UUID
    have: int


@dataclass(frozen=True, slots=True)
class Unfollow:
    conversation: UUID


@dataclass(frozen=True, slots=True)
class Send:
    conversation: UUID
    cid: str
    body: str


@dataclass(frozen=True, slots=True)
class Typing:
    conversation: UUID
    on: bool


@dataclass(frozen=True, slots=True)
class Seen:
    conversation: UUID
    upto: int


@dataclass(frozen=True, slots=True)
class Ping:
    n: int


@dataclass(frozen=True, slots=True)
class Leave:
    cid: str


@dataclass(frozen=True, slots=True)
class Resync:
    conversation: UUID
    have: int


SeekerFrame = SeekerHello | Send | Typing | Seen | Ping | Leave | Resync
ConsoleFrame = ConsoleHello | Follow | Unfollow | Send | Typing | Seen | Ping | Resync
Fields = dict[str, Any]
Refuse = Callable[[str, str, Fields], FrameError]


def normalise_body(text: str) -> str:
    """The text as it is stored: line ends `\\n`, outer white space cut. Raises FrameError with a body code."""
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not body:
        raise FrameError("body_empty")
    if len(body) > BODY_LIMIT:
        raise FrameError("body_too_long")
    if not body.isprintable() and any(_is_control(mark) for mark in body):
        raise FrameError("body_control_character")
    return body


def _is_control(mark: str) -> bool:
    # Cs: a lone surrogate cannot be stored as UTF-8. Cf (joiners of emoji, direction marks) is text.
    return unicodedata.category(mark) in {"Cc", "Cs"} and mark not in "\n\t"


def is_cid(value: object) -> bool:
    return isinstance(value, str) and CID.match(value) is not None


def is_bearer(value: object) -> bool:
    return isinstance(value, str) and BEARER.match(value) is not None


def _count(fields: Fields, name: str) -> int:
    value = fields.get(name)
    if type(value) is not int or not 0 <= value <= 2**31 - 1:
        raise FrameError("bad_frame")
    return value


def _cid(fields: Fields) -> str:
    value = fields.get("cid")
    if not is_cid(value):
        raise FrameError("bad_frame")
    return str(value)


def _body(fields: Fields) -> str:
    value = fields.get("body")
    if not isinstance(value, str):
        raise FrameError("bad_frame")
    return normalise_body(value)


def _flag(fields: Fields, name: str) -> bool:
    value = fields.get(name)
    if not isinstance(value, bool):
        raise FrameError("bad_frame")
    return value


def parse_id(value: object) -> UUID:
    """A conversation id in its canonical form only. Raises FrameError."""
    if isinstance(value, str) and len(value) == 36:
        try:
            return UUID(value)
        except ValueError:
            pass
    raise FrameError("bad_frame")


def _version(fields: Fields) -> int:
    v = _count(fields, "v")
    if v != VERSION:
        raise FrameError("unsupported_version")
    return v


def _seeker_hello(fields: Fields) -> SeekerHello:
    v = _version(fields)
    token = fields.get("token")
    if not is_bearer(token):
        raise FrameError("bad_token")
    return SeekerHello(v, str(token), _count(fields, "have"))


def _console_hello(fields: Fields) -> ConsoleHello:
    v = _version(fields)
    have = fields.get("have", {})
    if not isinstance(have, dict) or len(have) > 200:
        raise FrameError("bad_frame")
    return ConsoleHello(v, {parse_id(key): _count(have, key) for key in have})


def _ping(fields: Fields) -> Ping:
    return Ping(_count(fields, "n"))


_SEEKER: Mapping[str, Callable[[Fields], SeekerFrame]] = {
    "hello": _seeker_hello,
    "send": lambda f: Send(OWN, _cid(f), _body(f)),
    "typing": lambda f: Typing(OWN, _flag(f, "on")),
    "seen": lambda f: Seen(OWN, _count(f, "upto")),
    "ping": _ping,
    "leave": lambda f: Leave(_cid(f)),
    "resync": lambda f: Resync(OWN, _count(f, "have")),
}
_CONSOLE: Mapping[str, Callable[[Fields], ConsoleFrame]] = {
    "hello": _console_hello,
    "follow": lambda f: Follow(parse_id(f.get("conversation")), _count(f, "have")),
    "unfollow": lambda f: Unfollow(parse_id(f.get("conversation"))),
    "send": lambda f: Send(parse_id(f.get("conversation")), _cid(f), _body(f)),
    "typing": lambda f: Typing(parse_id(f.get("conversation")), _flag(f, "on")),
    "seen": lambda f: Seen(parse_id(f.get("conversation")), _count(f, "upto")),
    "ping": _ping,
    "resync": lambda f: Resync(parse_id(f.get("conversation")), _count(f, "have")),
}


def _parse(text: str, table: Mapping[str, Callable[[Fields], Any]], refuse: Refuse) -> Any:
    if len(text) > FRAME_LIMIT or len(text.encode(errors="surrogatepass")) > FRAME_LIMIT:
        raise FrameError("too_large")
    try:
        fields = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        raise FrameError("bad_json") from None
    if not isinstance(fields, dict):
        raise FrameError("bad_frame")
    kind = fields.get("type")
    if not isinstance(kind, str):
        raise FrameError("bad_frame")
    build = table.get(kind)
    if build is None:
        raise FrameError("unknown_type", ref=kind[:20] if kind.isascii() else None)
    try:
        return build(fields)
    except FrameError as error:
        raise refuse(error.code, kind, fields) from None


def _refuse_seeker(code: str, kind: str, fields: Fields) -> FrameError:
    cid = fields.get("cid")
    return FrameError(code, ref=kind, cid=cid if is_cid(cid) else None)


def _refuse_console(code: str, kind: str, fields: Fields) -> FrameError:
    """Without a usable conversation there is nothing to name in a nack."""
    try:
        return FrameError(code, kind, _cid(fields), parse_id(fields.get("conversation")))
    except FrameError:
        return FrameError(code, ref=kind)


def parse_seeker(text: str) -> SeekerFrame:
    """One frame from a help-seeker's socket. Raises FrameError."""
    frame: SeekerFrame = _parse(text, _SEEKER, _refuse_seeker)
    return frame


def parse_console(text: str) -> ConsoleFrame:
    """One frame from a console's socket. Raises FrameError."""
    frame: ConsoleFrame = _parse(text, _CONSOLE, _refuse_console)
    return frame


def milliseconds(at: datetime) -> int:
    """Since 1970-01-01 UTC: how every time travels."""
    return int(at.timestamp() * 1000)


def encode(frame: Mapping[str, Any]) -> str:
    """A frame as it goes out; UUIDs become strings."""
    return orjson.dumps(frame).decode()


LIMITS: Mapping[str, int] = {"body": BODY_LIMIT, "ping": PING_SECONDS, "typing": TYPING_SECONDS}
