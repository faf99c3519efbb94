"""Routes: how far a period is, by unit and by area, and what is outstanding; as JSON, CSV and XLSX."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Read, ReceivedAt, UnitOfWorkRoute, guarded
from parindex.http.tables import ChosenFormat, Column, Fields, Table, represent_table
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.domain.progress import OUTSTANDING, STATUS_NAMES, Outstanding
from scoring_api.assessment.http import progress_examples as examples
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.use_cases.following import Progress, read_outstanding, read_progress

router = APIRouter(prefix="/api/v1/periods/{code}", tags=["progress"], route_class=UnitOfWorkRoute)
PRIVATE = "private, no-cache"
_HOUR = timedelta(hours=1)
_COUNTS = (
    Column("leaves", "Tiêu chí tự chấm"),
    Column("claimed", "Đã tự chấm"),
    Column("evidenced", "Có tài liệu kiểm chứng"),
    Column("appraised", "Đã thẩm định"),
    Column("explained", "Có giải trình"),
    Column("disputed", "Điểm khác nhau"),
)
_UNITS = (
    Column("form", "Biểu"),
    Column("unit", "Mã đơn vị"),
    Column("name", "Đơn vị"),
    Column("status", "Mã tình trạng"),
    Column("status_name", "Tình trạng"),
    Column("submitted_at", "Nộp lúc"),
    *_COUNTS,
    Column("supplements", "Chờ bổ sung"),
)
_AREAS = (
    Column("framework", "Bộ tiêu chí"),
    Column("area", "Mã lĩnh vực"),
    Column("area_name", "Lĩnh vực"),
    Column("units", "Số đơn vị"),
    *_COUNTS,
)
_LATE = (
    Column("kind", "Mã việc"),
    Column("kind_name", "Việc còn thiếu"),
    Column("unit", "Mã đơn vị"),
    Column("name", "Đơn vị"),
    Column("leaves", "Số tiêu chí còn lại"),
    Column("due_at", "Hạn"),
    Column("late", "Quá hạn"),
    Column("hours_late", "Số giờ quá hạn"),
    Column("hours_left", "Số giờ còn lại"),
)


@router.get("/progress", **guarded(Action.PERIOD_FOLLOW), responses=reply_example(examples.PROGRESS))
async def get_progress(
    request: Request,
    code: str,
    connection: Read,
    received_at: ReceivedAt,
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """Unit by unit: submitted when; how many of its leaves are claimed, evidenced, appraised, disputed."""
    progress = await read_progress(connection, await store.read_period(connection, code))
    rows = _unit_rows(progress)
    body = {"code": code, "server_time": instant_text(received_at), "units": rows}
    table = Table(name=f"tien-do-{code}", title=f"Tiến độ kỳ {code}", columns=_UNITS, rows=rows)
    return await represent_table(request, table, body, "units", form=form, fields=fields, cache=PRIVATE)


def _unit_rows(progress: Progress) -> list[dict[str, Any]]:
    counts, supplements = progress.of_units(), progress.supplements()
    return [
        {
            "form": unit.form,
            "unit": unit.unit,
            "name": unit.facts["name"],
            "status": unit.status,
            "status_name": STATUS_NAMES[unit.status],
            "submitted_at": (unit.receipt or {}).get("submitted_at"),
            **asdict(counts[unit.unit]),
            "supplements": supplements[unit.unit],
        }
        for unit in progress.units
    ]


@router.get("/progress/areas", **guarded(Action.PERIOD_FOLLOW), responses=reply_example(examples.AREAS))
async def get_area_progress(
    request: Request,
    code: str,
    connection: Read,
    received_at: ReceivedAt,
    unit: Annotated[str, Query(max_length=80, description="Of this unit alone")] = "",
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """Area by area over all units, or over one."""
    period = await store.read_period(connection, code)
    if unit:
        await store.read_unit(connection, period.id, unit)
    progress = await read_progress(connection, period)
    rows = [
        {
            "framework": version.code,
            "area": area,
            "area_name": version.parsed.nodes[area].name,
            "units": units,
            **asdict(counts),
        }
        for version, area, units, counts in progress.of_areas(unit)
    ]
    body = {"code": code, "unit": unit, "server_time": instant_text(received_at), "areas": rows}
    title = f"Tiến độ theo lĩnh vực, kỳ {code}"
    table = Table(name=f"tien-do-linh-vuc-{code}", title=title, columns=_AREAS, rows=rows)
    return await represent_table(request, table, body, "areas", form=form, fields=fields, cache=PRIVATE)


@router.get("/late", **guarded(Action.PERIOD_FOLLOW), responses=reply_example(examples.LATE))
async def get_late(
    request: Request,
    code: str,
    connection: Read,
    received_at: ReceivedAt,
    overdue: Annotated[bool, Query(description="Only what is late already")] = False,  # noqa: FBT002 — a query parameter
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """What an open period still waits for, the latest first, with the hours it is late or has left."""
    period = await store.read_period(connection, code)
    progress, found = await read_outstanding(connection, period)
    names = {unit.unit: unit.facts["name"] for unit in progress.units}
    rows = _late_rows(found, names, received_at)
    if overdue:
        rows = [row for row in rows if row["late"]]
    body = {"code": code, "server_time": instant_text(received_at), "outstanding": rows}
    table = Table(name=f"viec-con-thieu-{code}", title=f"Việc còn thiếu, kỳ {code}", columns=_LATE, rows=rows)
    return await represent_table(request, table, body, "outstanding", form=form, fields=fields, cache=PRIVATE)


def _late_rows(found: Sequence[Outstanding], names: Mapping[str, str], at: datetime) -> list[dict[str, Any]]:
    """Without a window nothing is late; whole hours, begun ones left out."""
    rows = sorted(found, key=lambda row: (row.due_at is None, row.due_at or at))
    return [
        {
            "kind": row.kind,
            "kind_name": OUTSTANDING[row.kind],
            "unit": row.unit,
            "name": names.get(row.unit, ""),
            "leaves": row.leaves,
            "due_at": None if row.due_at is None else instant_text(row.due_at),
            "late": row.due_at is not None and row.due_at <= at,
            "hours_late": _hours(row.due_at, at, late=True),
            "hours_left": _hours(row.due_at, at, late=False),
        }
        for row in rows
    ]


def _hours(due_at: datetime | None, at: datetime, *, late: bool) -> int | None:
    if due_at is None or (due_at <= at) != late:
        return None
    return abs(at - due_at) // _HOUR
