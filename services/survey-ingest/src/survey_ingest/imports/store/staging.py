"""SQL of staged rows: filled chunk by chunk, held against the books, booked in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text

from parindex.db import Reading, Writing
from survey_ingest.imports.domain.rows import RowFault
from survey_ingest.imports.store.tables import import_row


@dataclass(frozen=True, slots=True)
class StagedRow:
    row: int
    id: UUID
    serial: str
    group: str
    unit: str | None
    quota_unit: str
    answers: str
    reason: str | None
    digest: str


async def clear(connection: Writing, import_id: UUID) -> None:
    await connection.execute(delete(import_row).where(import_row.c.import_id == import_id))


_STAGE = text(
    """
    INSERT INTO survey.import_row
        (import_id, row, id, serial, respondent_group, unit, quota_unit, answers, reason, digest)
    SELECT :import, row, id, serial, respondent_group, unit, quota_unit, CAST(answers AS smallint[]), reason,
        digest
    FROM unnest(CAST(:rows AS integer[]), CAST(:ids AS uuid[]), CAST(:serials AS text[]),
        CAST(:groups AS text[]), CAST(:units AS text[]), CAST(:quota_units AS text[]),
        CAST(:answers AS text[]), CAST(:reasons AS text[]), CAST(:digests AS text[]))
        AS t (row, id, serial, respondent_group, unit, quota_unit, answers, reason, digest)
    """
)


async def stage(connection: Writing, import_id: UUID, rows: Sequence[StagedRow]) -> None:
    await connection.execute(
        _STAGE,
        {
            "import": import_id,
            "rows": [item.row for item in rows],
            "ids": [item.id for item in rows],
            "serials": [item.serial for item in rows],
            "groups": [item.group for item in rows],
            "units": [item.unit for item in rows],
            "quota_units": [item.quota_unit for item in rows],
            "answers": [item.answers for item in rows],
            "reasons": [item.reason for item in rows],
            "digests": [item.digest for item in rows],
        },
    )


async def count_staged(connection: Reading, import_id: UUID) -> int:
    query = select(func.count()).select_from(import_row).where(import_row.c.import_id == import_id)
    return int((await connection.execute(query)).scalar_one())


_DROP_KNOWN = text(
    """
    DELETE FROM survey.import_row r USING survey.ballot b
    WHERE r.import_id = :import AND b.campaign_id = :campaign AND b.id = r.id AND b.digest = r.digest
    """
)
_CONFLICTS = text(
    """
    DELETE FROM survey.import_row r USING survey.ballot b
    WHERE r.import_id = :import AND b.campaign_id = :campaign AND b.serial = r.serial
    RETURNING r.row, r.serial
    """
)
_LOCK_QUOTAS = text(
    """
    SELECT FROM survey.quota WHERE campaign_id = :campaign AND questionnaire = :questionnaire
      AND (respondent_group, unit) IN
          (SELECT DISTINCT respondent_group, quota_unit FROM survey.import_row WHERE import_id = :import)
    ORDER BY campaign_id, questionnaire, respondent_group, unit FOR UPDATE
    """
)
_BOOK = text(
    """
    WITH placed AS (
        SELECT *, row_number() OVER
            (PARTITION BY respondent_group, quota_unit, reason IS NULL ORDER BY row) AS place
        FROM survey.import_row WHERE import_id = :import
    ), booked AS (
        INSERT INTO survey.ballot (campaign_id, id, serial, batch, questionnaire, respondent_group, unit,
            answers, status, reason, digest, entry_mode, clerk, accepted_at)
        SELECT :campaign, p.id, p.serial, :batch, :questionnaire, p.respondent_group, p.unit, p.answers,
            CASE WHEN p.reason IS NOT NULL THEN 'invalid'
                 WHEN p.place <= q.places - q.taken THEN 'valid' ELSE 'held' END,
            p.reason, p.digest, 'import', :clerk, :now
        FROM placed p JOIN survey.quota q ON q.campaign_id = :campaign AND q.questionnaire = :questionnaire
            AND q.respondent_group = p.respondent_group AND q.unit = p.quota_unit
        ORDER BY p.row
        RETURNING status
    )
    SELECT status, count(*) FROM booked GROUP BY status
    """
)
_FILL = text(
    """
    UPDATE survey.quota q SET taken = q.taken + least(w.ballots, q.places - q.taken)
    FROM (SELECT respondent_group, quota_unit, count(*) AS ballots FROM survey.import_row
          WHERE import_id = :import AND reason IS NULL GROUP BY 1, 2) w
    WHERE q.campaign_id = :campaign AND q.questionnaire = :questionnaire
      AND q.respondent_group = w.respondent_group AND q.unit = w.quota_unit
    """
)


async def set_known_apart(
    connection: Writing, import_id: UUID, campaign_id: UUID
) -> tuple[int, list[RowFault]]:
    """Take out of the staging what is in the books: how many repeat themselves, and which conflict."""
    keys = {"import": import_id, "campaign": campaign_id}
    repeated = (await connection.execute(_DROP_KNOWN, keys)).rowcount
    conflicts = await connection.execute(_CONFLICTS, keys)
    message = "số phiếu đã thuộc về phiếu khác"
    return repeated, [RowFault(row, "", "serial_taken", serial, message) for row, serial in conflicts]


@dataclass(frozen=True, slots=True)
class Booking:
    """Where the staged rows go and in whose name."""

    import_id: UUID
    campaign_id: UUID
    batch: str
    questionnaire: str
    clerk: str
    now: datetime


async def book(connection: Writing, booking: Booking) -> dict[str, int]:
    """Write every staged row as a ballot and take its place; how many are valid, invalid and held.

    Campaign and batch are locked by the caller. Quotas are locked first, in key order: the places left are
    dealt out in the order of the file.
    """
    keys = {
        "import": booking.import_id,
        "campaign": booking.campaign_id,
        "questionnaire": booking.questionnaire,
    }
    await connection.execute(_LOCK_QUOTAS, keys)
    extra = {"batch": booking.batch, "clerk": booking.clerk, "now": booking.now}
    booked = await connection.execute(_BOOK, {**keys, **extra})
    counts = {"valid": 0, "invalid": 0, "held": 0} | {row[0]: row[1] for row in booked}
    await connection.execute(_FILL, keys)
    return counts
