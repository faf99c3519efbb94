"""SQL of editions and their documents: an edition's bytes never change once they are written."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    Uuid,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as insert_or

from parindex.contracts.events import DocumentReady
from parindex.db import Instant, Reading, Writing
from parindex.kernel.clocks import business_time, system_time
from parindex.kernel.errors import DomainError
from scoring_api.announcements.store import announcement
from scoring_api.assessment.store.standings import standing
from scoring_api.assessment.store.tables import period as period_table
from scoring_api.schema import metadata

edition = Table(
    "edition",
    metadata,
    Column("period", String(80), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("origin", String(12), nullable=False),
    Column("digest", String(71), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("index_content", LargeBinary, nullable=False),
    Column("index_tag", String(80), nullable=False),
    Column("signature", Text, nullable=False),
    Column("key_id", String(80), nullable=False, server_default=""),
    Column("finalized_at", Instant, nullable=False),
    Column("published_at", Instant),
)
edition_sheet = Table(
    "edition_sheet",
    metadata,
    Column("period", String(80), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("unit", String(80), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("tag", String(80), nullable=False),
)
edition_pack = Table(
    "edition_pack",
    metadata,
    Column("period", String(80), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("level", String(10), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("digest", String(71), nullable=False),
)
edition_document = Table(
    "edition_document",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("period", String(80), nullable=False),
    Column("edition", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("url", Text, nullable=False),
    Column("ready_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEdition:
    """An edition to store; `origin` is `computed` or `imported` (last year's, from another system)."""

    period: str
    number: int
    origin: str
    digest: str
    content: bytes
    index_content: bytes
    index_tag: str
    signature: str
    key_id: str
    finalized_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One unit's part of an edition, as its readers get it."""

    unit: str
    content: bytes
    tag: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A result pack of an edition at one level, signed, in its canonical bytes."""

    level: str
    content: bytes
    digest: str


async def insert_edition(connection: Writing, new: NewEdition) -> None:
    await connection.execute(
        insert(edition).values(
            period=new.period,
            number=new.number,
            origin=new.origin,
            digest=new.digest,
            content=new.content,
            index_content=new.index_content,
            index_tag=new.index_tag,
            signature=new.signature,
            key_id=new.key_id,
            finalized_at=new.finalized_at,
            published_at=new.published_at,
        )
    )


async def insert_sheets(connection: Writing, period: str, number: int, sheets: Sequence[Sheet]) -> None:
    """One row a unit, so that a reader of one sheet loads no other."""
    await connection.execute(
        insert(edition_sheet), [{"period": period, "number": number, **asdict(sheet)} for sheet in sheets]
    )


async def insert_packs(connection: Writing, period: str, number: int, packs: Sequence[Pack]) -> None:
    await connection.execute(
        insert(edition_pack), [{"period": period, "number": number, **asdict(pack)} for pack in packs]
    )


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


async def next_number(connection: Reading, period: str) -> int:
    newest = await connection.execute(select(func.max(edition.c.number)).where(edition.c.period == period))
    return int(newest.scalar() or 0) + 1


async def list_editions(
    connection: Reading, *, published_only: bool, period: str | None = None
) -> list[dict[str, Any]]:
    """Editions without their content, newest first; those of one period, if it is named."""
    query = select(
        edition.c.period, edition.c.number, edition.c.origin, edition.c.digest,
        edition.c.finalized_at, edition.c.published_at,
    ).order_by(edition.c.finalized_at.desc(), edition.c.number.desc())  # fmt: skip
    if published_only:
        query = query.where(_released())
    if period is not None:
        query = query.where(edition.c.period == period)
    return [dict(row._mapping) for row in await connection.execute(query)]  # noqa: SLF001 — SQLAlchemy's public API


def _released(at: datetime | None = None) -> ColumnElement[bool]:
    """Published by now, or by then: an edition under embargo has its time and waits for it."""
    now = business_time()
    return edition.c.published_at <= (now if at is None else min(at, now))


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
    """Each period's latest edition with the unit: period, number, origin, published_at, year, index_content.

    The year is None where the period was computed elsewhere. Newest period first.
    """
    query = (
        select(
            edition.c.period, edition.c.number, edition.c.origin, edition.c.published_at,
            period_table.c.year, edition.c.index_content,
        )
        .ext(distinct_on(edition.c.period))
        .join(standing, (standing.c.period == edition.c.period) & (standing.c.edition == edition.c.number))
        .outerjoin(period_table, period_table.c.code == edition.c.period)
        .where(standing.c.unit == unit)
        .order_by(edition.c.period.desc(), edition.c.number.desc())
    )  # fmt: skip
    if published_only:
        query = query.where(_released())
    return list(await connection.execute(query))


async def read_content(
    connection: Reading, period: str, number: int | None, *, published_only: bool
) -> Row[Any]:
    """(content, digest, origin, published_at) of one edition. Raises DomainError `edition_unknown`."""
    columns = (edition.c.content, edition.c.digest, edition.c.origin, edition.c.published_at)
    return await _one(connection, columns, period, number, published_only=published_only)


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
        query = query.where(_released(as_of))
    query = (
        query.order_by(edition.c.number.desc()).limit(1)
        if number is None
        else query.where(edition.c.number == number)
    )
    row = (await connection.execute(query)).first()
    if row is None:
        raise DomainError("edition_unknown", {"period": period, "edition": number or "latest"})
    return row


async def publish_edition(connection: Writing, period: str, number: int, at: datetime) -> bool:
    """Whether it was there and nobody could read it yet; a time still to come may be set anew."""
    waits = edition.c.published_at.is_(None) | (edition.c.published_at > business_time())
    result = await connection.execute(
        update(edition)
        .where(edition.c.period == period, edition.c.number == number, waits)
        .values(published_at=at)
    )
    return bool(result.rowcount)


async def is_published(connection: Writing, period: str, number: int) -> bool:
    """Whether everybody may know of the edition. It is not published meanwhile: the row is held."""
    query = select(edition.c.published_at).filter_by(period=period, number=number)
    found = (await connection.execute(query.with_for_update(read=True))).scalar()
    return found is not None and found <= business_time()


async def take_unannounced(connection: Writing) -> list[tuple[str, int]]:
    """Editions whose embargo is over and of which nobody was told; one worker at a time gets each."""
    name = edition.c.period + "/" + cast(edition.c.number, String)
    told = select(announcement.c.id).where(
        announcement.c.topic == "edition.published", announcement.c.object == name
    )
    due = (
        select(edition.c.period, edition.c.number)
        .where(edition.c.origin == "computed", _released(), ~told.exists())
        .with_for_update(skip_locked=True)
    )
    return [(row.period, row.number) for row in await connection.execute(due)]


async def insert_document(connection: Writing, event: DocumentReady) -> None:
    await connection.execute(
        insert_or(edition_document)
        .values(
            id=event.document,
            period=event.period,
            edition=event.edition,
            kind=event.kind,
            title=event.title,
            file_name=event.file_name,
            digest=event.digest,
            url=event.url,
            ready_at=system_time(),
        )
        .on_conflict_do_nothing()
    )


async def list_documents(connection: Reading, period: str, number: int) -> list[dict[str, Any]]:
    rows = await connection.execute(
        select(edition_document)
        .where(edition_document.c.period == period, edition_document.c.edition == number)
        .order_by(edition_document.c.kind, edition_document.c.file_name)
    )
    return [
        {"id": str(row.id), "kind": row.kind, "title": row.title, "file_name": row.file_name,
         "digest": row.digest, "url": row.url}
        for row in rows
    ]  # fmt: skip
