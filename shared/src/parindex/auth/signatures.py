"""Checking a detached Ed25519 signature with a public key as a JWK; signing is done by `SigningKey`."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def signed_by(key: Mapping[str, Any], content: bytes, signature: str) -> bool:
    """Whether the signature over the content is that of the key; False, too, for what is no Ed25519 key."""
    if (key.get("kty"), key.get("crv")) != ("OKP", "Ed25519"):
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(_unpadded(str(key.get("x"))))
        public.verify(_unpadded(signature), content)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _unpadded(text: str) -> bytes:
    """Bytes of base64url without padding; one text for one value, so that no digit can change unseen."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise ValueError(text[:20])
    return raw
