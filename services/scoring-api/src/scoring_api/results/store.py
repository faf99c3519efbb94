"""SQL of results: every computation is kept, and the standings that next year compares with."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
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
standing = Table(
    "standing",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("period", String(80), nullable=False),
    Column("edition", Integer, nullable=False),
    Column("unit", String(80), nullable=False),
    Column("rank", Integer),
    Column("percent", String(40), nullable=False),
    Column("band", String(80), nullable=False),
    Column("review_years", JSONB, nullable=False),
    UniqueConstraint("period", "edition", "unit"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRow:
    """What a finished year says about a unit; `review_years` counts the years in a row, this one included."""

    unit: str
    rank: int | None
    percent: str
    band: str
    review_years: dict[str, int]


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


async def insert_standings(
    connection: Writing, period: str, edition: int, rows: Sequence[StandingRow]
) -> None:
    await connection.execute(
        insert(standing), [{"period": period, "edition": edition, **asdict(row)} for row in rows]
    )


async def read_standings(connection: Reading, period: str) -> dict[str, StandingRow]:
    """Standings of the period's newest edition, by unit; empty when it has none."""
    newest = select(func.max(standing.c.edition)).where(standing.c.period == period).scalar_subquery()
    rows = await connection.execute(
        select(standing).where(standing.c.period == period, standing.c.edition == newest)
    )
    return {
        row.unit: StandingRow(
            unit=row.unit,
            rank=row.rank,
            percent=row.percent,
            band=row.band,
            review_years=row.review_years,
        )
        for row in rows
    }
