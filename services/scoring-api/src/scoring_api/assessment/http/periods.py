"""Routes: create, open, extend and read periods."""

from datetime import UTC
from typing import Any

from fastapi import APIRouter

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.domain.period import PHASE_NAMES, Window
from scoring_api.assessment.http.examples import PERIOD
from scoring_api.assessment.http.period_bodies import ExtensionBody, PassagesBody, PeriodBody
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import snapshots
from scoring_api.assessment.store.acts import read_session_number
from scoring_api.assessment.use_cases import periods as use_cases
from scoring_api.assessment.use_cases.binding import Binding

router = APIRouter(prefix="/api/v1/periods", tags=["periods"], route_class=UnitOfWorkRoute)


@router.post(
    "",
    status_code=201,
    **guarded(Action.PERIOD_WRITE),
    responses=reply_example({"code": "2022", "state": "draft", "units": 30}, 201),
)
async def post_period(body: PeriodBody, caller: Caller, connection: Write) -> dict[str, Any]:
    """Create a period as a draft: windows, units, frameworks, campaign."""
    facts = body.model_dump(include={"title", "province", "owner_name", "secretariat_name", "legal_basis"})
    new = use_cases.NewPeriod(
        code=body.code,
        year=body.year,
        facts=facts,
        previous=body.previous,
        plan=body.plan,
        survey=body.survey.model_dump() if body.survey else None,
        windows=tuple(
            Window(phase.phase, phase.opens_at.astimezone(UTC), phase.closes_at.astimezone(UTC))
            for phase in body.phases
        ),
        bindings=tuple(Binding(**binding.model_dump()) for binding in body.units),
    )
    await use_cases.create_period(connection, caller, new)
    return {"code": body.code, "state": "draft", "units": len(body.units)}


@router.post("/{code}/open", **guarded(Action.PERIOD_WRITE))
async def post_open(code: str, caller: Caller, connection: Write) -> dict[str, str]:
    """Open the period for writes inside its windows."""
    await use_cases.open_period(connection, caller, code)
    return {"code": code, "state": "open"}


@router.post("/{code}/extensions", status_code=201, **guarded(Action.PERIOD_WRITE))
async def post_extension(code: str, body: ExtensionBody, caller: Caller, connection: Write) -> dict[str, str]:
    """Extend a phase for one unit, with the reason."""
    window = Window(
        body.phase, body.opens_at.astimezone(UTC), body.closes_at.astimezone(UTC), body.unit, body.reason
    )
    await use_cases.extend_window(connection, caller, code, window)
    return {"unit": body.unit, "phase": body.phase, "closes_at": instant_text(body.closes_at)}


@router.put("/{code}/passages", **guarded(Action.PERIOD_WRITE))
async def put_passages(code: str, body: PassagesBody, caller: Caller, connection: Write) -> dict[str, int]:
    """The judgement passages of the report, as their authors wrote them."""
    await use_cases.write_passages(connection, caller, code, body.model_dump())
    return {name: len(rows) for name, rows in body.model_dump().items()}


@router.get("/{code}", **guarded(Action.PERIOD_READ), responses=reply_example(PERIOD))
async def get_period(code: str, connection: Read) -> dict[str, Any]:
    """State, windows, progress of the units, and what the council waits for."""
    period = await store.read_period(connection, code)
    units = await store.read_units(connection, period.id)
    by_status: dict[str, int] = {}
    for unit in units:
        by_status[unit.status] = by_status.get(unit.status, 0) + 1
    tally = await snapshots.latest_tally_digest(connection, code, period.campaign)
    return {
        "code": period.code,
        "year": period.year,
        "state": period.state,
        "title": period.facts["title"],
        "phases": [
            {
                "phase": window.phase,
                "name": PHASE_NAMES[window.phase],
                "unit": window.unit,
                "opens_at": instant_text(window.opens_at),
                "closes_at": instant_text(window.closes_at),
            }
            for window in period.windows
        ],
        "progress": by_status,
        "units": [
            {"unit": unit.unit, "name": unit.facts["name"], "form": unit.form, "status": unit.status}
            for unit in units
        ],
        "tally": tally,
        "handed_over": await snapshots.has_handover(connection, code, period.campaign, tally),
        "pinned_tally": period.pinned_tally,
        "council_session": await read_session_number(connection, period.id),
    }
