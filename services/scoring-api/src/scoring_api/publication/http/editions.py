"""Routes of editions: taken over, listed, published; the index as published, the documents."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field, StrictInt

from parindex.auth.policy import Action, Scope
from parindex.auth.principal import Principal, authorize
from parindex.http.conditional import IMMUTABLE, REVALIDATE, represent, represent_tagged
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Moment, exampled
from parindex.http.tables import ChosenFormat, Fields, Format, chosen_format, represent_table
from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.clocks import business_time, instant_text
from parindex.kernel.errors import DomainError
from scoring_api.assessment.http.period_bodies import PeriodMoment
from scoring_api.assessment.store.standings import StandingRow
from scoring_api.publication.http import examples
from scoring_api.publication.http.tables import edition_rows, index_rows
from scoring_api.publication.store import documents, reading
from scoring_api.publication.use_cases.editions import import_edition, publish_edition

router = APIRouter(prefix="/api/v1/editions", tags=["editions"], route_class=UnitOfWorkRoute)


PRIVATE = "private, no-cache"
EditionNumber = Annotated[int, Path(ge=1, le=2_147_483_647)]


class StandingBody(Body):
    """`framework` is the code of the criteria set, if it is known; ranks of the same set are comparable."""

    unit: Code
    framework: Code | None = None
    rank: Annotated[StrictInt, Field(ge=1, le=100_000)] | None = None
    percent: Annotated[str, Field(pattern=r"^(\d{1,3}(\.\d{1,20})?)?$")] = ""
    band: Annotated[str, Field(max_length=80)] = ""
    reviews: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=50)] = []


class ImportBody(Body):
    """Last year's result from another system: ranks, and which areas obliged to a review."""

    model_config = exampled(
        {
            "period": "2021",
            "units": [
                {"unit": "so-giao-thong-van-tai", "rank": 1},
                {"unit": "so-y-te", "rank": 17, "reviews": ["I/3", "I/7"]},
            ],
        }
    )

    period: Code
    units: Annotated[list[StandingBody], Field(min_length=1, max_length=2000)]


class PublishBody(Body):
    """When everybody may read the edition; now without it."""

    model_config = exampled({"at": "2023-03-01T08:00:00+07:00"})

    at: PeriodMoment | None = None


NOW = PublishBody()


def cache_of(*published_at: datetime | None) -> str:
    """An edition never changes; until all that is told of are published no shared cache may keep it."""
    now = business_time()
    return IMMUTABLE if all(at is not None and at <= now for at in published_at) else PRIVATE


def published_only(caller: Principal) -> bool:
    return authorize(caller, Action.EDITION_READ) is Scope.PUBLISHED


async def require_computed(connection: Read, caller: Principal, period: str, number: int) -> datetime | None:
    """When an edition of our own was published. Raises DomainError `edition_unknown`, `edition_imported`."""
    row = await reading.read_origin(connection, period, number, published_only=published_only(caller))
    if row.origin == "imported":
        raise DomainError("edition_imported", {"period": period, "edition": number})
    published_at: datetime | None = row.published_at
    return published_at


@router.post(
    "",
    status_code=201,
    **guarded(Action.EDITION_IMPORT),
    responses=reply_example({"period": "2021", "edition": 1, "units": 30}, 201),
)
async def post_edition(
    body: ImportBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Take over the edition of a year that was computed elsewhere."""
    rows = [
        StandingRow(
            unit=row.unit,
            rank=row.rank,
            percent=row.percent,
            band=row.band,
            review_years=dict.fromkeys(row.reviews, 1),
            framework=row.framework or "",
        )
        for row in body.units
    ]
    number = await import_edition(connection, caller, body.period, rows, received_at)
    return {"period": body.period, "edition": number, "units": len(rows)}


@router.get("", **guarded(Action.EDITION_READ), responses=reply_example(examples.EDITIONS))
async def get_editions(
    request: Request,
    caller: Caller,
    connection: Read,
    period: Code | None = None,
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """Editions, newest first; those of one period, if it is named."""
    found = await reading.list_editions(connection, published_only=published_only(caller), period=period)
    rows = [{name: _moment(value) for name, value in row.items()} for row in found]
    body = {"editions": rows}
    return await represent_table(request, edition_rows(rows), body, "editions", form=form, fields=fields)


def _moment(value: Any) -> Any:
    return instant_text(value) if isinstance(value, datetime) else value


@router.post("/{period}/{number}/publish", **guarded(Action.PERIOD_FINALIZE))
async def post_publish(
    period: str,
    number: EditionNumber,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
    body: PublishBody = NOW,
) -> dict[str, Any]:
    """Release the edition to the public: now, or when its embargo ends; until then that may be changed."""
    embargo = body.at.astimezone(UTC) if body.at else None
    since = await publish_edition(connection, caller, period, number, received_at, embargo)
    return {
        "period": period,
        "edition": number,
        "published": embargo is None,
        "published_at": instant_text(since),
    }


@router.get("/{period}/latest", **guarded(Action.EDITION_READ), responses=reply_example(examples.INDEX))
async def get_latest(
    request: Request,
    period: str,
    caller: Caller,
    connection: Read,
    as_of: Annotated[
        Moment | None, Query(description="The edition that was the latest published then")
    ] = None,
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """The newest edition's index table; with `as_of` the one that a reader had at that instant."""
    shown = published_only(caller)
    row = await reading.read_index(connection, period, None, published_only=shown, as_of=as_of)
    return await _index(request, row, REVALIDATE, form, fields)


@router.get("/{period}/{number}", **guarded(Action.EDITION_READ), responses=reply_example(examples.INDEX))
async def get_edition(
    request: Request,
    period: str,
    number: EditionNumber,
    caller: Caller,
    connection: Read,
    form: ChosenFormat = None,
    fields: Fields = "",
) -> Response:
    """One edition's index table, as `latest` gives it; its bytes never change."""
    row = await reading.read_index(connection, period, number, published_only=published_only(caller))
    return await _index(request, row, cache_of(row.published_at), form, fields)


async def _index(request: Request, row: Any, cache: str, form: Format | None, fields: str) -> Response:
    """The stored bytes, unless other columns or another form of them are asked for."""
    if not fields and chosen_format(request, form) == "json":
        return represent_tagged(request, row.index_content, row.index_tag, cache=cache)
    index = await asyncio.to_thread(json.loads, row.index_content)
    return await represent_table(
        request, index_rows(index), index, "units", form=form, fields=fields, cache=cache
    )


@router.get(
    "/{period}/{number}/documents",
    **guarded(Action.EDITION_READ),
    responses=reply_example(examples.DOCUMENTS),
)
async def get_documents(
    request: Request, period: str, number: EditionNumber, caller: Caller, connection: Read
) -> Response:
    """The documents made of an edition so far."""
    await reading.read_origin(connection, period, number, published_only=published_only(caller))
    return represent(request, canonical_bytes(await documents.list_documents(connection, period, number)))
