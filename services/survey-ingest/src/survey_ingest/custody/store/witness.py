"""SQL of what the log of acts tells of custody: a second witness beside ledger, tallies and minutes."""

from uuid import UUID

from sqlalchemy import text

from parindex.db import Reading

# The batch is what stands behind the campaign's code in the object of an act.
_TOLD = text(
    """
    SELECT kept.key, kept.value, coalesce(substr(a.object, length(c.code) + 2), '') FROM survey.audit a
    JOIN survey.campaign c ON a.object = c.code OR starts_with(a.object, c.code || '/')
    CROSS JOIN LATERAL jsonb_each_text(a.details -> 'kept') AS kept
    WHERE c.id = :campaign AND jsonb_typeof(a.details -> 'kept') = 'object' ORDER BY a.id
    """
)


async def read_told(connection: Reading, campaign_id: UUID) -> list[tuple[str, str, str]]:
    """Everything the log says was kept: its place such as `line/3`, its digest, its batch if it has one."""
    rows = await connection.execute(_TOLD, {"campaign": campaign_id})
    return [(row[0], row[1], row[2]) for row in rows]
