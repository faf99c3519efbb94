"""Routes of figures beside the index: sheets, nodes, areas over all units, one unit over the years."""

import asyncio
import json
from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from parindex.auth.policy import Action
from parindex.http.conditional import represent, represent_tagged
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, guarded
from parindex.http.tables import ChosenFormat, Fields, chosen_format, represent_table
from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError
from scoring_api.publication.http import figure_examples as examples
from scoring_api.publication.http import tables
from scoring_api.publication.http.editions import EditionNumber, cache_of, published_only, require_computed
from scoring_api.publication.store import reading
from scoring_api.results.domain.zero_years import Year, zero_leaves
from scoring_api.units.domain.ancestry import forebears
from scoring_api.units.store.successions import read_successions

router = APIRouter(prefix="/api/v1/editions", tags=["editions"], route_class=UnitOfWorkRoute)
unit_router = APIRouter(prefix="/api/v1/units", tags=["editions"], route_class=UnitOfWorkRoute)

LeafKey = Annotated[str, Path(max_length=200, description="The node's key, as sheets give it: I/1/1.1/1.1.1")]


@router.get(
    "/{period}/{number}/units/{unit}",
    **guarded(Action.EDITION_READ),
    responses=reply_example(examples.SHEET),
)
async def get_sheet(
    request: Request,
    period: str,
    number: EditionNumber,
    unit: str,
    caller: Caller,
    connection: Read,
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """One unit's sheet, leaf by leaf, with the exact figures; `fields` are those of its leaves."""
    row = await reading.read_sheet(connection, period, number, unit, published_only=published_only(caller))
    cache = cache_of(row.published_at)
    if not fields and chosen_format(request, form) == "json":
        return represent_tagged(request, row.content, row.tag, cache=cache)
    sheet = json.loads(row.content)
    table = tables.sheet_rows(sheet)
    return await represent_table(request, table, sheet, "leaves", form=form, fields=fields, cache=cache)


@router.get(
    "/{period}/{number}/units/{unit}/leaves/{leaf:path}",
    **guarded(Action.EDITION_READ),
    responses=reply_example(examples.UNIT_LEAF),
)
async def get_unit_leaf(
    request: Request,
    period: str,
    number: EditionNumber,
    unit: str,
    leaf: LeafKey,
    caller: Caller,
    connection: Read,
) -> Response:
    """One node of a unit's sheet with the nodes right below it, and where its points are explained."""
    row = await reading.read_sheet(connection, period, number, unit, published_only=published_only(caller))
    sheet = json.loads(row.content)
    found = next((node for node in sheet["leaves"] if node["key"] == leaf), None)
    if found is None:
        raise DomainError("criterion_unknown", {"key": leaf})
    below = [
        node
        for node in sheet["leaves"]
        if node["key"].startswith(f"{leaf}/") and node["depth"] == found["depth"] + 1
    ]
    body = {
        **{name: sheet[name] for name in ("period", "edition", "status", "framework", "framework_version")},
        "unit": unit,
        "name": sheet["name"],
        "leaf": found,
        "below": below,
        "explanation": f"/api/v1/editions/{period}/{number}/units/{unit}/explanation?node={leaf}",
    }
    return represent(request, canonical_bytes(body), cache=cache_of(row.published_at))


@router.get(
    "/{period}/{number}/areas", **guarded(Action.EDITION_READ), responses=reply_example(examples.AREAS)
)
async def get_areas(
    request: Request,
    period: str,
    number: EditionNumber,
    caller: Caller,
    connection: Read,
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """Every unit in every area, and each area's mean, lowest and highest percent."""
    await require_computed(connection, caller, period, number)
    row = await reading.read_index(connection, period, number, published_only=published_only(caller))
    heads = await reading.read_heads(connection, period, number)
    body = await asyncio.to_thread(lambda: tables.area_body(json.loads(row.index_content), heads))
    table, cache = tables.area_rows(body), cache_of(row.published_at)
    return await represent_table(request, table, body, "rows", form=form, fields=fields, cache=cache)


@router.get(
    "/{period}/{number}/leaves/{leaf:path}",
    **guarded(Action.EDITION_READ),
    responses=reply_example(examples.LEAF),
)
async def get_leaf(
    request: Request,
    period: str,
    number: EditionNumber,
    leaf: LeafKey,
    caller: Caller,
    connection: Read,
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """One node of the tree over all units that are scored by it: claimed, appraised, final, and why."""
    published_at = await require_computed(connection, caller, period, number)
    found = await reading.read_nodes(connection, period, number, leaf)
    if not found:
        raise DomainError("criterion_unknown", {"key": leaf})
    body = tables.leaf_body(period, number, leaf, found)
    table, cache = tables.leaf_rows(body), cache_of(published_at)
    return await represent_table(request, table, body, "rows", form=form, fields=fields, cache=cache)


@unit_router.get("/{unit}/zeros", **guarded(Action.EDITION_READ), responses=reply_example(examples.ZEROS))
async def get_zeros(
    request: Request,
    unit: str,
    caller: Caller,
    connection: Read,
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """The criteria without a point in the unit's latest result, with how many years in a row."""
    sheets = await reading.read_sheets(connection, unit, published_only=published_only(caller))
    years = [Year(row.year, json.loads(row.content)["leaves"]) for row in sheets]
    body = {
        "unit": unit,
        "period": sheets[0].period if sheets else None,
        "edition": sheets[0].number if sheets else None,
        "rows": [asdict(leaf) for leaf in zero_leaves(years)],
    }
    return await represent_table(request, tables.zero_rows(body), body, "rows", form=form, fields=fields)


@unit_router.get("/{unit}/results", **guarded(Action.EDITION_READ), responses=reply_example(examples.HISTORY))
async def get_results(
    request: Request,
    unit: str,
    caller: Caller,
    connection: Read,
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """One unit over the years, newest first, then the units it comes from: what each latest edition says."""
    behind = forebears(unit, list((await read_successions(connection)).values()))
    rows = []
    for member, succeeded in {unit: date.max, **behind}.items():
        for row in await reading.read_history(connection, member, published_only=published_only(caller)):
            if row.year is None or date(row.year, 12, 31) < succeeded:
                published_at = row.published_at and instant_text(row.published_at)
                rows.append(tables.history_row(row, member, published_at))
    body = {"unit": unit, "rows": rows}
    return await represent_table(request, tables.history_rows(body), body, "rows", form=form, fields=fields)
