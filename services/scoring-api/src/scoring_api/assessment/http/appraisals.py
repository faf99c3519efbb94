"""Routes: what the secretariat makes of a unit's claims."""

from typing import Any

from fastapi import APIRouter

from parindex.auth.policy import Action
from parindex.http.routing import Caller, ReceivedAt, UnitOfWorkRoute, Write, guarded
from scoring_api.assessment.http.assessments import PREFIX
from scoring_api.assessment.http.bodies import AppraisalsBody, entry_of
from scoring_api.assessment.use_cases import appraising as use_cases

router = APIRouter(prefix=PREFIX, tags=["assessments"], route_class=UnitOfWorkRoute)


@router.post("/appraisals", status_code=201, **guarded(Action.ASSESSMENT_APPRAISE))
async def post_appraisals(
    code: str,
    unit: str,
    body: AppraisalsBody,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Appraise leaves: confirm the claim, or give another value with the reason."""
    entries = [entry_of(row, f"/appraisals/{index}") for index, row in enumerate(body.appraisals)]
    written = await use_cases.write_appraisals(connection, caller, code, unit, entries, received_at)
    return {"unit": unit, "appraised": written}


@router.post("/appraisal-completion", **guarded(Action.ASSESSMENT_APPRAISE))
async def post_completion(
    code: str, unit: str, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, str]:
    """Send the unit's appraisal to the council."""
    await use_cases.complete_appraisal(connection, caller, code, unit, received_at)
    return {"unit": unit, "status": "appraised"}
