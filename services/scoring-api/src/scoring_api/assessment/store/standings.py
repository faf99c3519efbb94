"""SQL of standings: what a finished year said of each unit, for the period that comes after it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
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

from parindex.db import Reading, Writing
from scoring_api.schema import metadata

standing = Table(
    "standing",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("period", String(80), nullable=False),
    Column("edition", Integer, nullable=False),
    Column("unit", String(80), nullable=False),
    Column("framework", String(80), nullable=False),
    Column("rank", Integer),
    Column("percent", String(40), nullable=False),
    Column("band", String(80), nullable=False),
    Column("review_years", JSONB, nullable=False),
    Column("framework_version", Integer),
    Column("leaf_values", JSONB),
    UniqueConstraint("period", "edition", "unit"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRow:
    """What a finished year says about a unit; `review_years` counts the years in a row, this one included.

    `framework` is the code of the criteria set behind it, empty where an imported edition does not say it;
    its version and the values that counted, by leaf, are known of a year that was computed here.
    """

    unit: str
    rank: int | None
    percent: str
    band: str
    review_years: dict[str, int]
    framework: str = ""
    framework_version: int | None = None
    leaf_values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


async def insert_standings(
    connection: Writing, period: str, edition: int, rows: Sequence[StandingRow]
) -> None:
    await connection.execute(
        insert(standing), [{"period": period, "edition": edition, **asdict(row)} for row in rows]
    )


async def newest_edition(connection: Reading, period: str) -> int | None:
    """The number of the newest edition that has standings; None when there is none."""
    row = await connection.execute(select(func.max(standing.c.edition)).where(standing.c.period == period))
    number: int | None = row.scalar()
    return number


async def read_standings(
    connection: Reading, period: str, edition: int | None = None
) -> dict[str, StandingRow]:
    """Standings of an edition of the period, of its newest if none is named, by unit; empty without one."""
    number = edition if edition is not None else await newest_edition(connection, period)
    rows = await connection.execute(
        select(standing).where(standing.c.period == period, standing.c.edition == number)
    )
    return {
        row.unit: StandingRow(
            unit=row.unit,
            rank=row.rank,
            percent=row.percent,
            band=row.band,
            review_years=row.review_years,
            framework=row.framework,
            framework_version=row.framework_version,
            leaf_values=row.leaf_values or {},
        )
        for row in rows
    }


async def has_standings(connection: Reading, period: str) -> bool:
    """Whether an edition of that year is there to compare with, own or imported."""
    row = await connection.execute(select(standing.c.id).where(standing.c.period == period).limit(1))
    return row.scalar() is not None
