"""Routes of the council."""

from datetime import UTC
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from parindex.auth.policy import Action
from parindex.http.routing import Caller, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Label, Words, exampled
from scoring_api.assessment.http.bodies import DecisionBody, entry_of
from scoring_api.assessment.http.period_bodies import PeriodMoment
from scoring_api.assessment.use_cases import council as use_cases

router = APIRouter(prefix="/api/v1/periods/{code}", tags=["council"], route_class=UnitOfWorkRoute)


class SessionBody(Body):
    """A session of the council («phiên họp Hội đồng»); each decision has its reason."""

    model_config = exampled(
        {
            "number": "01/BB-HĐ",
            "held_at": "2023-02-20T08:00:00+07:00",
            "minutes": "Hội đồng thống nhất kết quả thẩm định và quyết định các nội dung dưới đây.",
            "decisions": [
                {
                    "unit": "so-van-hoa-the-thao-va-du-lich",
                    "leaf": "I/1/1.5",
                    "value": {"count": "2"},
                    "reason": "Hội đồng công nhận thêm 01 sáng kiến, có văn bản áp dụng.",
                }
            ],
        }
    )

    number: Label
    held_at: PeriodMoment
    minutes: Words = ""
    decisions: Annotated[list[DecisionBody], Field(max_length=5000)] = []


@router.post("/council", **guarded(Action.COUNCIL_DECIDE))
async def post_council(code: str, caller: Caller, connection: Write) -> dict[str, str]:
    """Close appraisal and pin the tally; refused with every precondition that is not met."""
    await use_cases.call_council(connection, caller, code)
    return {"code": code, "state": "council"}


@router.post("/council/sessions", status_code=201, **guarded(Action.COUNCIL_DECIDE))
async def post_session(
    code: str, body: SessionBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Record a session with its decisions."""
    session = use_cases.Session(
        number=body.number,
        held_at=body.held_at.astimezone(UTC),
        minutes=body.minutes,
        decisions=tuple(
            use_cases.Decision(unit=row.unit, entry=entry_of(row, f"/decisions/{index}"))
            for index, row in enumerate(body.decisions)
        ),
    )
    await use_cases.hold_session(connection, caller, code, session, received_at)
    return {"number": body.number, "decisions": len(body.decisions)}
