"""Routes: create, edit, open, extend and read periods."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.deadlines import deadline_text
from scoring_api.assessment.domain.period import Window
from scoring_api.assessment.http import period_examples as examples
from scoring_api.assessment.http.assessments import IF_MATCH, held_version, version_tag
from scoring_api.assessment.http.period_bodies import (
    AdditionBody,
    ExtensionBody,
    PassagesBody,
    PeriodBody,
    PreviousBody,
)
from scoring_api.assessment.http.period_replies import shown_listed, shown_period
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.use_cases import drafting, scheduling
from scoring_api.assessment.use_cases import periods as use_cases
from scoring_api.assessment.use_cases.binding import Binding

router = APIRouter(prefix="/api/v1/periods", tags=["periods"], route_class=UnitOfWorkRoute)
_FACTS = {"title", "province", "owner_name", "secretariat_name", "legal_basis"}


@router.post(
    "",
    status_code=201,
    **guarded(Action.PERIOD_WRITE),
    responses=reply_example({"code": "2022", "state": "draft", "units": 30}, 201),
)
async def post_period(
    response: Response, body: PeriodBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Create a period as a draft: windows, units, frameworks, campaign; each may follow until it opens."""
    await drafting.create_period(connection, caller, _meant(body, received_at))
    response.headers["ETag"] = version_tag(1)
    return {"code": body.code, "state": "draft", "units": len(body.units)}


@router.get("", **guarded(Action.PERIOD_READ), responses=reply_example(examples.PERIODS))
async def get_periods(
    caller: Caller,
    connection: Read,
    received_at: ReceivedAt,
    owner: Annotated[str | None, Query(max_length=80, description="Empty: the province's own")] = None,
) -> dict[str, Any]:
    """Periods, the latest year first, each with its state, owner and countdown."""
    owners = sorted(caller.owners) if caller.owners else None
    if owner is not None:
        owners = [found for found in (owners or [owner]) if found == owner]
    rows = [
        shown_listed(period, units, received_at)
        for period, units in await store.list_periods(connection, owners)
    ]
    return {"server_time": instant_text(received_at), "periods": rows}


@router.put(
    "/{code}",
    **guarded(Action.PERIOD_WRITE, parameters=[IF_MATCH]),
    responses=reply_example({"code": "2022", "state": "draft", "units": 30, "version": 2}),
)
async def put_period(
    request: Request,
    response: Response,
    code: str,
    body: PeriodBody,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Put another draft in the place of the period's draft; If-Match is its ETag."""
    held = held_version(request)
    if body.code != code:
        fault = Fault("/code", "code_differs", f"mã kỳ đánh giá là {code}, không đổi được")
        raise DomainError("period_invalid", {}, (fault,))
    version = await drafting.replace_draft(connection, caller, _meant(body, received_at), held=held)
    response.headers["ETag"] = version_tag(version)
    return {"code": code, "state": "draft", "units": len(body.units), "version": version}


@router.delete("/{code}", status_code=204, **guarded(Action.PERIOD_WRITE, parameters=[IF_MATCH]))
async def delete_period(request: Request, code: str, caller: Caller, connection: Write) -> None:
    """Throw a draft away; an opened period stays."""
    await drafting.delete_draft(connection, caller, code, held=held_version(request))


def _meant(body: PeriodBody, now: datetime) -> drafting.NewPeriod:
    return drafting.NewPeriod(
        code=body.code,
        year=body.year,
        facts=body.model_dump(include=_FACTS),
        previous=body.previous,
        plan=body.plan,
        survey=body.survey.model_dump() if body.survey else None,
        owner_unit=body.owner_unit,
        windows=tuple(phase.window(now) for phase in body.phases),
        bindings=tuple(Binding(**binding.model_dump()) for binding in body.units),
    )


@router.post("/{code}/open", **guarded(Action.PERIOD_WRITE))
async def post_open(code: str, caller: Caller, connection: Write) -> dict[str, str]:
    """Open the period for writes inside its windows; refused with every precondition that is not met."""
    await use_cases.open_period(connection, caller, code)
    return {"code": code, "state": "open"}


@router.post(
    "/{code}/extensions",
    status_code=201,
    **guarded(Action.PERIOD_WRITE),
    responses=reply_example(examples.EXTENDED, 201),
)
async def post_extension(
    code: str, body: ExtensionBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, str]:
    """Extend a phase for one unit, or for everybody, with the reason."""
    window = body.window(received_at, body.unit or "", body.reason)
    await scheduling.extend_window(connection, caller, code, window, received_at)
    return {"unit": window.unit, **_told(window)}


@router.post(
    "/{code}/phases",
    status_code=201,
    **guarded(Action.PERIOD_WRITE),
    responses=reply_example(examples.ADDED, 201),
)
async def post_phase(
    code: str, body: AdditionBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, str]:
    """Add a phase that the period did not have, with the reason."""
    window = body.window(received_at, reason=body.reason)
    await scheduling.add_phase(connection, caller, code, window, received_at)
    return {**_told(window), "opens_at": instant_text(window.opens_at)}


def _told(window: Window) -> dict[str, str]:
    return {
        "phase": window.phase,
        "closes_at": instant_text(window.closes_at),
        "closes_text": deadline_text(window.closes_at),
    }


@router.put("/{code}/previous", **guarded(Action.PERIOD_WRITE))
async def put_previous(code: str, body: PreviousBody, caller: Caller, connection: Write) -> dict[str, str]:
    """Name the year to compare with, until a result stands provisionally."""
    await use_cases.compare_with(connection, caller, code, body.previous)
    return {"code": code, "previous": body.previous}


@router.put("/{code}/passages", **guarded(Action.PERIOD_WRITE))
async def put_passages(code: str, body: PassagesBody, caller: Caller, connection: Write) -> dict[str, int]:
    """The judgement passages of the report, as their authors wrote them."""
    await use_cases.write_passages(connection, caller, code, body.model_dump())
    return {name: len(rows) for name, rows in body.model_dump().items()}


@router.get("/{code}", **guarded(Action.PERIOD_READ), responses=reply_example(examples.PERIOD))
async def get_period(
    response: Response, code: str, connection: Read, received_at: ReceivedAt
) -> dict[str, Any]:
    """State, owner, windows and units with their countdowns, and what the council waits for.

    The ETag is what If-Match expects of an edit.
    """
    period = await store.read_period(connection, code)
    response.headers["ETag"] = version_tag(period.version)
    return await shown_period(connection, period, received_at)
