"""SQL of complaints and their answers: inserted, never changed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select

from parindex.db import Reading, Writing
from scoring_api.assessment.domain.complaints import Answer, Complaint, Reply
from scoring_api.assessment.store.tables import complaint, complaint_answer, council_session


async def insert_complaint(connection: Writing, period_id: UUID, filed: Complaint) -> None:
    await connection.execute(
        insert(complaint).values(
            id=filed.id,
            period_id=period_id,
            number=filed.number,
            unit=filed.unit,
            leaves=list(filed.leaves),
            narrative=filed.narrative,
            evidence=list(filed.evidence),
            author=filed.author,
            at=filed.at,
        )
    )


async def next_number(connection: Reading, period_id: UUID) -> int:
    """The caller holds the period for itself, so that two complaints never get one number."""
    newest = await connection.execute(
        select(func.max(complaint.c.number)).where(complaint.c.period_id == period_id)
    )
    return int(newest.scalar() or 0) + 1


async def insert_answers(
    connection: Writing,
    session: UUID,
    replies: Sequence[Reply],
    complaints: dict[int, Complaint],
    *,
    author: str,
    at: datetime,
) -> None:
    if not replies:
        return
    rows = [
        {
            "complaint_id": complaints[reply.complaint].id,
            "session_id": session,
            "outcome": reply.outcome,
            "reason": reply.reason,
            "author": author,
            "at": at,
        }
        for reply in replies
    ]
    await connection.execute(insert(complaint_answer), rows)


async def read_complaints(connection: Reading, period_id: UUID) -> dict[int, Complaint]:
    """Every complaint of the period with its answer, by number."""
    rows = await connection.execute(
        select(
            complaint,
            complaint_answer.c.outcome,
            complaint_answer.c.reason,
            complaint_answer.c.at.label("answered_at"),
            council_session.c.number.label("session"),
        )
        .outerjoin(complaint_answer, complaint_answer.c.complaint_id == complaint.c.id)
        .outerjoin(council_session, council_session.c.id == complaint_answer.c.session_id)
        .where(complaint.c.period_id == period_id)
        .order_by(complaint.c.number)
    )
    return {
        row.number: Complaint(
            id=row.id,
            number=row.number,
            unit=row.unit,
            leaves=tuple(row.leaves),
            narrative=row.narrative,
            evidence=tuple(row.evidence),
            author=row.author,
            at=row.at,
            answer=Answer(outcome=row.outcome, reason=row.reason, session=row.session, at=row.answered_at)
            if row.outcome
            else None,
        )
        for row in rows
    }
