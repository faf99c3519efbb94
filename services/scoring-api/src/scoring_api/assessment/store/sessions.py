"""SQL of the council's record: its sessions, what it made of a newer tally, and who signed a step off."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select

from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.store.acts import act_from
from scoring_api.assessment.store.tables import act, complaint_answer, council_session, tally_choice
from scoring_api.schema import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session as recorded; who was present stands there by role and agency."""

    id: UUID
    number: str
    held_at: datetime
    present: tuple[str, ...]
    agenda: tuple[str, ...]
    minutes: str
    tally_digest: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyChoice:
    """What the council made of a tally that came after it had pinned its own."""

    id: UUID
    digest: str
    adopted: bool
    reason: str
    author: str
    at: datetime


async def insert_session(connection: Writing, period_id: UUID, found: SessionRow) -> None:
    values = {**asdict(found), "present": list(found.present), "agenda": list(found.agenda)}
    await connection.execute(insert(council_session).values(**values, period_id=period_id))


async def read_sessions(connection: Reading, period_id: UUID) -> list[SessionRow]:
    """The period's sessions in the order they were held."""
    rows = await connection.execute(
        select(council_session)
        .where(council_session.c.period_id == period_id)
        .order_by(council_session.c.held_at, council_session.c.id)
    )
    return [_session(row) for row in rows]


async def read_session(connection: Reading, period_id: UUID, session: UUID) -> SessionRow:
    """Raises DomainError `session_unknown`."""
    row = (
        await connection.execute(select(council_session).filter_by(period_id=period_id, id=session))
    ).first()
    if row is None:
        raise DomainError("session_unknown", {"session": session})
    return _session(row)


def _session(row: Row[Any]) -> SessionRow:
    return SessionRow(
        id=row.id,
        number=row.number,
        held_at=row.held_at,
        present=tuple(row.present),
        agenda=tuple(row.agenda),
        minutes=row.minutes,
        tally_digest=row.tally_digest,
        author=row.author,
    )


async def read_decisions(connection: Reading, period_id: UUID, session: UUID) -> list[Act]:
    """The acts of a session, in the order they were decided."""
    rows = await connection.execute(
        select(act).where(act.c.period_id == period_id, act.c.session_id == session).order_by(act.c.sequence)
    )
    return [act_from(row) for row in rows]


async def count_decisions(connection: Reading, period_id: UUID) -> dict[UUID, int]:
    rows = await connection.execute(
        select(act.c.session_id, func.count())
        .where(act.c.period_id == period_id, act.c.session_id.is_not(None))
        .group_by(act.c.session_id)
    )
    return {session: count for session, count in rows}  # noqa: C416 — rows are no pairs to the type checker


async def count_answers(connection: Reading, sessions: Sequence[UUID]) -> dict[UUID, int]:
    rows = await connection.execute(
        select(complaint_answer.c.session_id, func.count())
        .where(complaint_answer.c.session_id.in_(sessions))
        .group_by(complaint_answer.c.session_id)
    )
    return {session: count for session, count in rows}  # noqa: C416 — as above


async def insert_tally_choice(connection: Writing, period_id: UUID, choice: TallyChoice) -> None:
    await connection.execute(insert(tally_choice).values(period_id=period_id, **asdict(choice)))


async def read_tally_choices(connection: Reading, period_id: UUID) -> list[TallyChoice]:
    rows = await connection.execute(
        select(tally_choice).where(tally_choice.c.period_id == period_id).order_by(tally_choice.c.id)
    )
    return [
        TallyChoice(
            id=row.id,
            digest=row.digest,
            adopted=row.adopted,
            reason=row.reason,
            author=row.author,
            at=row.at,
        )
        for row in rows
    ]


async def read_signer(connection: Reading, action: str, what: str) -> tuple[str, datetime] | None:
    """Who did this last, by the audit, and when."""
    row = (
        await connection.execute(
            select(audit.c.subject, audit.c.business_at)
            .where(audit.c.action == action, audit.c.object == what)
            .order_by(audit.c.id.desc())
            .limit(1)
        )
    ).first()
    return None if row is None else (row.subject, row.business_at)
