"""Routes of units: registered, changed, listed, read."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from parindex.auth.policy import Action, Role
from parindex.auth.principal import Principal
from parindex.db import Reading
from parindex.http.conditional import entity_tag, represent, require_match
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.clocks import VIETNAM, business_time
from scoring_api.units.domain.checking import parent_on
from scoring_api.units.domain.record import unit_record
from scoring_api.units.domain.unit import Unit
from scoring_api.units.http.bodies import UnitBody, UnitChange, UnitReply
from scoring_api.units.store.units import read_units
from scoring_api.units.use_cases import registering

router = APIRouter(prefix="/api/v1/units", tags=["units"], route_class=UnitOfWorkRoute)

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the unit as it was read",
    "schema": {"type": "string"},
    "example": '"3b1f6c2e9a4d5870c1e2f3a4b5968778"',
}
Level = Annotated[str, Query(max_length=20, examples=["department"])]
Kind = Annotated[str, Query(max_length=40, examples=["so"])]
Parent = Annotated[str, Query(max_length=80, examples=["ubnd-tinh-hai-duong"])]
On = Annotated[date | None, Query(description="Units that live on this day", examples=["2022-12-31"])]


def is_internal(caller: Principal) -> bool:
    """Whether the caller belongs to the administration, so that focal points are shown."""
    return caller.role not in {Role.PUBLIC, Role.READER}


def unit_content(found: Unit) -> bytes:
    """What the administrator reads of a unit; its tag is the version that a change names."""
    return canonical_bytes(unit_record(found, internal=True))


def _reply(response: Response, found: Unit) -> UnitReply:
    response.headers["ETag"] = entity_tag(unit_content(found))
    return UnitReply(**unit_record(found, internal=True))


async def listed_units(
    connection: Reading, *, level: str, kind: str, parent: str, on: date | None
) -> list[Unit]:
    """The units of a level, a kind, under a parent, of a day; the parent is that of the day, or of today."""
    register = await read_units(connection)
    day = on or business_time().astimezone(VIETNAM).date()
    living = {code for code, unit in register.items() if unit.lives_on(day)}
    return [
        unit
        for code, unit in register.items()
        if level in {"", unit.level}
        and kind in {"", unit.kind}
        and (on is None or code in living)
        and (not parent or parent_on(unit, day, living) == parent)
    ]


@router.post("", status_code=201, **guarded(Action.UNIT_WRITE))
async def post_unit(response: Response, body: UnitBody, caller: Caller, connection: Write) -> UnitReply:
    """Register a unit."""
    return _reply(response, await registering.register_unit(connection, caller, body.unit(body.code)))


@router.put("/{code}", **guarded(Action.UNIT_WRITE, parameters=[IF_MATCH]))
async def put_unit(
    request: Request, response: Response, code: str, body: UnitChange, caller: Caller, connection: Write
) -> UnitReply:
    """Change a unit's facts; what periods froze of it stays as it was."""
    current = await registering.open_unit(connection, code)
    require_match(request, entity_tag(unit_content(current)))
    return _reply(response, await registering.change_unit(connection, caller, current, body.unit(code)))


@router.get("", **guarded(Action.UNIT_READ), responses={200: {"model": list[UnitReply]}})
async def get_units(
    request: Request,
    caller: Caller,
    connection: Read,
    level: Level = "",
    kind: Kind = "",
    parent: Parent = "",
    on: On = None,
) -> Response:
    """Units in Vietnamese order: all of them, or those of a level, a kind, a parent, a day."""
    found = await listed_units(connection, level=level, kind=kind, parent=parent, on=on)
    rows: list[dict[str, Any]] = [unit_record(unit, internal=is_internal(caller)) for unit in found]
    return represent(request, canonical_bytes(rows))


@router.get("/{code}", **guarded(Action.UNIT_READ), responses={200: {"model": UnitReply}})
async def get_unit(request: Request, code: str, caller: Caller, connection: Read) -> Response:
    """One unit with all its facts; the administrator's ETag is what If-Match expects."""
    found = await registering.read_unit(connection, code)
    return represent(request, canonical_bytes(unit_record(found, internal=is_internal(caller))))
