"""How is each compared server spoken to? A greeting, a message, and where the cid is in what comes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from bench.load.socket import client_frame

_CID = b'"cid":"'
_CID_LENGTH = 22
BODY = "眠れない夜が続いていて、だれかに聞いてほしいと思いました。朝になるまで少しだけ話せますか"


@dataclass(frozen=True, slots=True)
class End:
    """One end of a pair as the plan describes it: where it connects and what it says first."""

    path: str
    headers: Mapping[str, str]
    hello: Mapping[str, Any] | None
    conversation: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """`make` gives a message's frame for an end; `cid_of` finds the cid in a delivery, or None."""

    make: Callable[[End, bytes], bytes]
    cid_of: Callable[[bytes], bytes | None]
    is_ready: Callable[[bytes], bool]
    refused: Callable[[bytes], bool]


def _ours_make(end: End, cid: bytes) -> bytes:
    frame: dict[str, Any] = {"type": "send", "cid": cid.decode(), "body": BODY}
    if end.conversation:
        frame["conversation"] = end.conversation
    return client_frame(orjson.dumps(frame))


def _ours_cid(payload: bytes) -> bytes | None:
    if not payload.startswith(b'{"type":"event"'):
        return None
    return _find_cid(payload)


def _find_cid(payload: bytes) -> bytes | None:
    at = payload.find(_CID)
    return payload[at + len(_CID) : at + len(_CID) + _CID_LENGTH] if at >= 0 else None


def _room_make(end: End, cid: bytes) -> bytes:
    return client_frame(orjson.dumps({"type": "message", "cid": cid.decode(), "body": BODY}))


DIALECTS = {
    "ours": Dialect(
        make=_ours_make,
        cid_of=_ours_cid,
        is_ready=lambda payload: payload.startswith(b'{"type":"welcome"'),
        refused=lambda payload: payload.startswith((b'{"type":"nack"', b'{"type":"error"')),
    ),
    "room": Dialect(
        make=_room_make,
        cid_of=_find_cid,
        is_ready=lambda payload: True,
        refused=lambda payload: False,
    ),
}
