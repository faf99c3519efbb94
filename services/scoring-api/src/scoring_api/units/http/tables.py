"""Routes of the register as a table: given as CSV or XLSX, and taken back."""

from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import exampled
from parindex.http.tables import ChosenFormat, Column, Fields, Table, chosen_format, represent_table
from scoring_api.units.domain.table import TITLES, labelled, unit_rows
from scoring_api.units.domain.unit import TASKS
from scoring_api.units.http.units import Kind, Level, On, Parent, is_internal, listed_units
from scoring_api.units.store.levels import read_levels
from scoring_api.units.use_cases.importing import import_units

router = APIRouter(prefix="/api/v1/units", tags=["units"], route_class=UnitOfWorkRoute)

UnitFile = Annotated[UploadFile, File(description="CSV hoặc XLSX, lập theo tệp tải về")]


class ImportedUnit(BaseModel):
    code: str
    outcome: Literal["new", "changed", "unchanged"]
    changed: list[str]


class ImportReply(BaseModel):
    """What the file does, or in a trial run would do; the figures are the same."""

    model_config = exampled(
        {
            "dry_run": True,
            "new": 1,
            "changed": 1,
            "unchanged": 0,
            "units": [
                {"code": "so-xay-dung", "outcome": "changed", "changed": ["names"]},
                {"code": "xa-nam-hung", "outcome": "new", "changed": []},
            ],
        }
    )

    dry_run: bool
    new: int
    changed: int
    unchanged: int
    units: list[ImportedUnit]


_TABLE = {
    "units": [
        {
            "code": "so-giao-thong-van-tai",
            "level": "department",
            "kind": "so",
            "name": "Sở Giao thông vận tải",
            "short_name": "Giao thông vận tải",
            "head_title": "Giám đốc Sở Giao thông vận tải",
            "valid_from": "2021-01-01",
            "valid_to": "2025-02-28",
            "identifier": "",
            "old_identifier": "",
            "parent": "",
            "aliases": "Sở GTVT",
        }
    ]
}


@router.get("/table", **guarded(Action.UNIT_READ), responses=reply_example(_TABLE))
async def get_table(
    request: Request,
    caller: Caller,
    connection: Read,
    level: Level = "",
    kind: Kind = "",
    parent: Parent = "",
    on: On = None,
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """Units as a table, a row for each stretch of days in which nothing of a unit changed."""
    found = await listed_units(connection, level=level, kind=kind, parent=parent, on=on)
    rows = [row for unit in found for row in unit_rows(unit)]
    if chosen_format(request, form) == "xlsx":
        known = await read_levels(connection)
        rows = [labelled(row, known) for row in rows]
    shown = [name for name in TITLES if is_internal(caller) or name not in TASKS]
    rows = [{name: row[name] for name in shown} for row in rows]
    table = Table(
        name="don-vi",
        title="Danh mục đơn vị",
        columns=tuple(Column(name, TITLES[name]) for name in shown),
        rows=rows,
    )
    return await represent_table(request, table, {"units": rows}, "units", form=form, fields=fields)


@router.post("/import", **guarded(Action.UNIT_WRITE))
async def post_import(
    file: UnitFile,
    caller: Caller,
    connection: Write,
    dry_run: Annotated[bool, Form(examples=[True])],
) -> ImportReply:
    """Register and change units out of a file, all or none; every fault is told by row and column."""
    found = await import_units(connection, caller, await file.read(), dry_run=dry_run)
    counts = {outcome: sum(row.outcome == outcome for row in found) for outcome in _OUTCOMES}
    return ImportReply(
        dry_run=dry_run,
        **counts,
        units=[ImportedUnit(code=row.code, outcome=row.outcome, changed=list(row.changed)) for row in found],
    )


_OUTCOMES = ("new", "changed", "unchanged")
