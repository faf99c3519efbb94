"""Route: what waits for the calling appraiser, page by page, with counts by unit and by area."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, guarded
from parindex.kernel.canonical import decimal_text
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.comparison import said_text
from scoring_api.assessment.domain.desk import Desk, points_of
from scoring_api.assessment.domain.worklist import Count, Place, Task, count, place_of, tasks
from scoring_api.assessment.http import appraisal_examples as examples
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.use_cases.appraising import guard_of
from scoring_api.assessment.use_cases.desks import read_desks

router = APIRouter(prefix="/api/v1/periods/{code}/worklist", tags=["appraisal"], route_class=UnitOfWorkRoute)

WHY = {
    "unappraised": "chưa thẩm định",
    "changed": "đơn vị đã bổ sung sau khi thẩm định",
    "explained": "đơn vị đã giải trình",
}


@router.get("", **guarded(Action.ASSESSMENT_APPRAISE), responses=reply_example(examples.WORKLIST))
async def get_worklist(
    code: str,
    caller: Caller,
    connection: Read,
    received_at: ReceivedAt,
    unit: Annotated[str, Query(max_length=80)] = "",
    area: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str, Query(max_length=300, description="`next` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Leaves that wait for the caller, by deadline; of one unit or one area where that is asked.

    A page begins after a leaf, not at a number: what is judged meanwhile shifts nothing.
    """
    period = await store.read_period(connection, code)
    desks = await read_desks(connection, caller, period, received_at) if period.state == "open" else []
    guard = await guard_of(connection, caller, period.id)
    found = [task for task in tasks(desks, guard) if unit in {"", task.desk.unit} and area in {"", task.area}]
    start = _place_after(desks, after) if after else None
    waiting = [task for task in found if task.waiting and (start is None or task.place > start)]
    page = waiting[:limit]
    return {
        "period": code,
        **_counts(count(found)),
        "units": _units(found),
        "areas": _areas(found),
        "tasks": [_task(task) for task in page],
        "next": _cursor(page[-1]) if len(waiting) > limit else None,
    }


def _cursor(task: Task) -> str:
    return f"{task.desk.unit}/{task.leaf.key}"


def _place_after(desks: list[Desk], after: str) -> Place:
    """Raises DomainError `invalid_request` for what is no leaf of the period."""
    unit, _, leaf = after.partition("/")
    place = place_of(desks, unit, leaf)
    if place is not None:
        return place
    fault = Fault("/query/after", "cursor_unknown", "không có tiêu chí này trong danh sách")
    raise DomainError("invalid_request", {"count": 1}, (fault,))


def _counts(found: Count) -> dict[str, int]:
    return {"scored": found.scored, "waiting": found.waiting, "returned": found.returned}


def _units(found: list[Task]) -> list[dict[str, Any]]:
    by_unit: dict[str, list[Task]] = {}
    for task in found:
        by_unit.setdefault(task.desk.unit, []).append(task)
    return [_unit(own[0].desk, own) for own in by_unit.values()]


def _unit(desk: Desk, own: list[Task]) -> dict[str, Any]:
    return {
        "unit": desk.unit,
        "name": desk.name,
        "status": desk.step,
        "phase": desk.phase,
        "closes_at": desk.closes_at and instant_text(desk.closes_at),
        "late": not desk.running,
        **_counts(count(own)),
    }


def _areas(found: list[Task]) -> list[dict[str, Any]]:
    by_area: dict[tuple[str, str], list[Task]] = {}
    for task in found:
        by_area.setdefault((task.desk.framework.code, task.area), []).append(task)
    return [
        {
            "framework": framework,
            "area": area,
            "name": own[0].desk.framework.nodes[area].name,
            **_counts(count(own)),
        }
        for (framework, area), own in by_area.items()
    ]


def _task(task: Task) -> dict[str, Any]:
    leaf, claim = task.leaf, task.desk.claims.get(task.leaf.key)
    points = points_of(leaf, claim)
    return {
        "unit": task.desk.unit,
        "name": task.desk.name,
        "area": task.area,
        "leaf": leaf.key,
        "code": leaf.code,
        "leaf_name": leaf.name,
        "max_points": decimal_text(leaf.max_points),
        "why": task.why,
        "why_name": WHY[task.why],
        "closes_at": task.desk.closes_at and instant_text(task.desk.closes_at),
        "claimed": said_text(leaf, claim),
        "claimed_points": None if points is None else decimal_text(points),
        "evidence": len(claim.evidence) if claim else 0,
    }
