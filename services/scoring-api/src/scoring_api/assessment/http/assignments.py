"""Routes: who appraises which areas of which units, and who shall not."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Label, exampled
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.domain.guard import Assignment, Conflict, Ending
from scoring_api.assessment.domain.steps import areas_of
from scoring_api.assessment.http import appraisal_examples as examples
from scoring_api.assessment.store import assignments as assignment_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.use_cases import assigning as use_cases
from scoring_api.assessment.use_cases.council import frameworks_of

router = APIRouter(prefix="/api/v1/periods/{code}", tags=["appraisal"], route_class=UnitOfWorkRoute)

Account = Annotated[Label, Field(max_length=200)]
UnitCode = Annotated[str, Field(min_length=1, max_length=80)]
AreaKey = Annotated[str, Field(min_length=1, max_length=200)]


class AssignmentBody(Body):
    """Areas of units for one account; without units every unit, without areas every area."""

    appraiser: Account
    units: Annotated[list[UnitCode], Field(max_length=500)] = []
    areas: Annotated[list[AreaKey], Field(max_length=100)] = []


class AssignmentsBody(Body):
    """Who appraises what («phân công thẩm định»)."""

    model_config = exampled(examples.ASSIGNMENTS_BODY)

    assignments: Annotated[list[AssignmentBody], Field(min_length=1, max_length=500)]


class EndingBody(Body):
    """Why it holds no longer."""

    model_config = exampled({"reason": "Chuyển công tác; giao lại cho thành viên khác."})

    reason: Label


class ConflictBody(Body):
    """A conflict of interest («xung đột lợi ích») of an appraiser with a unit; `appraiser` empty: the own."""

    model_config = exampled(examples.CONFLICT_BODY)

    unit: UnitCode
    reason: Label
    appraiser: Annotated[str, Field(max_length=200)] = ""


@router.post(
    "/assignments",
    status_code=201,
    **guarded(Action.ASSIGNMENT_WRITE),
    responses=reply_example({"assignments": [examples.ASSIGNMENT]}, 201),
)
async def post_assignments(
    code: str, body: AssignmentsBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Give areas of units to appraisers; from the first assignment on nobody else appraises in the period."""
    wanted = [
        use_cases.Wanted(
            pointer=f"/assignments/{index}",
            appraiser=row.appraiser,
            units=tuple(dict.fromkeys(row.units)),
            areas=tuple(dict.fromkeys(row.areas)),
        )
        for index, row in enumerate(body.assignments)
    ]
    made = await use_cases.assign(connection, caller, code, wanted, received_at)
    return {"assignments": [_assignment(row) for row in made]}


@router.get("/assignments", **guarded(Action.ASSIGNMENT_READ), responses=reply_example(examples.ASSIGNMENTS))
async def get_assignments(code: str, connection: Read) -> dict[str, Any]:
    """Every assignment, ended ones too, and the areas of units that nobody has once there are any."""
    period = await store.read_period(connection, code)
    rows = await assignment_store.read_assignments(connection, period.id)
    bound = await store.read_units(connection, period.id)
    members = await frameworks_of(connection, bound)
    valid = [row for row in rows if row.ending is None]
    open_places = [
        {"unit": unit.unit, "area": area}
        for unit in bound
        for area in areas_of(members[unit.unit])
        if valid and not any(row.covers(unit.unit, area) for row in valid)
    ]
    return {
        "period": code,
        "assignments": [_assignment(row) for row in rows],
        "unassigned": open_places,
    }


@router.post(
    "/assignments/{assignment}/end",
    **guarded(Action.ASSIGNMENT_WRITE),
    responses=reply_example({**examples.ASSIGNMENT, "ended": examples.ENDED}),
)
async def post_assignment_end(
    code: str,
    assignment: UUID,
    body: EndingBody,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Take an assignment back; what was appraised under it stays."""
    row = await use_cases.end_assignment(connection, caller, code, assignment, body.reason, received_at)
    ending = Ending(reason=body.reason, author=caller.subject, at=received_at)
    return {**_assignment(row), "ended": _ended(ending)}


@router.post(
    "/conflicts",
    status_code=201,
    **guarded(Action.CONFLICT_DECLARE),
    responses=reply_example(examples.CONFLICT, 201),
)
async def post_conflict(
    code: str, body: ConflictBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Declare that an appraiser shall not judge a unit: an appraiser of oneself, the administrator of any."""
    made = await use_cases.declare_conflict(
        connection,
        caller,
        code,
        body.unit,
        appraiser=body.appraiser,
        reason=body.reason,
        at=received_at,
    )
    return _conflict(made)


@router.get(
    "/conflicts",
    **guarded(Action.ASSIGNMENT_READ),
    responses=reply_example({"period": "2022", "conflicts": [examples.CONFLICT]}),
)
async def get_conflicts(code: str, connection: Read) -> dict[str, Any]:
    """Every conflict of interest declared for the period, ended ones too."""
    period = await store.read_period(connection, code)
    rows = await assignment_store.read_conflicts(connection, period.id)
    return {"period": code, "conflicts": [_conflict(row) for row in rows]}


@router.post(
    "/conflicts/{conflict}/end",
    **guarded(Action.ASSIGNMENT_WRITE),
    responses=reply_example({**examples.CONFLICT, "ended": examples.ENDED}),
)
async def post_conflict_end(
    code: str, conflict: UUID, body: EndingBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Say that a conflict exists no longer."""
    row = await use_cases.end_conflict(connection, caller, code, conflict, body.reason, received_at)
    ending = Ending(reason=body.reason, author=caller.subject, at=received_at)
    return {**_conflict(row), "ended": _ended(ending)}


def _assignment(row: Assignment) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "appraiser": row.appraiser,
        "unit": row.unit,
        "area": row.area,
        "by": row.author,
        "at": instant_text(row.at),
        "ended": _ended(row.ending),
    }


def _conflict(row: Conflict) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "appraiser": row.appraiser,
        "unit": row.unit,
        "reason": row.reason,
        "by": row.author,
        "at": instant_text(row.at),
        "ended": _ended(row.ending),
    }


def _ended(ending: Ending | None) -> dict[str, str] | None:
    if ending is None:
        return None
    return {"reason": ending.reason, "by": ending.author, "at": instant_text(ending.at)}
