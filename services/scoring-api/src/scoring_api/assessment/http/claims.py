"""Routes: what a unit claims and submits."""

from typing import Any

from fastapi import APIRouter, Request, Response

from parindex.auth.policy import Action
from parindex.auth.principal import authorize_unit
from parindex.http.conditional import require_match
from parindex.http.description import reply_example
from parindex.http.routing import Caller, ReceivedAt, UnitOfWorkRoute, Write, guarded
from scoring_api.assessment.http import examples
from scoring_api.assessment.http.assessments import IF_MATCH, PREFIX, version_tag
from scoring_api.assessment.http.bodies import ClaimsBody, entry_of
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.use_cases.claiming import write_claims
from scoring_api.assessment.use_cases.submitting import submit

router = APIRouter(prefix=PREFIX, tags=["assessments"], route_class=UnitOfWorkRoute)


@router.put(
    "/claims",
    **guarded(Action.ASSESSMENT_SUBMIT, parameters=[IF_MATCH]),
    responses=reply_example({"unit": "so-noi-vu", "changed": 3, "version": 2}),
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
    """Save claims for leaves; If-Match names the version being edited, or is *; the reply has the new one."""
    authorize_unit(caller, Action.ASSESSMENT_SUBMIT, unit)
    period = await store.open_for_write(connection, code, "open")
    current = await store.read_unit(connection, period.id, unit, lock=True)
    if request.headers.get("if-match", "").strip() != "*":  # any version there is: the assessment exists
        require_match(request, version_tag(current.version))
    entries = [entry_of(claim, f"/claims/{index}") for index, claim in enumerate(body.claims)]
    changed = await write_claims(connection, caller, code, unit, entries, received_at)
    response.headers["ETag"] = version_tag(current.version + 1)
    return {"unit": unit, "changed": changed, "version": current.version + 1}


@router.post(
    "/submission",
    status_code=201,
    **guarded(Action.ASSESSMENT_SUBMIT),
    responses=reply_example(examples.RECEIPT, 201),
)
async def post_submission(
    code: str, unit: str, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Submit the self-assessment; the receipt carries the time and the digest."""
    return await submit(connection, caller, code, unit, received_at)
