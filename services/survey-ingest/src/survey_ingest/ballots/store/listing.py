"""SQL of the list of ballots, for who looks after them: where each stands, never what it says."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from parindex.db import Reading


@dataclass(frozen=True, slots=True)
class ListedBallot:
    """A ballot in the books («phiếu đã ghi») without its answers."""

    id: UUID
    serial: str
    batch: str
    questionnaire: str
    group: str
    unit: str | None
    status: str
    reason: str | None
    entry_mode: str
    clerk: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class BallotFilter:
    """Which ballots are wanted; None for all."""

    offices: Collection[str] | None
    batch: str | None
    status: str | None


_LIST = text(
    """
    SELECT b.id, b.serial, b.batch, b.questionnaire, b.respondent_group, b.unit, b.status, b.reason,
        b.entry_mode, b.clerk, b.accepted_at
    FROM survey.ballot b JOIN survey.batch t ON t.campaign_id = b.campaign_id AND t.code = b.batch
    WHERE b.campaign_id = :campaign AND b.serial > :after
      AND (CAST(:offices AS text[]) IS NULL OR t.office = ANY(:offices))
      AND (CAST(:batch AS text) IS NULL OR b.batch = :batch)
      AND (CAST(:status AS text) IS NULL OR b.status = :status)
    ORDER BY b.serial LIMIT :limit
    """
)


async def list_ballots(
    connection: Reading, campaign_id: UUID, wanted: BallotFilter, after: str, limit: int
) -> list[ListedBallot]:
    """Ballots after a serial, in the order of serials."""
    keys = {
        "campaign": campaign_id,
        "after": after,
        "offices": None if wanted.offices is None else list(wanted.offices),
        "batch": wanted.batch,
        "status": wanted.status,
        "limit": limit,
    }
    return [ListedBallot(*row) for row in await connection.execute(_LIST, keys)]
