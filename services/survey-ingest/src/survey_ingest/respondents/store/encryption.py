"""Encryption at rest of contact data: AES-256-GCM under the first key; older keys only open."""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import cache
from typing import Self
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class PersonalKey:
    """One key: what encrypts, and what marks a serial so that a row is found and tells nobody whose it is."""

    id: str
    encrypting: bytes
    marking: bytes

    @classmethod
    def of(cls, secret: bytes) -> Self:
        return cls(
            _derived(secret, b"id")[:8].hex(), _derived(secret, b"encrypting"), _derived(secret, b"marking")
        )

    def mark(self, campaign_id: UUID, serial: str) -> bytes:
        """Where a serial's row is; without the key nobody ties it to a ballot."""
        return hmac.digest(self.marking, campaign_id.bytes + serial.encode(), hashlib.sha256)

    def close(self, campaign_id: UUID, mark: bytes, content: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.encrypting).encrypt(nonce, content, campaign_id.bytes + mark)

    def open(self, campaign_id: UUID, mark: bytes, closed: bytes) -> bytes:
        """Raises InvalidTag for a row that was changed or moved."""
        nonce, content = closed[:NONCE_BYTES], closed[NONCE_BYTES:]
        return AESGCM(self.encrypting).decrypt(nonce, content, campaign_id.bytes + mark)


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"parindex respondents " + purpose).derive(secret)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key in use, and those before it until their rows are encrypted anew."""

    current: PersonalKey
    former: tuple[PersonalKey, ...]

    @property
    def all(self) -> tuple[PersonalKey, ...]:
        return (self.current, *self.former)

    def find(self, key_id: str) -> PersonalKey | None:
        return next((key for key in self.all if key.id == key_id), None)


@cache
def keyring(text: str) -> Keyring | None:
    """The keys of PARINDEX_SURVEY_PERSONAL_KEY: 32 bytes each in base64url, the one in use first.

    To change the key put the new one before the old with a comma between them, start API and worker anew, and
    take the old one away when no row has its key id: the worker encrypts them anew. None without any key.
    Raises ValueError for what is no key.
    """
    secrets = [_secret(part.strip()) for part in text.split(",") if part.strip()]
    if not secrets:
        return None
    keys = [PersonalKey.of(secret) for secret in secrets]
    return Keyring(keys[0], tuple(keys[1:]))


def _secret(text: str) -> bytes:
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("a personal key is 32 bytes in base64url") from error
    if len(found) != KEY_BYTES:
        raise ValueError("a personal key is 32 bytes in base64url")
    return found
