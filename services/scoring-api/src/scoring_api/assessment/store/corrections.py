"""SQL of corrections of a finalized period and how each ended: inserted, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, Select, insert, select

from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.store.acts import act_from
from scoring_api.assessment.store.tables import act, correction, correction_end, period

State = Literal["open", "finalized", "abandoned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction («đính chính»): why and by which documents; what it takes instead of the edition's inputs.

    `corrects` is the edition it starts from, `edition` the one it made. `tally_digest` is empty and
    `previous_edition` None where they stay as they were.
    """

    id: UUID
    number: int
    corrects: int
    reason: str
    legal_basis: Sequence[dict[str, Any]]
    tally_digest: str
    previous_edition: int | None
    author: str
    at: datetime
    state: State = "open"
    edition: int | None = None
    end_reason: str = ""
    ended_at: datetime | None = None


async def insert_correction(connection: Writing, period_id: UUID, found: Correction) -> None:
    await connection.execute(
        insert(correction).values(
            id=found.id,
            period_id=period_id,
            number=found.number,
            corrects=found.corrects,
            reason=found.reason,
            legal_basis=list(found.legal_basis),
            tally_digest=found.tally_digest,
            previous_edition=found.previous_edition,
            author=found.author,
            at=found.at,
        )
    )


async def end_correction(
    connection: Writing,
    found: Correction,
    *,
    edition: int | None,
    reason: str,
    changes: bytes | None,
    author: str,
    at: datetime,
) -> None:
    """With the edition it made, or without one: abandoned. A correction ends once."""
    await connection.execute(
        insert(correction_end).values(
            correction_id=found.id, edition=edition, reason=reason, changes=changes, author=author, at=at
        )
    )


def _corrections(period_id: UUID) -> Select[Any]:
    return (
        select(
            correction,
            correction_end.c.correction_id,
            correction_end.c.edition,
            correction_end.c.reason.label("end_reason"),
            correction_end.c.at.label("ended_at"),
        )
        .outerjoin(correction_end, correction_end.c.correction_id == correction.c.id)
        .where(correction.c.period_id == period_id)
        .order_by(correction.c.number)
    )


async def read_corrections(connection: Reading, period_id: UUID) -> list[Correction]:
    return [_correction(row) for row in await connection.execute(_corrections(period_id))]


async def read_correction(connection: Reading, period_id: UUID, number: int) -> Correction:
    """Raises DomainError `edition_correction_unknown`."""
    row = (await connection.execute(_corrections(period_id).where(correction.c.number == number))).first()
    if row is None:
        raise DomainError("edition_correction_unknown", {"correction": number})
    return _correction(row)


def _correction(row: Row[Any]) -> Correction:
    state: State = "open"
    if row.correction_id is not None:
        state = "abandoned" if row.edition is None else "finalized"
    return Correction(
        id=row.id,
        number=row.number,
        corrects=row.corrects,
        reason=row.reason,
        legal_basis=row.legal_basis,
        tally_digest=row.tally_digest,
        previous_edition=row.previous_edition,
        author=row.author,
        at=row.at,
        state=state,
        edition=row.edition,
        end_reason=row.end_reason or "",
        ended_at=row.ended_at,
    )


async def read_correcting_acts(connection: Reading, correction_id: UUID) -> list[Act]:
    """The acts of one correction in their order."""
    rows = await connection.execute(
        select(act).where(act.c.correction_id == correction_id).order_by(act.c.sequence)
    )
    return [act_from(row) for row in rows]


async def read_changes(connection: Reading, code: str, edition: int) -> tuple[int, bytes]:
    """The edition that was corrected and what changed. Raises DomainError `edition_changes_missing`."""
    row = (
        await connection.execute(
            select(correction.c.corrects, correction_end.c.changes)
            .join(correction_end, correction_end.c.correction_id == correction.c.id)
            .join(period, period.c.id == correction.c.period_id)
            .where(period.c.code == code, correction_end.c.edition == edition)
        )
    ).first()
    if row is None:
        raise DomainError("edition_changes_missing", {"period": code, "edition": edition})
    return row.corrects, bytes(row.changes)


async def find_correction_of_leaf(
    connection: Reading, code: str, edition: int, unit: str, leaf: str
) -> tuple[Correction, Act] | None:
    """The correcting act that a leaf of a unit counts by in this edition, with its correction.

    Acts it took the place of are in no figure of the edition: they may be drafts that nobody published.
    """
    rows = await connection.execute(
        select(
            act,
            correction.c.number.label("correction_number"),
            correction.c.reason.label("correction_reason"),
            correction.c.legal_basis,
            correction.c.corrects,
            correction_end.c.edition,
        )
        .join(correction, correction.c.id == act.c.correction_id)
        .join(correction_end, correction_end.c.correction_id == correction.c.id)
        .join(period, period.c.id == correction.c.period_id)
        .where(
            period.c.code == code,
            correction_end.c.edition <= edition,
            act.c.unit == unit,
            act.c.leaf == leaf,
        )
        .order_by(act.c.sequence.desc())
        .limit(1)
    )
    row = rows.first()
    return None if row is None else (_of_act(row), act_from(row))


def _of_act(row: Row[Any]) -> Correction:
    return Correction(
        id=row.correction_id,
        number=row.correction_number,
        corrects=row.corrects,
        reason=row.correction_reason,
        legal_basis=row.legal_basis,
        tally_digest="",
        previous_edition=None,
        author=row.author,
        at=row.at,
        state="finalized",
        edition=row.edition,
    )
