"""Routes of successions: what became of units, and where they come from."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from parindex.auth.policy import Action
from parindex.http.conditional import represent
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.kernel.canonical import canonical_bytes
from scoring_api.units.domain.succession import Succession
from scoring_api.units.http.bodies import SuccessionBody, SuccessionRecorded, SuccessionReply
from scoring_api.units.store.successions import read_successions
from scoring_api.units.use_cases.registering import read_unit
from scoring_api.units.use_cases.succeeding import record_succession, withdraw_succession

router = APIRouter(prefix="/api/v1/units", tags=["units"], route_class=UnitOfWorkRoute)


def _reply(identity: UUID, found: Succession) -> SuccessionReply:
    return SuccessionReply(
        id=str(identity),
        kind=found.kind,
        predecessors=list(found.predecessors),
        successors=list(found.successors),
        effective_on=found.effective_on,
        legal_basis=found.legal_basis,
    )


def _content(found: dict[UUID, Succession]) -> bytes:
    return canonical_bytes([_reply(*row).model_dump(mode="json") for row in found.items()])


@router.post("/successions", status_code=201, **guarded(Action.UNIT_WRITE))
async def post_succession(body: SuccessionBody, caller: Caller, connection: Write) -> SuccessionRecorded:
    """Record a merger, split, renaming, reorganisation or dissolution, with its day and legal basis."""
    new = body.succession()
    identity, closed = await record_succession(connection, caller, new)
    return SuccessionRecorded(**_reply(identity, new).model_dump(), closed=closed)


@router.delete("/successions/{id}", status_code=204, **guarded(Action.UNIT_WRITE))
async def delete_succession(
    identity: Annotated[UUID, Path(alias="id")], caller: Caller, connection: Write
) -> None:
    """Take back one recorded by mistake; days of units that it closed are corrected with the unit."""
    await withdraw_succession(connection, caller, identity)


@router.get("/successions", **guarded(Action.UNIT_READ), responses={200: {"model": list[SuccessionReply]}})
async def get_successions(request: Request, connection: Read) -> Response:
    """Every succession, by its day."""
    return represent(request, _content(await read_successions(connection)))


@router.get(
    "/{code}/successions", **guarded(Action.UNIT_READ), responses={200: {"model": list[SuccessionReply]}}
)
async def get_unit_successions(request: Request, code: str, connection: Read) -> Response:
    """What a unit came from and what became of it."""
    await read_unit(connection, code)
    return represent(request, _content(await read_successions(connection, [code])))
