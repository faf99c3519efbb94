"""SQL of serial numbers in ranges: printed, issued, withdrawn; what became of single ballots is `marks`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, insert, literal, select, text

from parindex.db import Instant, Reading, Writing
from parindex.kernel.clocks import business_time
from survey_ingest.campaigns.domain.serials import ListedRange, SerialRange
from survey_ingest.campaigns.store.tables import serial_range, serial_withdrawal


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


_STANDS = ~exists().where(serial_withdrawal.c.range_id == serial_range.c.id)


async def read_ranges(
    connection: Reading, campaign_id: UUID, batches: Iterable[str] | None = None
) -> list[ListedRange]:
    """Ranges printed and issued, or those issued to some batches; print runs first, by number."""
    columns = serial_range.c
    query = select(columns.prefix, columns.width, columns.first, columns.last, columns.batch).where(
        columns.campaign_id == campaign_id, _STANDS
    )
    if batches is not None:
        query = query.where(columns.batch.in_(list(batches)))
    rows = await connection.execute(
        query.order_by(columns.stage.desc(), columns.prefix, columns.width, columns.first)
    )
    return [ListedRange(SerialRange(*row[:4]), row[4]) for row in rows]


async def withdraw_ranges(
    connection: Writing, campaign_id: UUID, by: str, ranges: Sequence[ListedRange], reason: str
) -> None:
    """Ranges that stand; each of their bags looks at the serials of its ballots from now on."""
    columns, now = serial_range.c, business_time()
    for item in ranges:
        of_range = select(columns.id, literal(reason), literal(by), literal(now, Instant)).where(
            columns.campaign_id == campaign_id,
            columns.prefix == item.serials.prefix,
            columns.width == item.serials.width,
            columns.first == item.serials.first,
            columns.stage == item.stage,
            _STANDS,
        )
        names = ["range_id", "reason", "withdrawn_by", "withdrawn_at"]
        await connection.execute(insert(serial_withdrawal).from_select(names, of_range))


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A range that was taken back («dải số đã rút»)."""

    listed: ListedRange
    reason: str
    withdrawn_by: str
    withdrawn_at: datetime


async def read_withdrawn(connection: Reading, campaign_id: UUID) -> list[Withdrawn]:
    """What was taken back, in the order of time."""
    columns, act = serial_range.c, serial_withdrawal.c
    rows = await connection.execute(
        select(columns.prefix, columns.width, columns.first, columns.last, columns.batch)
        .add_columns(act.reason, act.withdrawn_by, act.withdrawn_at)
        .join_from(serial_withdrawal, serial_range, act.range_id == columns.id)
        .where(columns.campaign_id == campaign_id)
        .order_by(act.withdrawn_at, columns.id)
    )
    return [Withdrawn(ListedRange(SerialRange(*row[:4]), row[4]), *row[5:]) for row in rows]


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
          AND NOT EXISTS (SELECT FROM survey.serial_withdrawal w WHERE w.range_id = serial_range.id)
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


async def count_issues(connection: Reading, campaign_id: UUID, batch: str | None = None) -> list[IssueCount]:
    """Serials issued, returned, spoiled and missing of every batch that has ranges, or of one."""
    rows = await connection.execute(_COUNT, {"campaign": campaign_id, "batch": batch})
    return [IssueCount(*row) for row in rows]
