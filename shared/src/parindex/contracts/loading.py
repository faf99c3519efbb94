"""Reading and writing snapshots: the digest is checked first, a field a later version adds is passed over."""

from dataclasses import asdict
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from parindex.contracts.snapshots import (
    HandoverRecord,
    ResultSnapshot,
    TallySnapshot,
    UnitList,
)
from parindex.kernel.canonical import canonical_bytes, digest_bytes
from parindex.kernel.errors import DomainError

S = TypeVar("S", UnitList, TallySnapshot, HandoverRecord, ResultSnapshot)


def dump_snapshot(snapshot: UnitList | TallySnapshot | HandoverRecord | ResultSnapshot) -> tuple[bytes, str]:
    """The snapshot's canonical bytes and their digest."""
    content = canonical_bytes(asdict(snapshot))
    return content, digest_bytes(content)


def load_snapshot(kind: type[S], content: bytes, expected: str) -> S:
    """The snapshot behind `content`.

    Raises DomainError `snapshot_digest_mismatch` when the bytes are not those the event named, and
    `snapshot_unreadable` when they are not a snapshot of this kind and version.
    """
    found = digest_bytes(content)
    if found != expected:
        raise DomainError("snapshot_digest_mismatch", {"expected": expected, "found": found})
    return parse_snapshot(kind, content)


def parse_snapshot(kind: type[S], content: bytes) -> S:
    try:
        return TypeAdapter(kind).validate_json(content)
    except ValidationError as error:
        raise DomainError("snapshot_unreadable", {"kind": kind.__name__, "reason": str(error)}) from error


def plain(snapshot: Any) -> dict[str, Any]:
    """A dataclass as plain JSON data."""
    return asdict(snapshot)
