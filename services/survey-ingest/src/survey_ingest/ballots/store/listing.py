"""SQL of the list of ballots, for who looks after them: where each stands, never what it says."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from parindex.db import Reading


@dataclass(frozen=True, slots=True)
class ListedBallot:
    """A ballot in the books («phiếu đã ghi») without its answers.

    Of one that is still to be keyed blind no more is told than where it is and whether it is held.
    """

    id: UUID
    serial: str
    batch: str
    questionnaire: str
    group: str | None
    unit: str | None
    status: str | None
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
    SELECT b.id, b.serial, b.batch, b.questionnaire, CASE WHEN is_told THEN b.respondent_group END,
        CASE WHEN is_told THEN b.unit END, told.status, CASE WHEN is_told THEN b.reason END,
        b.entry_mode, b.clerk, b.accepted_at
    FROM survey.ballot b JOIN survey.batch t ON t.campaign_id = b.campaign_id AND t.code = b.batch
    JOIN survey.campaign c ON c.id = b.campaign_id
    CROSS JOIN LATERAL (
        SELECT t.state <> 'open' OR CAST(c.double_entry ->> 'share' AS numeric) = 0 AS is_told
    ) seen
    CROSS JOIN LATERAL (
        SELECT CASE WHEN is_told OR b.status = 'held' THEN b.status END AS status
    ) told
    WHERE b.campaign_id = :campaign AND b.serial > :after
      AND (CAST(:offices AS text[]) IS NULL OR t.office = ANY(:offices))
      AND (CAST(:batch AS text) IS NULL OR b.batch = :batch)
      AND (CAST(:status AS text) IS NULL OR told.status = :status)
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
