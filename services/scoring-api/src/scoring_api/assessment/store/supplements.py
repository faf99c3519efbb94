"""SQL of returns for supplement: the request is a row, how it ended another; nothing is rewritten."""

from uuid import UUID

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from parindex.db import Instant, Reading, Writing
from scoring_api.assessment.domain.supplements import Supplement, SupplementEnd
from scoring_api.assessment.store.tables import period
from scoring_api.schema import metadata

supplement = Table(
    "supplement",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("period_id", Uuid, ForeignKey(period.c.id), nullable=False),
    Column("unit", String(80), nullable=False),
    Column("number", Integer, nullable=False),
    Column("leaves", ARRAY(String(200)), nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("opens_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    UniqueConstraint("period_id", "unit", "number"),
)
supplement_end = Table(
    "supplement_end",
    metadata,
    Column("supplement_id", Uuid, ForeignKey(supplement.c.id), primary_key=True),
    Column("outcome", String(12), nullable=False),
    Column("narrative", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", Instant, nullable=False),
)


async def insert_supplement(connection: Writing, period_id: UUID, made: Supplement) -> None:
    await connection.execute(
        insert(supplement).values(
            id=made.id,
            period_id=period_id,
            unit=made.unit,
            number=made.number,
            leaves=list(made.leaves),
            reason=made.reason,
            author=made.author,
            opens_at=made.opens_at,
            closes_at=made.closes_at,
        )
    )


async def end_supplement(connection: Writing, found: UUID, end: SupplementEnd) -> None:
    await connection.execute(
        insert(supplement_end).values(
            supplement_id=found,
            outcome=end.outcome,
            narrative=end.narrative,
            author=end.author,
            at=end.at,
        )
    )


async def read_supplements(connection: Reading, period_id: UUID, unit: str = "") -> list[Supplement]:
    """Those of the unit, of every unit without one, by unit and number."""
    query = (
        select(
            supplement,
            supplement_end.c.outcome,
            supplement_end.c.narrative,
            supplement_end.c.author.label("ended_by"),
            supplement_end.c.at.label("ended_at"),
        )
        .outerjoin(supplement_end, supplement_end.c.supplement_id == supplement.c.id)
        .where(supplement.c.period_id == period_id)
        .order_by(supplement.c.unit, supplement.c.number)
    )
    if unit:
        query = query.where(supplement.c.unit == unit)
    return [
        Supplement(
            id=row.id,
            unit=row.unit,
            number=row.number,
            leaves=tuple(row.leaves),
            reason=row.reason,
            author=row.author,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            end=SupplementEnd(
                outcome=row.outcome, narrative=row.narrative, author=row.ended_by, at=row.ended_at
            )
            if row.outcome
            else None,
        )
        for row in await connection.execute(query)
    ]
