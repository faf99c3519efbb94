"""SQL of what became of single ballots, by their serials: the latest mark of a serial tells."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from parindex.db import Reading, Writing


@dataclass(frozen=True, slots=True)
class SerialMark:
    """What became of one ballot («tình trạng phiếu»), by whose word."""

    serial: str
    batch: str
    status: str
    reason: str
    marked_by: str
    marked_at: datetime


_INSERT = text(
    """
    INSERT INTO survey.serial_status (campaign_id, serial, batch, status, reason, marked_by, marked_at)
    SELECT :campaign, m.*
    FROM unnest(CAST(:serials AS text[]), CAST(:batches AS text[]), CAST(:statuses AS text[]),
        CAST(:reasons AS text[]), CAST(:clerks AS text[]), CAST(:times AS timestamptz[])) AS m
    """
)


async def insert_marks(connection: Writing, campaign_id: UUID, marks: Sequence[SerialMark]) -> None:
    keys = {
        "serials": [mark.serial for mark in marks],
        "batches": [mark.batch for mark in marks],
        "statuses": [mark.status for mark in marks],
        "reasons": [mark.reason for mark in marks],
        "clerks": [mark.marked_by for mark in marks],
        "times": [mark.marked_at for mark in marks],
    }
    await connection.execute(_INSERT, {"campaign": campaign_id, **keys})


_WRITTEN_OFF = text(
    """
    SELECT serial FROM (
        SELECT DISTINCT ON (serial) serial, status FROM survey.serial_status
        WHERE campaign_id = :campaign AND serial = ANY(:serials) ORDER BY serial, id DESC
    ) latest WHERE status <> 'returned'
    """
)


async def find_written_off(connection: Reading, campaign_id: UUID, serials: Collection[str]) -> set[str]:
    """Those of the serials whose ballots were last said to be spoiled or missing."""
    keys = {"campaign": campaign_id, "serials": list(serials)}
    return set((await connection.execute(_WRITTEN_OFF, keys)).scalars())


@dataclass(frozen=True, slots=True)
class MarkFilter:
    """Which marks are wanted; None for all."""

    batch: str | None
    status: str | None


_LIST = text(
    """
    SELECT * FROM (
        SELECT DISTINCT ON (serial) serial, batch, status, reason, marked_by, marked_at
        FROM survey.serial_status
        WHERE campaign_id = :campaign AND serial > :after
        ORDER BY serial, id DESC
    ) latest
    WHERE (CAST(:batch AS text) IS NULL OR batch = :batch)
      AND (CAST(:status AS text) IS NULL OR status = :status)
    ORDER BY serial LIMIT :limit
    """
)


async def list_marks(
    connection: Reading, campaign_id: UUID, wanted: MarkFilter, after: str, limit: int
) -> list[SerialMark]:
    """The latest mark of each serial after one, in the order of serials."""
    keys = {"campaign": campaign_id, "batch": wanted.batch, "status": wanted.status}
    rows = await connection.execute(_LIST, {**keys, "after": after, "limit": limit})
    return [SerialMark(*row) for row in rows]
