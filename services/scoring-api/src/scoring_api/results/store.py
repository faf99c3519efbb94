"""SQL of results: every computation is kept."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    String,
    Table,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from parindex.db import Instant, Reading, Writing
from parindex.kernel.clocks import system_time
from scoring_api.schema import metadata

computation = Table(
    "computation",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("period", String(80), nullable=False),
    Column("tally_digest", String(71), nullable=False),
    Column("requested_tally", String(71), nullable=False),
    Column("digest", String(71), nullable=False),
    Column("content", JSONB, nullable=False),
    Column("computed_at", Instant, nullable=False),
)


async def insert_computation(
    connection: Writing,
    period: str,
    content: list[dict[str, Any]],
    digest: str,
    *,
    tally: str,
    requested: str,
) -> None:
    """`tally` is the one that was counted, `requested` the one whose arrival asked for the computation."""
    await connection.execute(
        insert(computation).values(
            period=period,
            tally_digest=tally,
            requested_tally=requested,
            digest=digest,
            content=content,
            computed_at=system_time(),
        )
    )


async def latest_computation(connection: Reading, period: str) -> dict[str, Any] | None:
    """The newest computation of a period, whatever it was started by."""
    row = (
        await connection.execute(
            select(computation)
            .where(computation.c.period == period)
            .order_by(computation.c.id.desc())
            .limit(1)
        )
    ).first()
    if row is None:
        return None
    return {
        "tally": row.tally_digest,
        "requested_tally": row.requested_tally,
        "digest": row.digest,
        "units": row.content,
        "computed_at": row.computed_at.isoformat(),
    }
