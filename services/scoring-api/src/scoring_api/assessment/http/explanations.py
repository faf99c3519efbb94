"""Routes: what a unit replies to its appraisal, leaf by leaf."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Words, exampled
from scoring_api.assessment.domain.acts import Entry
from scoring_api.assessment.http import appraisal_examples as examples
from scoring_api.assessment.http.assessments import IF_MATCH_OPTIONAL, PREFIX, held_version, version_tag
from scoring_api.assessment.http.bodies import Files, LeafKey
from scoring_api.assessment.use_cases import explaining as use_cases

router = APIRouter(prefix=PREFIX, tags=["assessments"], route_class=UnitOfWorkRoute)


class ExplanationBody(Body):
    """What the unit replies on one leaf, with files of its own that show it."""

    leaf: LeafKey
    narrative: Words
    evidence: Files = []


class ExplanationsBody(Body):
    """Replies («giải trình») on appraised leaves; a later one on a leaf follows the former."""

    model_config = exampled(examples.EXPLANATIONS_BODY)

    explanations: Annotated[list[ExplanationBody], Field(min_length=1, max_length=2000)]


@router.post(
    "/explanations",
    status_code=201,
    **guarded(Action.ASSESSMENT_SUBMIT, parameters=[IF_MATCH_OPTIONAL]),
    responses=reply_example(examples.EXPLAINED, 201),
)
async def post_explanations(
    request: Request,
    response: Response,
    code: str,
    unit: str,
    body: ExplanationsBody,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Reply to the appraisal of leaves, in the time for explanations; points do not change by it."""
    held = held_version(request, required=False)
    entries = [
        Entry(
            pointer=f"/explanations/{index}",
            leaf=row.leaf,
            narrative=row.narrative,
            evidence=tuple(dict.fromkeys(row.evidence)),
        )
        for index, row in enumerate(body.explanations)
    ]
    version = await use_cases.write_explanations(
        connection, caller, code, unit, entries, received_at, held=held
    )
    response.headers["ETag"] = version_tag(version)
    return {"unit": unit, "explained": len(entries), "version": version}


@router.post(
    "/explanation-completion",
    **guarded(Action.ASSESSMENT_SUBMIT),
    responses=reply_example(examples.EXPLANATION_COMPLETED),
)
async def post_explanation_completion(
    code: str, unit: str, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Hand the replies to the secretariat; a unit without any says that it has nothing to add."""
    leaves = await use_cases.complete_explanation(connection, caller, code, unit, received_at)
    return {"unit": unit, "status": "explained", "leaves": leaves}
