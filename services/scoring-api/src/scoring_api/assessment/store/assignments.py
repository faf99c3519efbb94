"""SQL of assignments and of conflicts of interest: each is a row, its end another; nothing is rewritten."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Row, String, Table, Text, Uuid, insert, select

from parindex.db import Instant, Reading, Writing
from scoring_api.assessment.domain.guard import Assignment, Conflict, Ending
from scoring_api.assessment.store.tables import period
from scoring_api.schema import metadata

assignment = Table(
    "assignment",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("period_id", Uuid, ForeignKey(period.c.id), nullable=False),
    Column("appraiser", String(200), nullable=False),
    Column("unit", String(80), nullable=False),
    Column("area", String(200), nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_assignment_period_id", "period_id"),
)
assignment_end = Table(
    "assignment_end",
    metadata,
    Column("assignment_id", Uuid, ForeignKey(assignment.c.id), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", Instant, nullable=False),
)
conflict = Table(
    "conflict",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("period_id", Uuid, ForeignKey(period.c.id), nullable=False),
    Column("appraiser", String(200), nullable=False),
    Column("unit", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_conflict_period_id", "period_id"),
)
conflict_end = Table(
    "conflict_end",
    metadata,
    Column("conflict_id", Uuid, ForeignKey(conflict.c.id), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", Instant, nullable=False),
)


async def insert_assignments(connection: Writing, period_id: UUID, made: Sequence[Assignment]) -> None:
    rows = [
        {
            "id": row.id,
            "period_id": period_id,
            "appraiser": row.appraiser,
            "unit": row.unit,
            "area": row.area,
            "author": row.author,
            "at": row.at,
        }
        for row in made
    ]
    await connection.execute(insert(assignment), rows)


async def end_assignment(connection: Writing, found: UUID, ending: Ending) -> None:
    await connection.execute(
        insert(assignment_end).values(
            assignment_id=found, reason=ending.reason, author=ending.author, at=ending.at
        )
    )


async def read_assignments(connection: Reading, period_id: UUID) -> list[Assignment]:
    """Every assignment of the period, ended ones too, in the order they were made."""
    rows = await connection.execute(
        select(assignment, *_ending(assignment_end))
        .outerjoin(assignment_end, assignment_end.c.assignment_id == assignment.c.id)
        .where(assignment.c.period_id == period_id)
        .order_by(assignment.c.id)
    )
    return [
        Assignment(
            id=row.id,
            appraiser=row.appraiser,
            unit=row.unit,
            area=row.area,
            author=row.author,
            at=row.at,
            ending=_ended(row),
        )
        for row in rows
    ]


async def insert_conflict(connection: Writing, period_id: UUID, made: Conflict) -> None:
    await connection.execute(
        insert(conflict).values(
            id=made.id,
            period_id=period_id,
            appraiser=made.appraiser,
            unit=made.unit,
            reason=made.reason,
            author=made.author,
            at=made.at,
        )
    )


async def end_conflict(connection: Writing, found: UUID, ending: Ending) -> None:
    await connection.execute(
        insert(conflict_end).values(
            conflict_id=found, reason=ending.reason, author=ending.author, at=ending.at
        )
    )


async def read_conflicts(connection: Reading, period_id: UUID) -> list[Conflict]:
    """Every conflict of the period, ended ones too, in the order they were declared."""
    rows = await connection.execute(
        select(conflict, *_ending(conflict_end))
        .outerjoin(conflict_end, conflict_end.c.conflict_id == conflict.c.id)
        .where(conflict.c.period_id == period_id)
        .order_by(conflict.c.id)
    )
    return [
        Conflict(
            id=row.id,
            appraiser=row.appraiser,
            unit=row.unit,
            reason=row.reason,
            author=row.author,
            at=row.at,
            ending=_ended(row),
        )
        for row in rows
    ]


def _ending(table: Table) -> tuple[Any, ...]:
    return (
        table.c.reason.label("end_reason"),
        table.c.author.label("ended_by"),
        table.c.at.label("ended_at"),
    )


def _ended(row: Row[Any]) -> Ending | None:
    if row.ended_at is None:
        return None
    return Ending(reason=row.end_reason, author=row.ended_by, at=row.ended_at)
