"""SQL of announcements: written with the fact, numbered afterwards by one writer, read by number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, String, Table, Text, Uuid, func, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB

from parindex.db import Instant, Reading, Writing
from scoring_api.schema import metadata

announcement = Table(
    "announcement",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("topic", String(80), nullable=False),
    Column("audience", String(8), nullable=False),
    Column("object", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("at", Instant, nullable=False),
    Column("serial", BigInteger, unique=True),
    Column("public_serial", BigInteger, unique=True),
    Index("ix_announcement_unnumbered", "id", postgresql_where=text("serial IS NULL")),
    Index("ix_announcement_topic", "topic", "object"),
)

NUMBERING = int.from_bytes(b"announce")  # the lock of the one writer of serials
_NUMBER = text(
    """
    WITH due AS (
        SELECT id, audience = 'public' AS public, row_number() OVER (ORDER BY id) AS place,
               count(*) FILTER (WHERE audience = 'public') OVER (ORDER BY id) AS public_place
        FROM (
            SELECT id, audience FROM scoring.announcement WHERE serial IS NULL ORDER BY id LIMIT :limit
        ) chunk
    ), heads AS (
        SELECT coalesce(max(serial), 0) AS serial, coalesce(max(public_serial), 0) AS public_serial
        FROM scoring.announcement
    )
    UPDATE scoring.announcement SET
        serial = heads.serial + due.place,
        public_serial = CASE WHEN due.public THEN heads.public_serial + due.public_place END
    FROM due, heads WHERE announcement.id = due.id
    """
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """One numbered announcement."""

    serial: int
    id: UUID
    topic: str
    object: str
    data: dict[str, Any]
    at: datetime


async def insert_announcements(connection: Writing, rows: Sequence[Mapping[str, Any]], **common: Any) -> None:
    """Rows of id, object and data, with the columns that all of them share."""
    if rows:
        await connection.execute(insert(announcement), [{**row, **common} for row in rows])


async def number_announcements(connection: Writing, limit: int = 1000) -> int:
    """Number what is committed and has no serial yet. Returns how many; 0, too, while another worker does it.

    One writer at a time, and each begins where the last one committed: whoever has read serial n has read
    every smaller one that will ever be. Public ones count apart: no gap tells of the others.
    """
    mine = await connection.execute(select(func.pg_try_advisory_xact_lock(NUMBERING)))
    if not mine.scalar():
        return 0
    return int((await connection.execute(_NUMBER, {"limit": limit})).rowcount)


async def read_public(connection: Reading, since: int, limit: int) -> list[Announcement]:
    """The public ones after a public serial, in order."""
    serial = announcement.c.public_serial
    return await _read(connection, serial, since, limit)


async def read_all(connection: Reading, since: int, limit: int) -> list[Announcement]:
    """Those of every audience after a serial, in order."""
    return await _read(connection, announcement.c.serial, since, limit)


async def last_serial(connection: Reading) -> int:
    return int((await connection.execute(select(func.max(announcement.c.serial)))).scalar() or 0)


async def _read(connection: Reading, serial: Any, since: int, limit: int) -> list[Announcement]:
    columns = (
        serial,
        announcement.c.id,
        announcement.c.topic,
        announcement.c.object,
        announcement.c.data,
        announcement.c.at,
    )
    rows = await connection.execute(select(*columns).where(serial > since).order_by(serial).limit(limit))
    return [Announcement(*row) for row in rows]
