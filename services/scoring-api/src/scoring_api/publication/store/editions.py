"""Writing editions, and what decides when everybody may read one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, insert, select, update

from parindex.db import Reading, Writing
from parindex.kernel.clocks import business_time
from scoring_api.announcements.store import announcement
from scoring_api.publication.store.reading import released
from scoring_api.publication.store.tables import edition, edition_pack, edition_sheet

TELLING = int.from_bytes(b"editions")  # the lock of the worker that tells of released editions


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


async def next_number(connection: Reading, period: str) -> int:
    newest = await connection.execute(select(func.max(edition.c.number)).where(edition.c.period == period))
    return int(newest.scalar() or 0) + 1


async def publish_edition(connection: Writing, period: str, number: int, at: datetime) -> bool:
    """Whether it was there and nobody could read it yet; a time still to come may be set anew."""
    waits = edition.c.published_at.is_(None) | (edition.c.published_at > business_time())
    result = await connection.execute(
        update(edition)
        .where(edition.c.period == period, edition.c.number == number, waits)
        .values(published_at=at)
    )
    return bool(result.rowcount)


async def is_published(connection: Writing, period: str, number: int, by: datetime) -> bool:
    """Whether everybody may know of the edition by then. It is not published meanwhile: the row is held."""
    query = select(edition.c.published_at).filter_by(period=period, number=number)
    found = (await connection.execute(query.with_for_update(read=True))).scalar()
    return found is not None and found <= by


async def take_unannounced(connection: Writing) -> list[tuple[str, int]]:
    """Editions whose embargo is over and of which nobody was told; none while another worker tells of them.

    The lock comes before the question, which so sees what the worker before this one has told.
    """
    mine = await connection.execute(select(func.pg_try_advisory_xact_lock(TELLING)))
    if not mine.scalar():
        return []
    name = edition.c.period + "/" + cast(edition.c.number, String)
    told = select(announcement.c.id).where(
        announcement.c.topic == "edition.published", announcement.c.object == name
    )
    due = (
        select(edition.c.period, edition.c.number)
        .where(edition.c.origin == "computed", released(), ~told.exists())
        .with_for_update(skip_locked=True)
    )
    return [(row.period, row.number) for row in await connection.execute(due)]
