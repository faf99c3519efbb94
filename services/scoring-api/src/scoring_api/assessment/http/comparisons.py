"""Routes: one criterion across all units, and how alike the secretariat judges; JSON, CSV or XLSX."""

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from parindex.auth.policy import Action
from parindex.auth.principal import Principal
from parindex.db import Reading
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, guarded
from parindex.http.tables import ChosenFormat, Column, Fields, Table, represent_table
from parindex.kernel.canonical import decimal_text
from parindex.kernel.points import total
from scoring_api.assessment.domain.comparison import Compared, compare, judged, leaf_to_compare, said_text
from scoring_api.assessment.domain.consistency import Deviation, Difference, deviations, differences
from scoring_api.assessment.domain.desk import Desk
from scoring_api.assessment.http import appraisal_examples as examples
from scoring_api.assessment.http.assessments import PRIVATE
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.use_cases.desks import read_desks
from scoring_api.frameworks.domain.framework import Leaf

router = APIRouter(prefix="/api/v1/periods/{code}", tags=["appraisal"], route_class=UnitOfWorkRoute)

COMPARISON = (
    Column("unit", "Mã đơn vị"),
    Column("name", "Đơn vị"),
    Column("form", "Biểu"),
    Column("status", "Bước"),
    Column("claimed", "Tự chấm"),
    Column("claimed_points", "Điểm tự chấm", figures=True),
    Column("narrative", "Thuyết minh"),
    Column("shortfall", "Chưa đạt"),
    Column("evidence", "Số tài liệu"),
    Column("appraised", "Thẩm định"),
    Column("appraised_points", "Điểm thẩm định", figures=True),
    Column("difference", "Chênh lệch", figures=True),
    Column("reason", "Lý do"),
    Column("appraiser", "Tài khoản thẩm định"),
    Column("explanation", "Giải trình"),
    Column("decided_points", "Điểm Hội đồng", figures=True),
)
DIFFERENCES = (
    Column("framework", "Bộ tiêu chí"),
    Column("leaf", "Mã tiêu chí"),
    Column("leaf_name", "Tiêu chí"),
    Column("unit", "Mã đơn vị"),
    Column("name", "Đơn vị"),
    Column("claimed", "Tự chấm"),
    Column("claimed_points", "Điểm tự chấm", figures=True),
    Column("appraised", "Thẩm định"),
    Column("appraised_points", "Điểm thẩm định", figures=True),
    Column("appraiser", "Tài khoản thẩm định"),
)
APPRAISERS = (
    Column("appraiser", "Tài khoản thẩm định"),
    Column("appraised", "Số tiêu chí đã thẩm định"),
    Column("confirmed", "Giữ nguyên"),
    Column("lowered", "Giảm điểm"),
    Column("raised", "Tăng điểm"),
    Column("confirmed_share", "Tỷ lệ giữ nguyên (%)", figures=True),
    Column("mean", "Chênh lệch bình quân (điểm)", figures=True),
)


@router.get("/comparison", **guarded(Action.APPRAISAL_COMPARE), responses=reply_example(examples.COMPARISON))
async def get_comparison(
    request: Request,
    code: str,
    leaf: Annotated[str, Query(min_length=1, max_length=200)],
    caller: Caller,
    connection: Read,
    received_at: ReceivedAt,
    framework: Annotated[str, Query(max_length=80)] = "",
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """One criterion across all units: value, points, evidence, appraisal and reason side by side.

    Of a unit whose officer the caller is, there is its claim alone.
    """
    desks = await _desks(connection, caller, code, received_at)
    known, found = leaf_to_compare((desk.framework for desk in desks), leaf, framework)
    rows = [_compared(row, found, caller) for row in compare(desks, known, found)]
    body = {
        "period": code,
        "framework": known.code,
        "leaf": found.key,
        "leaf_name": found.name,
        "max_points": decimal_text(found.max_points),
        "units": rows,
    }
    table = Table(name=f"so-sanh-{code}", title=f"{found.code} {found.name}", columns=COMPARISON, rows=rows)
    return await represent_table(request, table, body, "units", form=form, fields=fields, cache=PRIVATE)


def _compared(row: Compared, leaf: Leaf, caller: Principal) -> dict[str, Any]:
    desk, claim, own = row.desk, row.claim, row.desk.unit in caller.units
    given, reply = (None, None) if own else (row.stand.appraised, row.stand.explained)
    gap = (
        total([row.appraised, -row.claimed])
        if row.appraised is not None and row.claimed is not None
        else None
    )
    return {
        "unit": desk.unit,
        "name": desk.name,
        "form": desk.form,
        "status": desk.step,
        "claimed": said_text(leaf, claim),
        "claimed_points": _figure(row.claimed),
        "narrative": claim.narrative if claim else "",
        "shortfall": ", ".join(claim.shortfall) if claim else "",
        "evidence": len(claim.evidence) if claim else 0,
        "appraised": said_text(leaf, given),
        "appraised_points": None if own else _figure(row.appraised),
        "difference": None if own else _figure(gap),
        "reason": given.reason if given else "",
        "appraiser": given.author if given else "",
        "explanation": reply.narrative if reply else "",
        "decided_points": None if own else _figure(row.decided),
    }


@router.get(
    "/consistency", **guarded(Action.APPRAISAL_COMPARE), responses=reply_example(examples.CONSISTENCY)
)
async def get_consistency(
    request: Request,
    code: str,
    caller: Caller,
    connection: Read,
    received_at: ReceivedAt,
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """Units that claimed the same and were judged differently, row by row; each appraiser's deviation beside.

    Units whose officer the caller is are left out.
    """
    desks = await _others(connection, caller, code, received_at)
    found = await asyncio.to_thread(judged, desks)
    rows = [row for difference in differences(found) for row in _differing(difference, desks)]
    body = {"period": code, "appraisers": _appraisers(deviations(found)), "differences": rows}
    table = Table(
        name=f"thong-nhat-{code}", title="Khai như nhau, chấm khác nhau", columns=DIFFERENCES, rows=rows
    )
    return await represent_table(request, table, body, "differences", form=form, fields=fields, cache=PRIVATE)


@router.get(
    "/consistency/appraisers",
    **guarded(Action.APPRAISAL_COMPARE),
    responses=reply_example({"period": "2022", "appraisers": examples.CONSISTENCY["appraisers"]}),
)
async def get_deviations(
    request: Request,
    code: str,
    caller: Caller,
    connection: Read,
    received_at: ReceivedAt,
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """How far each appraiser departs from the claims: mean of the differences, share left as claimed."""
    others = await _others(connection, caller, code, received_at)
    rows = _appraisers(deviations(await asyncio.to_thread(judged, others)))
    table = Table(name=f"do-lech-{code}", title="Độ lệch của người thẩm định", columns=APPRAISERS, rows=rows)
    body = {"period": code, "appraisers": rows}
    return await represent_table(request, table, body, "appraisers", form=form, fields=fields, cache=PRIVATE)


async def _desks(connection: Reading, caller: Principal, code: str, at: datetime) -> list[Desk]:
    period = await store.read_period(connection, code)
    return await read_desks(connection, caller, period, at)


async def _others(connection: Reading, caller: Principal, code: str, at: datetime) -> list[Desk]:
    desks = await _desks(connection, caller, code, at)
    return [desk for desk in desks if desk.unit not in caller.units]


def _differing(found: Difference, desks: list[Desk]) -> list[dict[str, Any]]:
    names = {desk.unit: desk.name for desk in desks}
    framework = next(desk.framework for desk in desks if desk.framework.code == found.framework)
    return [
        {
            "framework": found.framework,
            "leaf": found.leaf,
            "leaf_name": framework.nodes[found.leaf].name,
            "unit": row.unit,
            "name": names[row.unit],
            "claimed": row.claim,
            "claimed_points": _figure(row.claimed),
            "appraised": row.given,
            "appraised_points": _figure(row.appraised),
            "appraiser": row.appraiser,
        }
        for row in found.rows
    ]


def _appraisers(found: tuple[Deviation, ...]) -> list[dict[str, Any]]:
    return [
        {
            "appraiser": row.appraiser,
            "appraised": row.appraised,
            "confirmed": row.confirmed,
            "lowered": row.lowered,
            "raised": row.raised,
            "confirmed_share": _figure(row.confirmed_share),
            "mean": _figure(row.mean),
        }
        for row in found
    ]


def _figure(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)
