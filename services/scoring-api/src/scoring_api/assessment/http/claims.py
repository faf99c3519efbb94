"""Route: what a unit claims, saved as it is filled in."""

from typing import Any

from fastapi import APIRouter, Request, Response

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, ReceivedAt, UnitOfWorkRoute, Write, guarded
from scoring_api.assessment.http import examples
from scoring_api.assessment.http.assessments import (
    IF_MATCH,
    PREFIX,
    held_version,
    shown_faults,
    shown_open,
    version_tag,
)
from scoring_api.assessment.http.bodies import ClaimsBody, entry_of
from scoring_api.assessment.use_cases.claiming import write_claims

router = APIRouter(prefix=PREFIX, tags=["assessments"], route_class=UnitOfWorkRoute)


@router.put(
    "/claims",
    **guarded(Action.ASSESSMENT_SUBMIT, parameters=[IF_MATCH]),
    responses=reply_example(examples.SAVED),
)
async def put_claims(
    request: Request,
    response: Response,
    code: str,
    unit: str,
    body: ClaimsBody,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Save claims for leaves, finished or not; the reply says what the assessment still needs, leaf by leaf.

    If-Match names the version being edited, or is `*`. A claim with nothing in it takes the earlier one back.
    """
    held = held_version(request)
    entries = [entry_of(claim, f"/claims/{index}") for index, claim in enumerate(body.claims)]
    saved = await write_claims(connection, caller, code, unit, entries, received_at, held=held)
    response.headers["ETag"] = version_tag(saved.version)
    return {
        "unit": unit,
        "changed": saved.changed,
        "version": saved.version,
        "open": shown_open(saved.open_leaves),
        "warnings": shown_faults(saved.warnings),
    }
