"""SQL of acts and of the council's sessions: inserted, read in order, never changed."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, or_, select

from parindex.db import Reading, Writing
from parindex.kernel.clocks import system_time
from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.store.tables import act, correction_end, council_session


async def insert_acts(connection: Writing, period_id: UUID, acts: Sequence[Act]) -> None:
    if not acts:
        return
    recorded_at = system_time()
    rows = [
        {
            "period_id": period_id,
            "unit": entry.unit,
            "leaf": entry.leaf,
            "stage": entry.stage,
            "value": None if entry.value is None else dict(entry.value),
            "points": entry.points,
            "not_applicable": entry.not_applicable,
            "reason": entry.reason,
            "narrative": entry.narrative,
            "evidence": list(entry.evidence),
            "shortfall": list(entry.shortfall),
            "author": entry.author,
            "at": entry.at,
            "recorded_at": recorded_at,
            "session_id": entry.session,
            "correction_id": entry.correction,
        }
        for entry in acts
    ]
    await connection.execute(insert(act), rows)


async def read_acts(
    connection: Reading, period_id: UUID, unit: str | None = None, *, correction: UUID | None = None
) -> list[Act]:
    """Acts in the order they were made; of corrections those that made an edition, and those of that one."""
    query = select(act).where(*_meant(period_id, unit, correction)).order_by(act.c.sequence)
    return [act_from(row) for row in await connection.execute(query)]


async def read_latest(
    connection: Reading, period_id: UUID, unit: str | None = None, *, correction: UUID | None = None
) -> list[Act]:
    """Of these the latest of each unit, leaf and stage, in the order they were made.

    A form that saves itself makes acts by the hundred, long words in each: they are not read again for the
    next one.
    """
    places = (act.c.unit, act.c.leaf, act.c.stage)
    latest = select(func.max(act.c.sequence)).where(*_meant(period_id, unit, correction)).group_by(*places)
    query = select(act).where(act.c.sequence.in_(latest)).order_by(act.c.sequence)
    return [act_from(row) for row in await connection.execute(query)]


def _meant(period_id: UUID, unit: str | None, correction: UUID | None) -> Sequence[ColumnElement[bool]]:
    finalized = select(correction_end.c.correction_id).where(correction_end.c.edition.is_not(None))
    known = or_(
        act.c.correction_id.is_(None),
        act.c.correction_id == correction,
        act.c.correction_id.in_(finalized),
    )
    return [act.c.period_id == period_id, known, *([] if unit is None else [act.c.unit == unit])]


async def read_counted(connection: Reading, period_id: UUID, leaves: Collection[str]) -> set[tuple[str, str]]:
    """The (unit, leaf) among these leaves that somebody appraised or the council decided."""
    if not leaves:
        return set()
    rows = await connection.execute(
        select(act.c.unit, act.c.leaf)
        .where(
            act.c.period_id == period_id,
            act.c.correction_id.is_(None),
            act.c.stage.in_(("appraisal", "council")),
            act.c.leaf.in_(leaves),
        )
        .distinct()
    )
    return {(row.unit, row.leaf) for row in rows}


def act_from(row: Row[Any]) -> Act:
    return Act(
        unit=row.unit,
        leaf=row.leaf,
        stage=row.stage,
        value=row.value,
        points=row.points,
        not_applicable=row.not_applicable,
        reason=row.reason,
        narrative=row.narrative,
        evidence=tuple(row.evidence),
        shortfall=tuple(row.shortfall),
        author=row.author,
        at=row.at,
        session=row.session_id,
        correction=row.correction_id,
        sequence=row.sequence,
    )


async def read_session_number(connection: Reading, period_id: UUID) -> str:
    """The latest session's number; empty before the council met."""
    row = await connection.execute(
        select(council_session.c.number)
        .where(council_session.c.period_id == period_id)
        .order_by(council_session.c.held_at.desc(), council_session.c.id.desc())
        .limit(1)
    )
    return row.scalar() or ""
