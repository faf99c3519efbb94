"""What a unit may still change of its evidence: say anew what a file is, take back one sent by mistake."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_unit
from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.domain.claims import claims_of
from scoring_api.assessment.domain.evidence import EvidenceFacts
from scoring_api.assessment.store import evidence as evidence_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.acts import read_acts
from scoring_api.assessment.store.complaints import read_complaints
from scoring_api.assessment.store.evidence import EvidenceFile
from scoring_api.assessment.store.submissions import read_submissions
from scoring_api.assessment.use_cases.opening import open_files
from scoring_api.schema import record


async def revise_evidence(
    connection: Writing,
    by: Principal,
    code: str,
    unit: str,
    file: UUID,
    facts: EvidenceFacts,
    *,
    held: int,
    at: datetime,
) -> EvidenceFile:
    """Say anew what a file of the unit is: kind, number, date, title. The file itself stays.

    What lies with the secretariat stays as it was handed in. `held` is the version that is being revised.
    Raises DomainError `evidence_unknown`, `evidence_handed_in`, `version_stale`, `window_closed`,
    `assessment_state`, `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    period, bound, _ = await open_files(connection, code, unit, at)
    known = await _own(connection, period.id, unit, file)
    if bound.status != "draft":
        made = await read_acts(connection, period.id, unit)
        await _require_not_handed_in(connection, period.id, unit, file, made)
    if known.version != held:
        raise DomainError("version_stale")
    if facts != known.facts:
        await evidence_store.insert_revision(connection, file, known.version + 1, facts, by.subject, at)
        await store.update_unit(connection, period.id, unit)
    return await _own(connection, period.id, unit, file)


async def remove_evidence(
    connection: Writing, by: Principal, code: str, unit: str, file: UUID, at: datetime
) -> int:
    """Take back a file that nobody was ever handed («gỡ tệp tải nhầm»): a row says so, the bytes go later.

    Returns the version of the assessment now. Raises DomainError `evidence_unknown`, `evidence_handed_in`
    once a submission, an explanation or a complaint names it, `evidence_cited` while claims do,
    `window_closed`, `assessment_state`, `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    period, bound, framework = await open_files(connection, code, unit, at)
    known = await _own(connection, period.id, unit, file)
    made = await read_acts(connection, period.id, unit)
    await _require_not_handed_in(connection, period.id, unit, file, made)
    claims = claims_of(made)
    citing = [
        leaf.code for leaf in framework.leaves if leaf.key in claims and file in claims[leaf.key].evidence
    ]
    if citing:
        raise DomainError("evidence_cited", {"file": known.title, "leaves": ", ".join(citing)})
    await evidence_store.insert_removal(connection, file, by.subject, at)
    await store.update_unit(connection, period.id, unit)
    await record(connection, by, "evidence.removed", f"{code}/{unit}", file=str(file), digest=known.digest)
    return bound.version + 1


async def _own(connection: Reading, period_id: UUID, unit: str, file: UUID) -> EvidenceFile:
    """A file that the unit uploaded itself. Raises DomainError `evidence_unknown`."""
    known = await evidence_store.find_evidence(connection, period_id, unit, file)
    if known.is_inspection:
        raise DomainError("evidence_unknown", {"file": file})
    return known


async def _require_not_handed_in(
    connection: Reading, period_id: UUID, unit: str, file: UUID, made: Sequence[Act]
) -> None:
    """Raises DomainError `evidence_handed_in` where what others hold or answered names the file."""
    sent = [
        claims_of(act for act in made if act.sequence <= row.last_act)
        for row in await read_submissions(connection, period_id, unit)
    ]
    complaints = (await read_complaints(connection, period_id)).values()
    named = (
        *(file in claim.evidence for claims in sent for claim in claims.values()),
        *(file in act.evidence for act in made if act.stage != "self"),
        *(file in complaint.evidence for complaint in complaints if complaint.unit == unit),
    )
    if any(named):
        raise DomainError("evidence_handed_in", {"file": file})
