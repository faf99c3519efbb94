"""A unit complains about its provisional result («khiếu nại, kiến nghị»), inside the window for it."""

from datetime import datetime
from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_unit
from parindex.db import Writing
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.complaints import COMPLAINED, Complaint, complaint_faults
from scoring_api.assessment.domain.period import require_window
from scoring_api.assessment.store import complaints as store
from scoring_api.assessment.store import periods
from scoring_api.assessment.store.evidence import read_evidence
from scoring_api.assessment.store.sessions import read_signer
from scoring_api.assessment.use_cases.council import frameworks_of
from scoring_api.schema import record


async def file_complaint(
    connection: Writing,
    by: Principal,
    code: str,
    unit: str,
    *,
    leaves: tuple[str, ...],
    narrative: str,
    evidence: tuple[UUID, ...],
    at: datetime,
) -> Complaint:
    """Keep the complaint under the next number of the period; before a result was released there is none.

    Raises DomainError `complaint_invalid` with every fault, `window_closed`, `period_state`, `foreign_unit`,
    `unit_not_in_period`.
    """
    authorize_unit(by, Action.COMPLAINT_FILE, unit)
    period = await periods.open_for_transition(connection, code, *COMPLAINED)
    require_window(period.windows, "complaint", unit, at)
    if period.state == "council" and await read_signer(connection, "period.provisional", code) is None:
        raise DomainError("period_state", {"state": period.state, "allowed": "provisional"})
    bound = await periods.read_unit(connection, period.id, unit)
    framework = (await frameworks_of(connection, [bound]))[unit]
    files = {file.id for file in await read_evidence(connection, period.id, unit)}
    faults = complaint_faults(framework, leaves, evidence, files)
    if faults:
        raise DomainError("complaint_invalid", {"count": len(faults)}, tuple(faults))
    filed = Complaint(
        id=uuid7(),
        number=await store.next_number(connection, period.id),
        unit=unit,
        leaves=leaves,
        narrative=narrative,
        evidence=evidence,
        author=by.subject,
        at=at,
    )
    await store.insert_complaint(connection, period.id, filed)
    await record(
        connection, by, "complaint.filed", f"{code}/{unit}", number=filed.number, leaves=list(leaves)
    )
    said = {"period": code, "unit": unit, "complaint": filed.number}
    await announce(connection, "complaint.filed", f"{code}/{unit}", said)
    return filed
