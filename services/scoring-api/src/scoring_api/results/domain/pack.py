"""The result pack: what a result was computed from and what came out, signed together, at two levels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from parindex.kernel.canonical import canonical_bytes
from scoring_api.results.domain.bundle import Bundle, bundle_record, compute_bundle
from scoring_api.results.domain.outcome import IndexResult
from scoring_api.results.domain.record import result_record
from scoring_api.results.domain.withholding import withhold

SCHEMA = "parindex/pack/1"
Level = Literal["full", "public"]
LEVELS: tuple[Level, ...] = ("full", "public")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackHeader:
    """What a pack says of itself («phần đầu gói kết quả»).

    `minimum` is the publication minimum: a cell of fewer answers is not published. `salt` is secret and
    stands in the full pack alone. `key` is the signer's public key as a JWK.
    """

    period: str
    edition: int
    edition_digest: str
    tally_digest: str
    minimum: int
    salt: str
    key: Mapping[str, Any]


def full_pack(header: PackHeader, bundle: Bundle, results: Sequence[IndexResult]) -> dict[str, Any]:
    """The auditors' pack («gói kết quả đầy đủ»), unsigned: every count, and the salt of the public one."""
    return _pack(header, "full", bundle, results) | {"salt": header.salt}


def public_pack(header: PackHeader, bundle: Bundle, results: Sequence[IndexResult]) -> dict[str, Any]:
    """Everybody's pack («gói kết quả công khai»), unsigned: small cells withheld, the rest recomputed."""
    public = withhold(bundle, results, header.minimum, header.salt)
    return _pack(header, "public", public, compute_bundle(public))


def _pack(header: PackHeader, level: Level, bundle: Bundle, results: Sequence[IndexResult]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "level": level,
        "period": header.period,
        "edition": header.edition,
        "edition_digest": header.edition_digest,
        "tally_digest": header.tally_digest,
        "publication_minimum": header.minimum,
        "inputs": bundle_record(bundle),
        "record": result_record(results),
        "key": dict(header.key),
    }


def signed_content(pack: Mapping[str, Any]) -> bytes:
    """The bytes a pack's signature covers: everything but the signature itself."""
    return canonical_bytes({name: value for name, value in pack.items() if name != "signature"})


def sealed(pack: Mapping[str, Any], sign: Callable[[bytes], str]) -> bytes:
    """The canonical bytes of the signed pack («gói đã ký»)."""
    return canonical_bytes({**pack, "signature": sign(signed_content(pack))})
