"""SQL of submissions and withdrawals: each is kept for good."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, insert, select

from parindex.db import Reading, Writing
from parindex.kernel.clocks import system_time
from scoring_api.assessment.domain.submissions import Submission
from scoring_api.assessment.store.tables import submission, withdrawal


async def insert_submission(connection: Writing, period_id: UUID, unit: str, made: Submission) -> None:
    await connection.execute(
        insert(submission).values(
            period_id=period_id,
            unit=unit,
            number=made.number,
            last_act=made.last_act,
            leaves=made.leaves,
            files=made.files,
            digest=made.digest,
            author=made.author,
            at=made.at,
            recorded_at=system_time(),
        )
    )


async def insert_withdrawal(
    connection: Writing, period_id: UUID, unit: str, number: int, author: str, at: datetime
) -> None:
    await connection.execute(
        insert(withdrawal).values(
            period_id=period_id, unit=unit, number=number, author=author, at=at, recorded_at=system_time()
        )
    )


async def read_submissions(connection: Reading, period_id: UUID, unit: str) -> list[Submission]:
    """Every submission of the unit, the first one first."""
    same = and_(
        withdrawal.c.period_id == submission.c.period_id,
        withdrawal.c.unit == submission.c.unit,
        withdrawal.c.number == submission.c.number,
    )
    rows = await connection.execute(
        select(submission, withdrawal.c.at.label("withdrawn_at"))
        .join_from(submission, withdrawal, same, isouter=True)
        .where(submission.c.period_id == period_id, submission.c.unit == unit)
        .order_by(submission.c.number)
    )
    return [
        Submission(
            number=row.number,
            last_act=row.last_act,
            leaves=row.leaves,
            files=row.files,
            digest=row.digest,
            author=row.author,
            at=row.at,
            withdrawn_at=row.withdrawn_at,
        )
        for row in rows
    ]
