"""SQL of serial numbers: ranges printed and issued, and what became of single ballots."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from parindex.db import Reading, Writing
from parindex.kernel.clocks import business_time
from survey_ingest.campaigns.domain.serials import ListedRange, Mark, SerialRange
from survey_ingest.campaigns.store.tables import serial_range, serial_status


async def lock_serials(connection: Writing, campaign_id: UUID) -> None:
    """Who lists ranges next waits until this transaction has ended: ranges never overlap."""
    key = {"campaign": f"serials {campaign_id}"}
    await connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:campaign, 0))"), key)


async def insert_ranges(connection: Writing, campaign_id: UUID, by: str, new: Sequence[ListedRange]) -> None:
    now = business_time()
    rows = [
        {
            "campaign_id": campaign_id,
            "stage": item.stage,
            "prefix": item.serials.prefix,
            "width": item.serials.width,
            "first": item.serials.first,
            "last": item.serials.last,
            "batch": item.batch,
            "listed_by": by,
            "listed_at": now,
        }
        for item in new
    ]
    await connection.execute(insert(serial_range), rows)


async def read_ranges(
    connection: Reading, campaign_id: UUID, batches: Iterable[str] | None = None
) -> list[ListedRange]:
    """Ranges printed and issued, or those issued to some batches; print runs first, by number."""
    columns = serial_range.c
    query = select(columns.prefix, columns.width, columns.first, columns.last, columns.batch).where(
        columns.campaign_id == campaign_id
    )
    if batches is not None:
        query = query.where(columns.batch.in_(list(batches)))
    rows = await connection.execute(
        query.order_by(columns.stage.desc(), columns.prefix, columns.width, columns.first)
    )
    return [ListedRange(SerialRange(*row[:4]), row[4]) for row in rows]


async def insert_marks(
    connection: Writing, campaign_id: UUID, by: str, marked: Sequence[tuple[str, str, Mark]]
) -> None:
    now = business_time()
    rows = [
        {
            "campaign_id": campaign_id,
            "serial": serial,
            "batch": batch,
            "status": mark.status,
            "reason": mark.reason,
            "marked_by": by,
            "marked_at": now,
        }
        for serial, batch, mark in marked
    ]
    await connection.execute(insert(serial_status), rows)


@dataclass(frozen=True, slots=True)
class SerialStatus:
    """What became of one ballot («tình trạng phiếu»), by its latest mark."""

    serial: str
    batch: str
    status: str
    reason: str
    marked_by: str
    marked_at: datetime


async def read_statuses(
    connection: Reading, campaign_id: UUID, batch: str | None = None
) -> list[SerialStatus]:
    """The latest mark of every serial that has one, of the campaign or of one batch."""
    columns = serial_status.c
    fields = (columns.serial, columns.batch, columns.status, columns.reason, columns.marked_by)
    query = (
        select(*fields, columns.marked_at)
        .ext(distinct_on(columns.serial))
        .where(columns.campaign_id == campaign_id)
        .order_by(columns.serial, columns.id.desc())
    )
    if batch is not None:
        query = query.where(columns.batch == batch)
    return [SerialStatus(*row) for row in await connection.execute(query)]


@dataclass(frozen=True, slots=True)
class IssueCount:
    """How many serials of a batch were issued by range, and what is known of them («cân đối số phiếu»)."""

    batch: str
    issued: int
    returned: int
    spoiled: int
    missing: int


_COUNT = text(
    """
    SELECT coalesce(r.batch, s.batch), coalesce(r.issued, 0),
        coalesce(s.returned, 0), coalesce(s.spoiled, 0), coalesce(s.missing, 0)
    FROM (
        SELECT batch, sum(last - first + 1)::integer AS issued FROM survey.serial_range
        WHERE campaign_id = :campaign AND stage = 'issued'
          AND (CAST(:batch AS text) IS NULL OR batch = :batch)
        GROUP BY batch
    ) r FULL JOIN (
        SELECT batch, count(*) FILTER (WHERE status = 'returned') AS returned,
            count(*) FILTER (WHERE status = 'spoiled') AS spoiled,
            count(*) FILTER (WHERE status = 'missing') AS missing
        FROM (SELECT DISTINCT ON (serial) batch, status FROM survey.serial_status
              WHERE campaign_id = :campaign AND (CAST(:batch AS text) IS NULL OR batch = :batch)
              ORDER BY serial, id DESC) latest
        GROUP BY batch
    ) s USING (batch)
    ORDER BY 1
    """
)


async def count_issues(
    connection: Reading, campaign_id: UUID, batch: str | None = None
) -> list[IssueCount]:
    """Serials issued, returned, spoiled and missing of every batch that has ranges, or of one."""
    rows = await connection.execute(_COUNT, {"campaign": campaign_id, "batch": batch})
    return [IssueCount(*row) for row in rows]
