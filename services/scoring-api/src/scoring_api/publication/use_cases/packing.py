"""The two packs of an edition, proved before they are kept: what does not recompute is never published."""

from collections.abc import Mapping
from typing import Any

from parindex.auth.signatures import signed_by
from parindex.auth.tokens import SigningKey
from parindex.kernel.canonical import digest_bytes
from parindex.kernel.documents import read_document
from parindex.kernel.errors import DomainError
from scoring_api.publication.store.editions import Pack
from scoring_api.results.domain.bundle import Bundle
from scoring_api.results.domain.detector.detecting import find_discrepancies
from scoring_api.results.domain.detector.results import result_report
from scoring_api.results.domain.differences import Difference
from scoring_api.results.domain.outcome import IndexResult
from scoring_api.results.domain.pack import PackHeader, full_pack, public_pack, sealed
from scoring_api.results.domain.pack_edition import edition_differences
from scoring_api.results.domain.pack_verdict import verify_pack
from scoring_api.results.use_cases.computing import PeriodInputs

_SALT = b"parindex/withheld-cells/1 "


def freeze_packs(
    inputs: PeriodInputs,
    bundle: Bundle,
    results: list[IndexResult],
    edition: tuple[int, bytes, str],
    key: SigningKey,
) -> tuple[Pack, ...]:
    """Full and public pack of the edition of this number, content and digest.

    The salt is derived from the signing key, so that the same edition gives the same packs.
    Raises DomainError `pack_differs` when a figure of a pack is not the edition's, or when the detector finds
    that figures of the result contradict each other in print.
    """
    number, content, digest = edition
    header = PackHeader(
        period=inputs.period.code,
        edition=number,
        edition_digest=digest,
        tally_digest=inputs.tally_digest,
        minimum=inputs.period.publication_minimum,
        salt=digest_bytes(key.sign(_SALT + digest.encode()).encode()),
        key=key.jwks()["keys"][0],
    )
    public = public_pack(header, bundle, results)
    full = sealed(full_pack(header, bundle, results), key.sign)
    _prove(full, public, read_document(content))
    _refuse_contradictions(results)
    return _kept("full", full), _kept("public", sealed(public, key.sign))


def _kept(level: str, content: bytes) -> Pack:
    return Pack(level, content, digest_bytes(content))


def _prove(full: bytes, public: Mapping[str, Any], edition: Mapping[str, Any]) -> None:
    """The full pack as its readers will read it, and the public record, beside the edition."""
    verdict = verify_pack(read_document(full), signed_by, edition=edition)
    wrong = [f"{fault.pointer} {fault.detail}" for fault in verdict.faults]
    wrong += [_said(found) for found in verdict.differences]
    wrong += [_said(found) for found in edition_differences(public["record"], edition)]
    if wrong or not verdict.signed:
        first = wrong[0] if wrong else "chữ ký"
        raise DomainError("pack_differs", {"count": len(wrong), "first": first})


def _refuse_contradictions(results: list[IndexResult]) -> None:
    """Only contradictions stop a publication; a notice is for people to look at."""
    findings = [finding for result in results for finding in find_discrepancies(result_report(result))]
    wrong = [finding.message for finding in findings if finding.grade == "contradiction"]
    if wrong:
        raise DomainError("pack_differs", {"count": len(wrong), "first": wrong[0]})


def _said(found: Difference) -> str:
    return f"{found.unit} {found.leaf} {found.figure}: {found.stated} ≠ {found.found}"
