"""SQL of differences between two entries: what was written again, what was decided, what is still open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, insert, select, text

from parindex.db import Reading, Writing
from survey_ingest.double_entry.domain.comparing import Difference
from survey_ingest.double_entry.store.tables import entry_decision, entry_difference, entry_rekeying

# Who keyed the second entry writes the field once more; when that clerk has left the batch, who would
# re-key it is gone and the supervisor decides at once.
STATES = """
    FROM survey.entry_difference d
    JOIN survey.second_entry e USING (campaign_id, ballot_id)
    LEFT JOIN survey.entry_rekeying r USING (campaign_id, ballot_id, position)
    LEFT JOIN survey.entry_decision x USING (campaign_id, ballot_id, position)
    LEFT JOIN survey.batch_claim c ON c.campaign_id = e.campaign_id AND c.batch = d.batch
        AND c.stage = 'second' AND c.clerk = e.clerk AND c.expires_at > :at
    CROSS JOIN LATERAL (
        SELECT coalesce(x.value, CASE WHEN r.value = d.first THEN d.first END) AS value
    ) settled
    CROSS JOIN LATERAL (
        SELECT CASE WHEN settled.value IS NOT NULL THEN 'settled'
                    WHEN r.value IS NOT NULL OR c.clerk IS NULL THEN 'to_decide'
                    ELSE 'to_rekey' END AS state
    ) stands
"""

_OF_ENTRIES = text(
    f"""
    SELECT e.id, d.position, stands.state {STATES}
    WHERE d.campaign_id = :campaign AND d.ballot_id = ANY(CAST(:ballots AS uuid[]))
    ORDER BY e.id, d.position ~ '^[0-9]', lpad(d.position, 8, '0')
    """
)


async def read_states(
    connection: Reading, campaign_id: UUID, ballots: Collection[UUID], at: datetime
) -> dict[UUID, dict[str, str]]:
    """Second entry of these ballots → position → its state; an entry that agrees with the first has none."""
    parameters = {"campaign": campaign_id, "ballots": list(ballots), "at": at}
    found: dict[UUID, dict[str, str]] = {}
    for entry, position, state in await connection.execute(_OF_ENTRIES, parameters):
        found.setdefault(entry, {})[position] = state
    return found


_AWAITED = text(
    f"""
    SELECT e.id, e.serial, array_agg(d.position ORDER BY d.position ~ '^[0-9]', lpad(d.position, 8, '0'))
    {STATES}
    WHERE d.campaign_id = :campaign AND d.batch = :batch AND e.clerk = :clerk
      AND r.value IS NULL AND x.value IS NULL
    GROUP BY e.id, e.serial ORDER BY e.serial
    """
)


@dataclass(frozen=True, slots=True)
class AwaitedRekeying:
    """A ballot that its second clerk looks at once more, at these positions («phiếu chờ nhập lại»)."""

    id: UUID
    serial: str
    positions: list[str]


async def list_awaited(
    connection: Reading, campaign_id: UUID, batch: str, clerk: str, at: datetime
) -> list[AwaitedRekeying]:
    """What the clerk still has to write again, by serial."""
    parameters = {"campaign": campaign_id, "batch": batch, "clerk": clerk, "at": at}
    return [AwaitedRekeying(*row) for row in await connection.execute(_AWAITED, parameters)]


async def read_differences(connection: Reading, campaign_id: UUID, ballot_id: UUID) -> list[Difference]:
    """The differences of one ballot with all that was said of them."""
    of = (entry_difference.c.campaign_id, entry_difference.c.ballot_id, entry_difference.c.position)
    query = (
        select(
            entry_difference.c.position,
            entry_difference.c.first,
            entry_difference.c.second,
            entry_rekeying.c.value,
            entry_decision.c.value,
        )
        .outerjoin(entry_rekeying, and_(*(one == entry_rekeying.c[one.name] for one in of)))
        .outerjoin(entry_decision, and_(*(one == entry_decision.c[one.name] for one in of)))
        .where(of[0] == campaign_id, of[1] == ballot_id)
        .order_by(entry_difference.c.position)
    )
    return [Difference(*row) for row in await connection.execute(query)]


async def insert_rekeyings(
    connection: Writing,
    campaign_id: UUID,
    ballot_id: UUID,
    values: Mapping[str, str],
    by: str,
    at: datetime,
) -> None:
    rows = [
        {
            "campaign_id": campaign_id,
            "ballot_id": ballot_id,
            "position": position,
            "value": value,
            "rekeyed_by": by,
            "rekeyed_at": at,
        }
        for position, value in values.items()
    ]
    await connection.execute(insert(entry_rekeying), rows)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the supervisor found on the paper («kết luận chỗ lệch»)."""

    position: str
    value: str
    reason: str
    by: str
    at: datetime


async def insert_decision(connection: Writing, campaign_id: UUID, ballot_id: UUID, made: Decision) -> None:
    await connection.execute(
        insert(entry_decision).values(
            campaign_id=campaign_id,
            ballot_id=ballot_id,
            position=made.position,
            value=made.value,
            reason=made.reason,
            decided_by=made.by,
            decided_at=made.at,
        )
    )


@dataclass(frozen=True, slots=True)
class ListedDifference:
    """A difference as the supervisor sees it: no value before the second clerk has written it again.

    Where that clerk has left, the supervisor too reads the paper without knowing what was keyed.
    """

    ballot: UUID
    serial: str
    batch: str
    position: str
    state: str
    first: str | None
    second: str | None
    rekeyed: str | None
    settled: str | None
    reason: str | None
    first_clerk: str
    second_clerk: str


_LIST = text(
    f"""
    SELECT e.ballot_id, e.serial, d.batch, d.position, stands.state,
        CASE WHEN r.value IS NOT NULL OR x.value IS NOT NULL THEN d.first END,
        CASE WHEN r.value IS NOT NULL OR x.value IS NOT NULL THEN d.second END,
        r.value, settled.value, x.reason, b.clerk, e.clerk
    {STATES}
    JOIN survey.ballot b ON b.campaign_id = e.campaign_id AND b.id = e.ballot_id
    JOIN survey.batch bag ON bag.campaign_id = e.campaign_id AND bag.code = d.batch
    WHERE d.campaign_id = :campaign
      AND (CAST(:offices AS text[]) IS NULL OR bag.office = ANY(:offices))
      AND (CAST(:batch AS text) IS NULL OR d.batch = :batch)
      AND (CAST(:state AS text) IS NULL OR stands.state = :state)
      AND (e.serial, d.position) > (:after_serial, :after_position)
    ORDER BY e.serial, d.position LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which differences are asked for; `offices` None: of every office."""

    offices: list[str] | None
    batch: str | None
    state: str | None
    after: tuple[str, str]
    limit: int
    at: datetime


async def list_differences(connection: Reading, campaign_id: UUID, wanted: Wanted) -> list[ListedDifference]:
    """By serial and position, from the one after `after`."""
    rows = await connection.execute(
        _LIST,
        {
            "campaign": campaign_id,
            "offices": wanted.offices,
            "batch": wanted.batch,
            "state": wanted.state,
            "after_serial": wanted.after[0],
            "after_position": wanted.after[1],
            "limit": wanted.limit,
            "at": wanted.at,
        },
    )
    return [ListedDifference(*row) for row in rows]
