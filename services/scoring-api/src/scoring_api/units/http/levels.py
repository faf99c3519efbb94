"""Routes of the levels and kinds of units."""

from datetime import date

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.http.conditional import represent
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import exampled
from parindex.kernel.canonical import canonical_bytes
from scoring_api.units.domain import levels as domain
from scoring_api.units.http.bodies import KindBody
from scoring_api.units.store.levels import read_levels
from scoring_api.units.use_cases.registering import register_kind

router = APIRouter(prefix="/api/v1/units", tags=["units"], route_class=UnitOfWorkRoute)


class KindReply(BaseModel):
    code: str
    name: str
    valid_from: date
    valid_to: date | None


class LevelReply(BaseModel):
    """A level with the kinds of units that it has, and since when or until when by law."""

    model_config = exampled(
        {
            "code": "district",
            "name": "Huyện, quận, thị xã, thành phố thuộc tỉnh",
            "valid_from": "1945-09-02",
            "valid_to": "2025-06-30",
            "legal_basis": "Luật Tổ chức chính quyền địa phương số 72/2025/QH15",
            "kinds": [
                {"code": "huyen", "name": "Huyện", "valid_from": "1945-09-02", "valid_to": "2025-06-30"}
            ],
        }
    )

    code: str
    name: str
    valid_from: date
    valid_to: date | None
    legal_basis: str
    kinds: list[KindReply]


@router.get("/levels", **guarded(Action.UNIT_READ), responses={200: {"model": list[LevelReply]}})
async def get_levels(request: Request, connection: Read) -> Response:
    """Levels of government with their kinds of units, as the law has them at a time."""
    known = await read_levels(connection)
    rows = [_level(level, known).model_dump(mode="json") for level in known.levels.values()]
    return represent(request, canonical_bytes(rows))


def _level(level: domain.Level, known: domain.Levels) -> LevelReply:
    return LevelReply(
        code=level.code,
        name=level.name,
        valid_from=level.valid_from,
        valid_to=level.valid_to,
        legal_basis=level.legal_basis,
        kinds=[_kind(kind) for kind in known.kinds.values() if kind.level == level.code],
    )


def _kind(kind: domain.Kind) -> KindReply:
    return KindReply(code=kind.code, name=kind.name, valid_from=kind.valid_from, valid_to=kind.valid_to)


@router.post("/kinds", status_code=201, **guarded(Action.UNIT_WRITE))
async def post_kind(body: KindBody, caller: Caller, connection: Write) -> KindReply:
    """Add a kind of units to a level."""
    new = domain.Kind(body.code, body.level, body.name, body.valid_from, body.valid_to)
    await register_kind(connection, caller, new)
    return _kind(new)
