"""Routes of the unit register."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from parindex.auth.policy import Action
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, exampled
from parindex.kernel.errors import DomainError
from scoring_api.units import store
from scoring_api.units.domain import Unit, UnitName
from scoring_api.units.use_cases import register_unit

router = APIRouter(prefix="/api/v1/units", tags=["units"], route_class=UnitOfWorkRoute)


class NameBody(Body):
    name: Label
    short_name: Label
    head_title: Label
    valid_from: date
    valid_to: date | None = None


class UnitBody(Body):
    """A unit with its dated names; aliases are other spellings seen in lists and files."""

    model_config = exampled(
        {
            "code": "so-giao-thong-van-tai",
            "level": "department",
            "kind": "so",
            "names": [
                {
                    "name": "Sở Giao thông vận tải",
                    "short_name": "Giao thông vận tải",
                    "head_title": "Giám đốc Sở Giao thông Vận tải",
                    "valid_from": "2021-01-01",
                }
            ],
            "aliases": ["Sở Giao thông Vận tải", "Sở GTVT"],
        }
    )

    code: Code
    level: str
    kind: Annotated[Code, Field(max_length=40)]
    names: Annotated[list[NameBody], Field(min_length=1, max_length=50)]
    aliases: Annotated[list[Label], Field(max_length=100)] = []


class UnitReply(BaseModel):
    code: str
    level: str
    kind: str
    names: list[UnitName]
    aliases: list[str]


def _reply(found: Unit) -> UnitReply:
    return UnitReply(
        code=found.code,
        level=found.level,
        kind=found.kind,
        names=list(found.names),
        aliases=list(found.aliases),
    )


@router.post("", status_code=201, **guarded(Action.UNIT_WRITE))
async def post_unit(body: UnitBody, caller: Caller, connection: Write) -> UnitReply:
    """Register a unit."""
    names = tuple(UnitName(**name.model_dump()) for name in body.names)
    new = Unit(body.code, body.level, body.kind, names, tuple(dict.fromkeys(body.aliases)))
    await register_unit(connection, caller, new)
    return _reply(new)


@router.get("", **guarded(Action.UNIT_READ))
async def get_units(connection: Read) -> list[UnitReply]:
    """All units in Vietnamese order."""
    return [_reply(found) for found in (await store.read_units(connection)).values()]


@router.get("/{code}", **guarded(Action.UNIT_READ))
async def get_unit(code: str, connection: Read) -> UnitReply:
    """One unit with all its names."""
    found = (await store.read_units(connection, [code])).get(code)
    if found is None:
        raise DomainError("unit_unknown", {"unit": code})
    return _reply(found)
