"""Reading editions: what is not published yet is, for the public, not there."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Subquery, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH, distinct_on

from parindex.db import Instant, Reading
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from scoring_api.assessment.store.standings import standing
from scoring_api.assessment.store.tables import period as period_table
from scoring_api.publication.store.tables import edition, edition_pack, edition_sheet


def released(at: datetime | None = None) -> ColumnElement[bool]:
    """Published by now, or by then: an edition under embargo has its time and waits for it."""
    now = business_time()
    return edition.c.published_at <= (now if at is None else min(at, now))


async def list_editions(
    connection: Reading, *, published_only: bool, period: str | None = None
) -> list[dict[str, Any]]:
    """Editions without their content, newest first; those of one period, if it is named."""
    query = select(
        edition.c.period, edition.c.number, edition.c.origin, edition.c.digest,
        edition.c.finalized_at, edition.c.published_at,
    ).order_by(edition.c.finalized_at.desc(), edition.c.number.desc())  # fmt: skip
    if published_only:
        query = query.where(released())
    if period is not None:
        query = query.where(edition.c.period == period)
    return [dict(row._mapping) for row in await connection.execute(query)]  # noqa: SLF001 — SQLAlchemy's public API


async def read_index(
    connection: Reading,
    period: str,
    number: int | None,
    *,
    published_only: bool,
    as_of: datetime | None = None,
) -> Row[Any]:
    """(index_content, index_tag, number, published_at) of one edition.

    Without a number it is the latest one, `as_of` the latest that was published by then. Raises DomainError
    `edition_unknown`, also for one that is not published yet.
    """
    columns = (edition.c.index_content, edition.c.index_tag, edition.c.number, edition.c.published_at)
    return await _one(connection, columns, period, number, published_only=published_only, as_of=as_of)


async def read_history(connection: Reading, unit: str, *, published_only: bool) -> list[Row[Any]]:
    """Each period's latest edition with the unit, newest period first.

    (period, number, origin, published_at, year, said, framework_version): `said` is the unit's row of the
    index, the year is None where the period was computed elsewhere.
    """
    said = _found(_document(edition.c.index_content), "units", "unit", unit)
    query = (
        select(
            edition.c.period, edition.c.number, edition.c.origin, edition.c.published_at,
            period_table.c.year, said.label("said"), standing.c.framework_version,
        )
        .ext(distinct_on(edition.c.period))
        .join(standing, (standing.c.period == edition.c.period) & (standing.c.edition == edition.c.number))
        .outerjoin(period_table, period_table.c.code == edition.c.period)
        .where(standing.c.unit == unit)
        .order_by(edition.c.period.desc(), edition.c.number.desc())
    )  # fmt: skip
    if published_only:
        query = query.where(released())
    return list(await connection.execute(query))


async def read_sheets(connection: Reading, unit: str, *, published_only: bool) -> list[Row[Any]]:
    """(period, number, published_at, year, content) of the unit's sheet in each period's latest edition.

    Newest year first; only of years that were computed here.
    """
    same = (edition_sheet.c.period == edition.c.period) & (edition_sheet.c.number == edition.c.number)
    latest = (
        select(
            edition.c.period, edition.c.number, edition.c.published_at, period_table.c.year,
            edition_sheet.c.content,
        )
        .ext(distinct_on(edition.c.period))
        .join(edition_sheet, same)
        .join(period_table, period_table.c.code == edition.c.period)
        .where(edition_sheet.c.unit == unit)
        .order_by(edition.c.period, edition.c.number.desc())
    )  # fmt: skip
    if published_only:
        latest = latest.where(released())
    found = latest.subquery()
    return list(await connection.execute(select(found).order_by(found.c.year.desc())))


async def read_origin(connection: Reading, period: str, number: int, *, published_only: bool) -> Row[Any]:
    """(origin, published_at) of one edition. Raises DomainError `edition_unknown`."""
    columns = (edition.c.origin, edition.c.published_at)
    return await _one(connection, columns, period, number, published_only=published_only)


async def read_heads(connection: Reading, period: str, number: int) -> list[dict[str, Any]]:
    """Every unit's sheet without its leaves, in the order of the index."""
    sheets = _sheets(period, number)
    head = sheets.c.sheet.op("-")("leaves").label("head")
    return [row.head for row in await connection.execute(select(head).order_by(sheets.c.place))]


async def read_nodes(connection: Reading, period: str, number: int, key: str) -> list[Row[Any]]:
    """(unit, name, form, framework, framework_version, node) of every unit with the node, as the index goes.

    The database takes it out of the sheets: those of thousands of units are more than a process may hold.
    """
    sheets = _sheets(period, number)
    said = (sheets.c.sheet[name].astext.label(name) for name in ("name", "form"))
    node = _found(sheets.c.sheet, "leaves", "key", key)
    columns = (sheets.c.unit, sheets.c.framework, sheets.c.framework_version, sheets.c.place, *said)
    nodes = select(*columns, node.label("node")).offset(0).subquery()
    query = select(nodes).where(nodes.c.node.is_not(None)).order_by(nodes.c.place)
    return list(await connection.execute(query))


def _sheets(period: str, number: int) -> Subquery:
    """Each unit's sheet, parsed once, with its place: standings were written in the order of the index."""
    same = (standing.c.edition == edition_sheet.c.number) & (standing.c.unit == edition_sheet.c.unit)
    return (
        select(
            edition_sheet.c.unit,
            standing.c.framework,
            standing.c.framework_version,
            standing.c.id.label("place"),
            _document(edition_sheet.c.content).label("sheet"),
        )
        .join(standing, (standing.c.period == edition_sheet.c.period) & same)
        .where(edition_sheet.c.period == period, edition_sheet.c.number == number)
        .offset(0)  # or the planner would parse the sheet anew at each mention
        .subquery()
    )


def _document(content: Any) -> Any:
    return cast(func.convert_from(content, "UTF8"), JSONB)


def _found(document: Any, rows: str, name: str, value: str) -> Any:
    """Of a list in a document the first row whose `name` is the value; NULL where there is none."""
    path = f"$.{rows}[*] ? (@.{name} == $value)"
    variables = cast({"value": value}, JSONB)
    return func.jsonb_path_query_first(document, cast(path, JSONPATH), variables, type_=JSONB)


async def read_content(
    connection: Reading, period: str, number: int | None, *, published_only: bool
) -> Row[Any]:
    """(content, digest, published_at) of one edition. Raises DomainError `edition_unknown`."""
    columns = (edition.c.content, edition.c.digest, edition.c.published_at)
    return await _one(connection, columns, period, number, published_only=published_only)


async def read_sheet(
    connection: Reading, period: str, number: int, unit: str, *, published_only: bool
) -> Row[Any]:
    """(content, tag, published_at) of one unit's sheet.

    Raises DomainError `edition_unknown`, `unit_not_in_period`.
    """
    found = await _one(connection, (edition.c.published_at,), period, number, published_only=published_only)
    at = literal(found.published_at, Instant).label("published_at")
    columns: Any = (edition_sheet.c.content, edition_sheet.c.tag, at)
    query = select(*columns).filter_by(period=period, number=number, unit=unit)
    row = (await connection.execute(query)).first()
    if row is None:
        raise DomainError("unit_not_in_period", {"unit": unit})
    return row


async def read_signature(connection: Reading, period: str, number: int, *, published_only: bool) -> Row[Any]:
    """(digest, signature, key_id, published_at). Raises DomainError `edition_unknown`, `pack_missing`."""
    columns = (edition.c.digest, edition.c.signature, edition.c.key_id, edition.c.published_at)
    row = await _one(connection, columns, period, number, published_only=published_only)
    if not row.signature:
        raise DomainError("pack_missing", {"period": period, "edition": number})
    return row


async def read_pack_digest(connection: Reading, period: str, number: int, level: str) -> str:
    """What a reader has who has the pack already. Raises DomainError `pack_missing`."""
    query = select(edition_pack.c.digest).filter_by(period=period, number=number, level=level)
    found = (await connection.execute(query)).scalar()
    if found is None:
        raise DomainError("pack_missing", {"period": period, "edition": number})
    return str(found)


async def read_pack(connection: Reading, period: str, number: int, level: str) -> bytes:
    """The signed bytes of a pack that is there."""
    query = select(edition_pack.c.content).filter_by(period=period, number=number, level=level)
    return bytes((await connection.execute(query)).scalar_one())


async def _one(
    connection: Reading,
    columns: Any,
    period: str,
    number: int | None,
    *,
    published_only: bool,
    as_of: datetime | None = None,
) -> Row[Any]:
    query = select(*columns).where(edition.c.period == period)
    if published_only or as_of is not None:
        query = query.where(released(as_of))
    query = (
        query.order_by(edition.c.number.desc()).limit(1)
        if number is None
        else query.where(edition.c.number == number)
    )
    row = (await connection.execute(query)).first()
    if row is None:
        raise DomainError("edition_unknown", {"period": period, "edition": number or "latest"})
    return row
