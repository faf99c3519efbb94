"""SQL of ballots by their serials: which are keyed, and how many of a range are in use."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select, text

from parindex.db import Reading
from survey_ingest.ballots.store.tables import ballot
from survey_ingest.campaigns.domain.serials import ListedRange


async def find_entered(connection: Reading, campaign_id: UUID, serials: Collection[str]) -> set[str]:
    """Those of the serials whose ballots are in the books."""
    query = select(ballot.c.serial).where(
        ballot.c.campaign_id == campaign_id, ballot.c.serial.in_(list(serials))
    )
    return set((await connection.execute(query)).scalars())


# Digits of one width stand in the order of their numbers.
_USED = text(
    """
    SELECT r.place, (
        SELECT count(DISTINCT u.serial) FROM (
            SELECT b.serial, b.batch FROM survey.ballot b
            WHERE b.campaign_id = :campaign AND b.batch = r.batch
            UNION ALL
            SELECT s.serial, s.batch FROM survey.serial_status s
            WHERE s.campaign_id = :campaign AND s.batch = r.batch
        ) u
        WHERE u.serial COLLATE "C" BETWEEN r.first AND r.last AND length(u.serial) = length(r.first)
          AND right(u.serial, r.width) !~ '[^0-9]'
    )
    FROM unnest(CAST(:batches AS text[]), CAST(:firsts AS text[]), CAST(:lasts AS text[]),
        CAST(:widths AS integer[])) WITH ORDINALITY AS r (batch, first, last, width, place)
    """
)


async def count_used(
    connection: Reading, campaign_id: UUID, issued: Sequence[ListedRange]
) -> dict[ListedRange, int]:
    """How many serials of each range are keyed in its batch, or marked."""
    ends = [item.serials for item in issued]
    keys = {
        "campaign": campaign_id,
        "batches": [item.batch for item in issued],
        "firsts": [found.serial(found.first) for found in ends],
        "lasts": [found.serial(found.last) for found in ends],
        "widths": [found.width for found in ends],
    }
    rows = await connection.execute(_USED, keys)
    return {issued[place - 1]: count for place, count in rows}
