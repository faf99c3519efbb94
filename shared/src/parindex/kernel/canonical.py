"""Canonical JSON and its SHA-256: the same facts give the same bytes on every machine.

Keys sorted by code point, no white space, UTF-8 unescaped, Decimals as plain strings, no floats.
"""

import hashlib
import json
from decimal import Decimal
from typing import Any

_SCALARS = frozenset({str, int, bool, type(None), Decimal})  # most of a document: not looked into


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return decimal_text(value)
    raise TypeError(f"not canonical: {type(value).__name__}")


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("not canonical: float")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError("not canonical: a key that is no text")
            if type(item) not in _SCALARS:
                _refuse_floats(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            if type(item) not in _SCALARS:
                _refuse_floats(item)


def decimal_text(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros.

    >>> decimal_text(Decimal("71.500")), decimal_text(Decimal("1E+2")), decimal_text(Decimal("-0"))
    ('71.5', '100', '0')
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def canonical_bytes(value: Any) -> bytes:
    """The canonical bytes of plain data. Raises TypeError for floats and for what JSON lacks."""
    _refuse_floats(value)
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain, allow_nan=False
    )
    return text.encode()


def digest(value: Any) -> str:
    """`sha256:<hex>` of the canonical bytes."""
    return digest_bytes(canonical_bytes(value))


def digest_bytes(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
