"""With which cipher does a conversation's text open? Kept for ten minutes in this process, so that a hot
conversation costs no query a message; a destroyed key therefore lives on nowhere for longer than that."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from chat.models import ConversationKey
from chat.sealing import ConversationCipher, SealError, cipher

KEPT_SECONDS = 600.0
KEPT_MOST = 8192

_lock = threading.Lock()
_kept: OrderedDict[UUID, tuple[float, ConversationCipher]] = OrderedDict()


def ciphers_of(conversation_ids: Iterable[UUID]) -> dict[UUID, ConversationCipher]:
    """Ciphers by conversation; a conversation whose key was destroyed is left out. At most one query."""
    now = time.monotonic()
    found: dict[UUID, ConversationCipher] = {}
    missing: list[UUID] = []
    with _lock:
        for key in set(conversation_ids):
            held = _kept.get(key)
            if held is not None and held[0] > now:
                found[key] = held[1]
            else:
                missing.append(key)
    if missing:
        rows = ConversationKey.objects.filter(pk__in=missing).values_list("pk", "master_key_id", "wrapped")
        for key, master_key_id, wrapped in rows:
            found[key] = cipher(key, master_key_id, bytes(wrapped))
            _keep(key, found[key], now)
    return found


def cipher_of(conversation_id: UUID) -> ConversationCipher:
    """Raises SealError when the key was destroyed."""
    try:
        return ciphers_of([conversation_id])[conversation_id]
    except KeyError:
        raise SealError from None


def drop_kept(conversation_id: UUID) -> None:
    """Forget the cipher in this process, at once."""
    with _lock:
        _kept.pop(conversation_id, None)


def _keep(key: UUID, value: ConversationCipher, now: float) -> None:
    with _lock:
        _kept[key] = (now + KEPT_SECONDS, value)
        _kept.move_to_end(key)
        while len(_kept) > KEPT_MOST:
            _kept.popitem(last=False)
