"""Routes: submitting a self-assessment, taking it back, and what was handed in when."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from parindex.auth.policy import Action
from parindex.auth.principal import authorize_unit
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.domain.claims import claims_of
from scoring_api.assessment.domain.submissions import Submission, changes, file_words, submitted_content
from scoring_api.assessment.http import examples
from scoring_api.assessment.http.assessments import IF_MATCH_OPTIONAL, PREFIX, held_version
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import evidence as evidence_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import submissions as submission_store
from scoring_api.assessment.use_cases.submitting import submit, withdraw
from scoring_api.frameworks import store as frameworks

router = APIRouter(prefix=PREFIX, tags=["assessments"], route_class=UnitOfWorkRoute)

State = Annotated[
    str,
    Query(
        pattern=r"^([0-9]{1,4}|current)$",
        description="A submission by its number, `current` for the claims as they stand, `0` for nothing",
    ),
]


@router.post(
    "/submission",
    status_code=201,
    **guarded(Action.ASSESSMENT_SUBMIT, parameters=[IF_MATCH_OPTIONAL]),
    responses=reply_example(examples.RECEIPT, 201),
)
async def post_submission(
    request: Request, code: str, unit: str, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Submit the self-assessment; the receipt carries the number, the time and the digest.

    With If-Match, only the version that it names.
    """
    held = held_version(request, required=False)
    return await submit(connection, caller, code, unit, received_at, held=held)


@router.post(
    "/withdrawal",
    status_code=201,
    **guarded(Action.ASSESSMENT_SUBMIT),
    responses=reply_example(examples.WITHDRAWAL, 201),
)
async def post_withdrawal(
    code: str, unit: str, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Take the submission back while the window is open; it stays on record, and the unit may edit again."""
    return await withdraw(connection, caller, code, unit, received_at)


@router.get("/submissions", **guarded(Action.ASSESSMENT_READ), responses=reply_example(examples.SUBMISSIONS))
async def get_submissions(code: str, unit: str, caller: Caller, connection: Read) -> dict[str, Any]:
    """Every submission of the unit and its withdrawal, the first one first."""
    authorize_unit(caller, Action.ASSESSMENT_READ, unit)
    period = await store.read_period(connection, code)
    await store.read_unit(connection, period.id, unit)
    found = await submission_store.read_submissions(connection, period.id, unit)
    return {"period": code, "unit": unit, "submissions": [shown_submission(row) for row in found]}


@router.get(
    "/submissions/{number}",
    **guarded(Action.ASSESSMENT_READ),
    responses=reply_example(examples.SUBMITTED),
)
async def get_submission(
    code: str,
    unit: str,
    number: Annotated[int, Path(ge=1, le=9999)],
    caller: Caller,
    connection: Read,
) -> dict[str, Any]:
    """What was handed in; its receipt's digest is the SHA-256 of the canonical JSON of `content`."""
    authorize_unit(caller, Action.ASSESSMENT_READ, unit)
    period = await store.read_period(connection, code)
    await store.read_unit(connection, period.id, unit)
    made = await act_store.read_acts(connection, period.id, unit)
    known = await submission_store.read_submissions(connection, period.id, unit)
    claims = _claims_at(str(number), made, known)
    files = await evidence_store.read_evidence(connection, period.id, unit)
    content = submitted_content(code, unit, claims, {file.id: file.digest for file in files})
    return {**shown_submission(known[number - 1]), "content": content}


@router.get(
    "/changes",
    **guarded(Action.ASSESSMENT_READ),
    response_model=None,
    responses={
        200: {
            "content": {
                "application/json": {"example": examples.CHANGES},
                "text/plain": {"example": examples.CHANGES["lines"][0]},
            }
        }
    },
)
async def get_changes(
    code: str,
    unit: str,
    caller: Caller,
    connection: Read,
    before: State = "0",
    after: State = "current",
    form: Annotated[Literal["json", "text"], Query(alias="format")] = "json",
) -> dict[str, Any] | Response:
    """What differs between two submissions, or one and the current state: by leaf, and as lines to read."""
    authorize_unit(caller, Action.ASSESSMENT_READ, unit)
    period = await store.read_period(connection, code)
    bound = await store.read_unit(connection, period.id, unit)
    made = await act_store.read_acts(connection, period.id, unit)
    known = await submission_store.read_submissions(connection, period.id, unit)
    framework = (await frameworks.read_by_ids(connection, [bound.framework_id]))[0].parsed
    files = await evidence_store.read_evidence(connection, period.id, unit)
    words = file_words({row.id: row.facts for row in files}, {row.id: row.file_name for row in files})
    states = (_claims_at(before, made, known), _claims_at(after, made, known))
    found = changes(framework, *states, words)
    lines = [change.line for change in found]
    if form == "text":
        return Response("".join(f"{line}\n" for line in lines), media_type="text/plain")
    return {
        "period": code,
        "unit": unit,
        "before": before,
        "after": after,
        "changes": [
            {
                "leaf": change.leaf,
                "code": change.code,
                "name": change.name,
                "what": change.what,
                "before": change.before,
                "after": change.after,
            }
            for change in found
        ],
        "lines": lines,
    }


def shown_submission(row: Submission) -> dict[str, Any]:
    return {
        "number": row.number,
        "submitted_at": instant_text(row.at),
        "withdrawn_at": instant_text(row.withdrawn_at) if row.withdrawn_at else None,
        "leaves": row.leaves,
        "files": row.files,
        "digest": row.digest,
    }


def _claims_at(state: str, made: list[Act], known: list[Submission]) -> dict[str, Act]:
    """The claims as handed in, or as they stand now. Raises DomainError `submission_unknown`."""
    if state == "current":
        return claims_of(made)
    number = int(state)
    if number > len(known):
        raise DomainError("submission_unknown", {"number": number})
    last = known[number - 1].last_act if number else 0
    return claims_of(act for act in made if act.sequence <= last)
