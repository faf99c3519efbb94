"""The route that holds a printed report against itself and against an edition; nothing is stored."""

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.documents import read_object
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, guarded
from scoring_api.publication.domain import ComputedUnit, compare_with_print
from scoring_api.publication.http import examples
from scoring_api.publication.http.editions import EditionNumber, require_computed
from scoring_api.publication.http.printed_schema import REQUEST_BODY
from scoring_api.publication.store import reading
from scoring_api.results.domain.detector.report import Discrepancy
from scoring_api.results.domain.detector.report_reading import read_report

router = APIRouter(prefix="/api/v1/editions", tags=["editions"], route_class=UnitOfWorkRoute)


@router.post(
    "/{period}/{number}/comparison",
    **guarded(Action.EDITION_READ, requestBody=REQUEST_BODY),
    responses=reply_example(examples.DISCREPANCIES),
)
async def post_comparison(
    request: Request, period: str, number: EditionNumber, caller: Caller, connection: Read
) -> list[Discrepancy]:
    """Hold a printed report, given as data, against itself and against the edition; nothing is stored."""
    await require_computed(connection, caller, period, number)
    heads = await reading.read_heads(connection, period, number)
    return await asyncio.to_thread(_compared, await read_object(request), heads)


def _compared(report: dict[str, Any], heads: Sequence[Mapping[str, Any]]) -> list[Discrepancy]:
    """Long for a report of thousands of units: it runs beside the event loop."""
    return compare_with_print(read_report(report), [_unit(unit) for unit in heads])


def _unit(unit: Mapping[str, Any]) -> ComputedUnit:
    """A unit of an edition; one of which nothing applied has no percent and stands in no band."""
    return ComputedUnit(
        code=unit["code"],
        name=unit["name"],
        percent=Decimal(unit["percent"]) if unit["percent"] else None,
        rating=unit["rating"]["code"],
        points=Decimal(unit["points"]),
        applicable_max=Decimal(unit["applicable_max"]),
        rank=unit["rank"],
        previous_rank=unit["previous_rank"],
        change=unit["change"],
    )
