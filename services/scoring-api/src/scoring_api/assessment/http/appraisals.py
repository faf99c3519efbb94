"""Routes: what the secretariat makes of a unit's claims."""

from typing import Any

from fastapi import APIRouter, Request, Response

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, ReceivedAt, UnitOfWorkRoute, Write, guarded
from scoring_api.assessment.http import appraisal_examples as examples
from scoring_api.assessment.http.assessments import (
    IF_MATCH_OPTIONAL,
    PREFIX,
    held_version,
    shown_faults,
    version_tag,
)
from scoring_api.assessment.http.bodies import AppraisalsBody, entry_of
from scoring_api.assessment.use_cases import appraising as use_cases

router = APIRouter(prefix=PREFIX, tags=["assessments"], route_class=UnitOfWorkRoute)


@router.post(
    "/appraisals",
    status_code=201,
    **guarded(Action.ASSESSMENT_APPRAISE, parameters=[IF_MATCH_OPTIONAL]),
    responses=reply_example(examples.APPRAISED, 201),
)
async def post_appraisals(
    request: Request,
    response: Response,
    code: str,
    unit: str,
    body: AppraisalsBody,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Appraise leaves: confirm the claim, or give another value with the reason.

    In the final appraisal a leaf alone keeps what was appraised before. If-Match, where it is sent, names
    the version of the assessment that was looked at.
    """
    held = held_version(request, required=False)
    entries = [entry_of(row, f"/appraisals/{index}") for index, row in enumerate(body.appraisals)]
    done = await use_cases.write_appraisals(connection, caller, code, unit, entries, received_at, held=held)
    response.headers["ETag"] = version_tag(done.version)
    return {
        "unit": unit,
        "appraised": done.leaves,
        "version": done.version,
        "warnings": shown_faults(done.warnings),
    }


@router.post(
    "/appraisal-completion",
    **guarded(Action.ASSESSMENT_APPRAISE),
    responses=reply_example(examples.COMPLETED),
)
async def post_completion(
    code: str, unit: str, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, str]:
    """Say that the unit's appraisal is done, or its final one; a refusal names every leaf that waits."""
    step = await use_cases.complete_appraisal(connection, caller, code, unit, received_at)
    return {"unit": unit, "status": step}
