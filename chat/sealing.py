"""How is a conversation's text kept so that a stolen database tells nothing, and forgetting is final?

Each conversation has a random 256-bit data key, stored wrapped (RFC 3394) by a master key from the
environment. Text is sealed with AES-256-GCM: one version byte, a random 96-bit nonce, then ciphertext and tag.
The associated data names the conversation and the place, so a sealed value cannot be moved to another.
"""

import os
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from django.conf import settings

VERSION = b"\x01"
NONCE_BYTES = 12
ANSWERS_PLACE = "|answers"
WRAP_UP_PLACE = "|wrap-up"


class SealError(Exception):
    """A sealed value or a wrapped key does not open: wrong key, moved or altered. Names no content."""


class ConversationCipher:
    """Seals and opens the text of one conversation."""

    __slots__ = ("_aead", "_prefix")

    def __init__(self, conversation_id: UUID, data_key: bytes) -> None:
        self._aead = AESGCM(data_key)
        self._prefix = b"v1|" + conversation_id.bytes

    def seal(self, text: str, place: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._aead.encrypt(nonce, text.encode(), self._prefix + place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Raises SealError."""
        if sealed[:1] != VERSION:
            raise SealError
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._aead.decrypt(nonce, rest, self._prefix + place.encode()).decode()
        except (InvalidTag, ValueError):  # ValueError: cut short
            raise SealError from None


def entry_place(staff_seq: int) -> str:
    """The place name of a log entry's body."""
    return f"|entry|{staff_seq}"


def transfer_place(transfer_id: UUID) -> str:
    """The place name of a transfer's note."""
    return f"|transfer|{transfer_id.hex}"


def new_data_key() -> bytes:
    return AESGCM.generate_key(256)


def master_keys() -> Mapping[str, bytes]:
    """Key id to 32 bytes; the first is the current one."""
    return settings.TOMOSHIBI.master_keys


def wrap(data_key: bytes) -> tuple[str, bytes]:
    """(master key id, wrapped key) under the current master key."""
    key_id, master = next(iter(master_keys().items()))
    return key_id, aes_key_wrap(master, data_key)


def cipher(conversation_id: UUID, master_key_id: str, wrapped: bytes) -> ConversationCipher:
    """Raises SealError when the master key is not at hand or does not fit."""
    master = master_keys().get(master_key_id)
    if master is None:
        raise SealError
    try:
        return ConversationCipher(conversation_id, aes_key_unwrap(master, bytes(wrapped)))
    except InvalidUnwrap:
        raise SealError from None
