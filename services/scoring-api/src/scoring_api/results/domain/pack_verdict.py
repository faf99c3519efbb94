"""Proving a pack offline: its signature, its figures recomputed, and what had to be taken as given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

from parindex.kernel.canonical import canonical_bytes, digest_bytes
from parindex.kernel.errors import DomainError, Fault
from scoring_api.frameworks.domain.reading import Cursor, Findings
from scoring_api.results.domain.bundle import Bundle, compute_bundle
from scoring_api.results.domain.bundle_parsing import read_bundle
from scoring_api.results.domain.differences import Difference, differences
from scoring_api.results.domain.pack import LEVELS, SCHEMA, Level, signed_content
from scoring_api.results.domain.pack_edition import (
    edition_differences,
    edition_named,
    framework_differences,
)
from scoring_api.results.domain.record import result_record

DIFFERENCE_LIMIT = 1000
SignatureCheck = Callable[[Mapping[str, Any], bytes, str], bool]
"""Whether a signature over some bytes is that of a public key, a JWK."""
_NAMES = (
    {"schema", "level", "period", "edition", "edition_digest", "tally_digest", "publication_minimum"}
    | {"inputs", "record", "key", "signature", "salt"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was proved of a pack («kết luận kiểm tra gói kết quả»).

    `trusted` is None unless the service's keys were at hand, `edition_checked` False unless its edition was.
    `given` are unit and leaf of every score that could not be recomputed because its counts are withheld.
    """

    level: Level
    period: str
    edition: int
    edition_digest: str
    minimum: int
    digest: str
    key_id: str
    signed: bool
    trusted: bool | None
    edition_checked: bool
    units: int
    leaves: int
    given: tuple[tuple[str, str], ...]
    faults: tuple[Fault, ...]
    differences: tuple[Difference, ...]

    @property
    def proven(self) -> bool:
        return self.signed and self.trusted is not False and not self.faults and not self.differences


def verify_pack(
    pack: object,
    signed_by: SignatureCheck,
    *,
    keys: Mapping[str, Any] | None = None,
    edition: Mapping[str, Any] | None = None,
) -> Verdict:
    """Recomputes a pack («kiểm tra gói kết quả») and names every difference.

    `keys` are the service's, as a JWKS; `edition` is the edition it belongs to, whole or as the index table.
    Raises DomainError `pack_invalid` for what is no pack at all.
    """
    cursor, content = _header(pack)
    data, key, findings = cursor.data, cursor.data["key"], Findings()
    bundle = read_bundle(data["inputs"], "/inputs", findings, recorded=True)
    found = [] if bundle is None or findings.faults else _recomputed(bundle, data, findings)
    found += islice(_beside_edition(data, edition), DIFFERENCE_LIMIT)
    sets, withheld = (bundle.sets, bundle.withheld) if bundle is not None else ((), {})
    return Verdict(
        level=cast("Level", data["level"]),
        period=data["period"],
        edition=data["edition"],
        edition_digest=data["edition_digest"],
        minimum=data["publication_minimum"],
        digest=digest_bytes(content),
        key_id=str(key.get("kid", "")),
        signed=signed_by(key, signed_content(data), data["signature"]),
        trusted=None if keys is None else _among(key, keys),
        edition_checked=edition is not None,
        units=sum(len(part.units) for part in sets),
        leaves=sum(len(part.units) * len(part.framework.leaves) for part in sets),
        given=tuple((unit, leaf) for unit, leaves in withheld.items() for leaf in leaves),
        faults=tuple(findings.faults),
        differences=tuple(found),
    )


def _recomputed(bundle: Bundle, data: Mapping[str, Any], findings: Findings) -> list[Difference]:
    """What the record of the pack says otherwise than its inputs, which must fit their level."""
    _check_level(bundle, data, findings)
    recomputed = result_record(compute_bundle(bundle))
    return list(islice(differences(data["record"], recomputed), DIFFERENCE_LIMIT))


def _header(pack: object) -> tuple[Cursor, bytes]:
    """The pack with its own words checked, and its canonical bytes. Raises DomainError `pack_invalid`."""
    findings = Findings()
    if not isinstance(pack, Mapping):
        findings.add("", "not_an_object", "phải là một đối tượng")
        findings.refuse("pack_invalid")
    cursor = Cursor(cast("Mapping[str, Any]", pack), "", findings)
    cursor.choice("schema", (SCHEMA,))
    findings.refuse("pack_invalid")
    level = cursor.choice("level", LEVELS)
    cursor.known(_NAMES if level == "full" else _NAMES - {"salt"})
    for name in ("period", "edition_digest", "signature", *(["salt"] if level == "full" else [])):
        cursor.text(name, limit=200)
    cursor.text("tally_digest", required=False, limit=200)
    cursor.whole("edition", 1, least=1, most=2_147_483_647)
    cursor.whole("publication_minimum", 0, least=0, most=1_000_000)
    for name in ("inputs", "record", "key"):
        cursor.part(name)
    content = b""
    try:
        content = canonical_bytes(cursor.data)
    except (TypeError, RecursionError):
        findings.add("", "not_canonical", "có giá trị không ghi được ở dạng chuẩn")
    findings.refuse("pack_invalid")
    return cursor, content


def _check_level(bundle: Bundle, data: Mapping[str, Any], findings: Findings) -> None:
    """A full pack withholds nothing; a public one shows no cell under its minimum."""
    if data["level"] == "full":
        if bundle.withheld_cells:
            findings.add("/inputs/tallies", "cell_withheld", "gói đầy đủ không được giữ lại ô phiếu nào")
        return
    for index, cell in enumerate(bundle.tallies):
        if cell.total < data["publication_minimum"]:
            said = f"số phiếu {cell.total} dưới ngưỡng công bố"
            findings.add(f"/inputs/tallies/{index}", "cell_below_minimum", said)


def _among(key: Mapping[str, Any], keys: Mapping[str, Any]) -> bool:
    """Whether the signer's key is one of the service's; the key itself counts, not what it calls itself.

    Raises DomainError `pack_invalid` for what is no list of keys.
    """
    listed = keys.get("keys")
    if not isinstance(listed, list) or not all(isinstance(row, Mapping) for row in listed):
        fault = Fault("", "keys_unreadable", "tệp khóa không phải danh sách khóa (JWKS)")
        raise DomainError("pack_invalid", {"count": 1}, (fault,))
    return any(all(row.get(name) == key.get(name) for name in ("kty", "crv", "x")) for row in listed)


def _beside_edition(data: Mapping[str, Any], edition: Mapping[str, Any] | None) -> list[Difference]:
    """What an edition at hand says otherwise.

    Raises DomainError `pack_invalid` for what is no edition, or no record to hold beside it.
    """
    if edition is None:
        return []
    try:
        named = edition_named(edition)
        found = [
            *edition_differences(data["record"], edition),
            *framework_differences(edition, data["inputs"]),
        ]
    except (KeyError, TypeError, AttributeError, ArithmeticError, ValueError, RecursionError) as error:
        fault = Fault("", "edition_unreadable", "tệp không phải kết quả hay bảng chỉ số của một lần công bố")
        raise DomainError("pack_invalid", {"count": 1}, (fault,)) from error
    said = {name: data[name] for name in named}
    return [*differences(said, named), *found]
