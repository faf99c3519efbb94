"""Routes: leaves returned to a unit for supplement, its answer, and all returns of a period."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from parindex.auth.policy import Action
from parindex.auth.principal import authorize_unit
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Label, Moment, Words, exampled
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.domain.supplements import STATES, Supplement
from scoring_api.assessment.http import appraisal_examples as examples
from scoring_api.assessment.http.assessments import PREFIX
from scoring_api.assessment.http.bodies import LeafKey
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.supplements import read_supplements
from scoring_api.assessment.use_cases import supplementing as use_cases

router = APIRouter(prefix=PREFIX, tags=["assessments"], route_class=UnitOfWorkRoute)
period_router = APIRouter(
    prefix="/api/v1/periods/{code}/supplements", tags=["appraisal"], route_class=UnitOfWorkRoute
)
Number = Annotated[int, Path(ge=1, le=1_000_000)]


class SupplementBody(Body):
    """A return for supplement («trả lại để bổ sung»): which leaves, why, and until when."""

    model_config = exampled(examples.SUPPLEMENT_BODY)

    leaves: Annotated[list[LeafKey], Field(min_length=1, max_length=2000)]
    reason: Label
    closes_at: Moment


class AnswerBody(Body):
    """What the unit says with its answer; the claims of the leaves are saved before."""

    model_config = exampled({"narrative": "Đã bổ sung danh sách hồ sơ và quyết định phê duyệt."})

    narrative: Words = ""


class CancellationBody(Body):
    """Why the return is taken back."""

    model_config = exampled({"reason": "Đã có đủ tài liệu trong kết luận kiểm tra."})

    reason: Label


@router.post(
    "/supplements",
    status_code=201,
    **guarded(Action.ASSESSMENT_APPRAISE),
    responses=reply_example(examples.SUPPLEMENT, 201),
)
async def post_supplement(
    code: str, unit: str, body: SupplementBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Return leaves to the unit: it may claim just these anew, until the time given."""
    made = await use_cases.request_supplement(
        connection,
        caller,
        code,
        unit,
        leaves=body.leaves,
        reason=body.reason,
        closes_at=body.closes_at,
        at=received_at,
    )
    return shown_supplement(made, received_at)


@router.get(
    "/supplements",
    **guarded(Action.ASSESSMENT_READ),
    responses=reply_example({"supplements": [examples.SUPPLEMENT]}),
)
async def get_supplements(
    code: str, unit: str, caller: Caller, connection: Read, received_at: ReceivedAt
) -> dict[str, Any]:
    """What was returned to the unit, the first one first, with its state now."""
    authorize_unit(caller, Action.ASSESSMENT_READ, unit)
    period = await store.read_period(connection, code)
    await store.read_unit(connection, period.id, unit)
    found = await read_supplements(connection, period.id, unit)
    return {"supplements": [shown_supplement(row, received_at) for row in found]}


@router.post(
    "/supplements/{number}/answer",
    **guarded(Action.ASSESSMENT_SUBMIT),
    responses=reply_example(examples.SUPPLEMENT_ANSWERED),
)
async def post_answer(
    code: str,
    unit: str,
    number: Number,
    body: AnswerBody,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Hand the supplemented leaves back to the secretariat, with a further receipt."""
    found, receipt = await use_cases.answer_supplement(
        connection, caller, code, unit, number, narrative=body.narrative, at=received_at
    )
    return {**shown_supplement(found, received_at), "receipt": receipt}


@router.post(
    "/supplements/{number}/cancellation",
    **guarded(Action.ASSESSMENT_APPRAISE),
    responses=reply_example({**examples.SUPPLEMENT, "state": "cancelled"}),
)
async def post_cancellation(
    code: str,
    unit: str,
    number: Number,
    body: CancellationBody,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Take a return back: its leaves are appraised as they stand."""
    found = await use_cases.cancel_supplement(
        connection, caller, code, unit, number, reason=body.reason, at=received_at
    )
    return shown_supplement(found, received_at)


@period_router.get(
    "",
    **guarded(Action.APPRAISAL_COMPARE),
    responses=reply_example({"period": "2022", "supplements": [examples.SUPPLEMENT]}),
)
async def get_period_supplements(
    code: str,
    connection: Read,
    received_at: ReceivedAt,
    state: Literal["open", "late", "answered", "cancelled"] | None = None,
) -> dict[str, Any]:
    """Every return of the period, or those in one state: open ones, and late ones that nobody answered."""
    period = await store.read_period(connection, code)
    found = await read_supplements(connection, period.id)
    chosen = [row for row in found if state in {None, row.state(received_at)}]
    return {"period": code, "supplements": [shown_supplement(row, received_at) for row in chosen]}


def shown_supplement(found: Supplement, at: datetime) -> dict[str, Any]:
    """A return as everybody sees it who may."""
    state, end = found.state(at), found.end
    return {
        "unit": found.unit,
        "number": found.number,
        "leaves": list(found.leaves),
        "reason": found.reason,
        "opens_at": instant_text(found.opens_at),
        "closes_at": instant_text(found.closes_at),
        "state": state,
        "state_name": STATES[state],
        "answer": end and {"narrative": end.narrative, "at": instant_text(end.at)},
    }
