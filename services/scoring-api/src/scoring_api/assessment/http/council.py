"""Routes of the council: calling it, its sessions and their record, taking a step back."""

from datetime import UTC
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StrictInt

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, Words, exampled
from parindex.kernel.canonical import decimal_text
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.domain.complaints import OUTCOMES, Complaint, Reply
from scoring_api.assessment.http import council_examples as examples
from scoring_api.assessment.http.bodies import DecisionBody, entry_of
from scoring_api.assessment.http.period_bodies import PeriodMoment
from scoring_api.assessment.store import complaints as complaint_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import sessions
from scoring_api.assessment.store.sessions import SessionRow
from scoring_api.assessment.use_cases import council as use_cases
from scoring_api.assessment.use_cases.holding_sessions import Decision, Session, hold_session
from scoring_api.assessment.use_cases.reopening import reopen_period

router = APIRouter(prefix="/api/v1/periods/{code}", tags=["council"], route_class=UnitOfWorkRoute)


class AnswerBody(Body):
    """What the council makes of a complaint («trả lời kiến nghị»): outcome and reason."""

    complaint: Annotated[StrictInt, Field(ge=1, le=1_000_000)]
    outcome: Annotated[str, Field(max_length=20, description=f"One of {', '.join(OUTCOMES)}")]
    reason: Label


class SessionBody(Body):
    """A session of the council («phiên họp Hội đồng»); each decision and each answer has its reason.

    `present` are roles and agencies, not people.
    """

    model_config = exampled(examples.SESSION_BODY)

    number: Label
    held_at: PeriodMoment
    present: Annotated[list[Label], Field(max_length=100)] = []
    agenda: Annotated[list[Label], Field(max_length=100)] = []
    minutes: Words = ""
    decisions: Annotated[list[DecisionBody], Field(max_length=5000)] = []
    answers: Annotated[list[AnswerBody], Field(max_length=1000)] = []


class ReopeningBody(Body):
    """A step back («mở lại») with its reason; `units` are those to be appraised again."""

    model_config = exampled(
        {
            "to": "open",
            "reason": "Bổ sung kết luận thanh tra chưa được xét khi thẩm định.",
            "units": ["so-y-te"],
        }
    )

    to: Literal["council", "open"]
    reason: Label
    units: Annotated[list[Code], Field(max_length=2000)] = []


@router.post("/council", **guarded(Action.COUNCIL_DECIDE))
async def post_council(code: str, caller: Caller, connection: Write) -> dict[str, str]:
    """Close appraisal and pin the tally; refused with every precondition that is not met."""
    await use_cases.call_council(connection, caller, code)
    return {"code": code, "state": "council"}


@router.post(
    "/council/sessions",
    status_code=201,
    **guarded(Action.COUNCIL_DECIDE),
    responses=reply_example(examples.SESSION_KEPT, 201),
)
async def post_session(
    code: str, body: SessionBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Record a session with its decisions and its answers to complaints."""
    session = Session(
        number=body.number,
        held_at=body.held_at.astimezone(UTC),
        present=tuple(body.present),
        agenda=tuple(body.agenda),
        minutes=body.minutes,
        decisions=tuple(
            Decision(unit=row.unit, entry=entry_of(row, f"/decisions/{index}"))
            for index, row in enumerate(body.decisions)
        ),
        replies=tuple(
            Reply(pointer=f"/answers/{index}", **row.model_dump()) for index, row in enumerate(body.answers)
        ),
    )
    return await hold_session(connection, caller, code, session, received_at)


@router.get(
    "/council/sessions", **guarded(Action.COUNCIL_DECIDE), responses=reply_example([examples.SESSION_LISTED])
)
async def get_sessions(code: str, connection: Read) -> list[dict[str, Any]]:
    """The sessions of the period in the order they were held."""
    period = await store.read_period(connection, code)
    found = await sessions.read_sessions(connection, period.id)
    decisions = await sessions.count_decisions(connection, period.id)
    answers = await sessions.count_answers(connection, [row.id for row in found])
    return [
        {
            **_record(row),
            "decisions": decisions.get(row.id, 0),
            "answers": answers.get(row.id, 0),
        }
        for row in found
    ]


@router.get(
    "/council/sessions/{session}",
    **guarded(Action.COUNCIL_DECIDE),
    responses=reply_example(examples.SESSION),
)
async def get_session(code: str, session: UUID, connection: Read) -> dict[str, Any]:
    """One session: its record, every decision and every answer."""
    period = await store.read_period(connection, code)
    row = await sessions.read_session(connection, period.id, session)
    answered = [
        filed
        for filed in (await complaint_store.read_complaints(connection, period.id)).values()
        if filed.answer is not None and filed.answer.session == row.number
    ]
    return {
        **_record(row),
        "author": row.author,
        "tally": row.tally_digest,
        "decisions": [decision(act) for act in await sessions.read_decisions(connection, period.id, session)],
        "answers": [_answer(filed) for filed in answered],
    }


def _record(row: SessionRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "number": row.number,
        "held_at": instant_text(row.held_at),
        "present": list(row.present),
        "agenda": list(row.agenda),
        "minutes": row.minutes,
    }


def decision(act: Act) -> dict[str, Any]:
    return {
        "unit": act.unit,
        "leaf": act.leaf,
        "value": act.value,
        "points": None if act.points is None else decimal_text(act.points),
        "not_applicable": act.not_applicable,
        "reason": act.reason,
    }


def _answer(filed: Complaint) -> dict[str, Any]:
    assert filed.answer is not None
    return {
        "complaint": filed.number,
        "unit": filed.unit,
        "outcome": filed.answer.outcome,
        "outcome_name": OUTCOMES[filed.answer.outcome],
        "reason": filed.answer.reason,
    }


@router.post("/reopen", **guarded(Action.COUNCIL_DECIDE), responses=reply_example(examples.REOPENED))
async def post_reopen(code: str, body: ReopeningBody, caller: Caller, connection: Write) -> dict[str, Any]:
    """Take one step back; the reply names each sign-off that this undoes."""
    undone = await reopen_period(connection, caller, code, body.to, reason=body.reason, units=body.units)
    return {"code": code, "state": body.to, "undone": undone}
