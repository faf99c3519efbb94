"""Routes of complaints: a unit files them with their files, the unit and the council read them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import AfterValidator, Field

from parindex.auth.policy import Action, Scope
from parindex.auth.principal import authorize
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Words, exampled
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.domain.complaints import OUTCOMES, Complaint
from scoring_api.assessment.http import council_examples as examples
from scoring_api.assessment.http.bodies import LeafKey
from scoring_api.assessment.store import complaints as complaint_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.use_cases import complaining as use_cases

router = APIRouter(prefix="/api/v1/periods/{code}", tags=["complaints"], route_class=UnitOfWorkRoute)


def _said(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


class ComplaintBody(Body):
    """A complaint («khiếu nại, kiến nghị»): the leaves it is about, why, and the files that show it."""

    model_config = exampled(examples.COMPLAINT_BODY)

    leaves: Annotated[list[LeafKey], Field(min_length=1, max_length=200)]
    narrative: Annotated[Words, AfterValidator(_said)]
    evidence: Annotated[list[UUID], Field(max_length=100)] = []


@router.post(
    "/assessments/{unit}/complaints",
    status_code=201,
    **guarded(Action.COMPLAINT_FILE),
    responses=reply_example({**examples.COMPLAINT, "answer": None}, 201),
)
async def post_complaint(
    code: str, unit: str, body: ComplaintBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Complain about leaves of the unit's own provisional result, inside the window for it."""
    filed = await use_cases.file_complaint(
        connection,
        caller,
        code,
        unit,
        leaves=tuple(body.leaves),
        narrative=body.narrative,
        evidence=tuple(body.evidence),
        at=received_at,
    )
    return _shown(filed)


@router.get("/complaints", **guarded(Action.COMPLAINT_READ), responses=reply_example([examples.COMPLAINT]))
async def get_complaints(code: str, caller: Caller, connection: Read) -> list[dict[str, Any]]:
    """Complaints of the period with their answers; an officer reads those of the own unit."""
    period = await store.read_period(connection, code)
    found = (await complaint_store.read_complaints(connection, period.id)).values()
    own = authorize(caller, Action.COMPLAINT_READ) is Scope.OWN_UNIT
    return [_shown(filed) for filed in found if not own or filed.unit in caller.units]


def _shown(filed: Complaint) -> dict[str, Any]:
    answer = filed.answer
    return {
        "number": filed.number,
        "unit": filed.unit,
        "leaves": list(filed.leaves),
        "narrative": filed.narrative,
        "evidence": [str(file) for file in filed.evidence],
        "by": filed.author,
        "at": instant_text(filed.at),
        "answer": answer
        and {
            "outcome": answer.outcome,
            "outcome_name": OUTCOMES[answer.outcome],
            "reason": answer.reason,
            "session": answer.session,
            "at": instant_text(answer.at),
        },
    }
