"""SQL of staged rows: copied in chunk by chunk, held against the books, booked in one go."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text

from parindex.db import Reading, Writing
from parindex.db.copying import copy_text
from survey_ingest.imports.domain.lines import LINE_FIELDS
from survey_ingest.imports.domain.rows import RowFault
from survey_ingest.imports.store.tables import import_comment, import_row

RowComment = tuple[int, str, str]


async def clear(connection: Writing, import_id: UUID) -> None:
    for table in (import_row, import_comment):
        await connection.execute(delete(table).where(table.c.import_id == import_id))


async def stage(connection: Writing, import_id: UUID, lines: Sequence[str]) -> None:
    """Lines of `LINE_FIELDS` in COPY's text format."""
    content = io.BytesIO("".join([f"{import_id}\t{line}" for line in lines]).encode())
    await copy_text(connection, import_row, ("import_id", *LINE_FIELDS), content)


async def stage_comments(connection: Writing, import_id: UUID, comments: Sequence[RowComment]) -> None:
    rows = [
        {"import_id": import_id, "row": row, "question": question, "comment": comment}
        for row, question, comment in comments
    ]
    if rows:
        await connection.execute(insert(import_comment), rows)


async def count_staged(connection: Reading, import_id: UUID) -> int:
    query = select(func.count()).select_from(import_row).where(import_row.c.import_id == import_id)
    return int((await connection.execute(query)).scalar_one())


# By id and by serial apart: either way one look at an index a row, or one pass over few ballots.
_DROP_KNOWN = text(
    """
    DELETE FROM survey.import_row r USING survey.ballot b
    WHERE r.import_id = :import AND b.campaign_id = :campaign AND b.id = r.id AND b.digest = r.digest
    """
)
_CONFLICTS = [
    text(
        f"""
        DELETE FROM survey.import_row r USING survey.ballot b
        WHERE r.import_id = :import AND b.campaign_id = :campaign AND b.{key} = r.{key}
        RETURNING r.row, r.serial
        """  # noqa: S608 — the two names below
    )
    for key in ("serial", "id")
]
_LOCK_QUOTAS = text(
    """
    SELECT FROM survey.quota WHERE campaign_id = :campaign AND questionnaire = :questionnaire
      AND (respondent_group, unit) IN
          (SELECT DISTINCT respondent_group, quota_unit FROM survey.import_row WHERE import_id = :import)
    ORDER BY campaign_id, questionnaire, respondent_group, unit FOR UPDATE
    """
)
# The places left are dealt out in the order of the file.
_PLACED = """
    WITH placed AS MATERIALIZED (
        SELECT r.row, CASE WHEN row_number() OVER
            (PARTITION BY r.respondent_group, r.quota_unit ORDER BY r.row) <= q.places - q.taken
            THEN 'valid' ELSE 'held' END AS status
        FROM survey.import_row r JOIN survey.quota q ON q.campaign_id = :campaign
            AND q.questionnaire = :questionnaire
            AND q.respondent_group = r.respondent_group AND q.unit = r.quota_unit
        WHERE r.import_id = :import AND r.reason IS NULL
    )
"""
_FORESEE = text(
    f"""
    {_PLACED} SELECT coalesce(p.status, 'invalid'), count(*)
    FROM survey.import_row r LEFT JOIN placed p USING (row) WHERE r.import_id = :import GROUP BY 1
    """  # noqa: S608 — our own sentence
)
_FITS = text(
    """
    SELECT NOT EXISTS (
        SELECT FROM (SELECT respondent_group, quota_unit, count(*) AS ballots FROM survey.import_row
                     WHERE import_id = :import AND reason IS NULL GROUP BY 1, 2) w
        LEFT JOIN survey.quota q ON q.campaign_id = :campaign AND q.questionnaire = :questionnaire
            AND q.respondent_group = w.respondent_group AND q.unit = w.quota_unit
        WHERE q.places IS NULL OR w.ballots > q.places - q.taken)
    """
)
_COUNT = text(
    """
    SELECT CASE WHEN reason IS NULL THEN 'valid' ELSE 'invalid' END, count(*) FROM survey.import_row
    WHERE import_id = :import GROUP BY 1
    """
)
_INTO_BOOKS = """
    INSERT INTO survey.ballot (campaign_id, id, serial, batch, questionnaire, respondent_group, unit,
        answers, status, reason, digest, entry_mode, clerk, accepted_at)
    SELECT :campaign, r.id, r.serial, :batch, :questionnaire, r.respondent_group, r.unit, r.answers,
"""
_BOOK_ALL = text(
    f"""
    {_INTO_BOOKS} CASE WHEN r.reason IS NULL THEN 'valid' ELSE 'invalid' END,
        r.reason, r.digest, 'import', :clerk, :now
    FROM survey.import_row r WHERE r.import_id = :import
    """
)
_BOOK_PLACED = text(
    f"""
    {_PLACED} {_INTO_BOOKS} coalesce(p.status, 'invalid'), r.reason, r.digest, 'import', :clerk, :now
    FROM survey.import_row r LEFT JOIN placed p USING (row) WHERE r.import_id = :import
    """
)
_BOOK_COMMENTS = text(
    """
    INSERT INTO survey.ballot_comment (campaign_id, ballot_id, question, comment)
    SELECT :campaign, r.id, c.question, c.comment
    FROM survey.import_comment c JOIN survey.import_row r USING (import_id, row) WHERE c.import_id = :import
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
    message = "số phiếu đã thuộc về phiếu khác"
    found = [row for query in _CONFLICTS for row in await connection.execute(query, keys)]
    return repeated, [RowFault(row, "", "serial_taken", serial, message) for row, serial in sorted(found)]


@dataclass(frozen=True, slots=True)
class Booking:
    """Where the staged rows go and in whose name."""

    import_id: UUID
    campaign_id: UUID
    batch: str
    questionnaire: str
    clerk: str
    now: datetime

    @property
    def keys(self) -> dict[str, object]:
        return {
            "import": self.import_id,
            "campaign": self.campaign_id,
            "questionnaire": self.questionnaire,
        }


async def foresee(connection: Reading, booking: Booking) -> dict[str, int]:
    """How many rows would be valid, invalid and held if they were booked now."""
    return await _count(connection, booking, fits=await _fits(connection, booking))


async def _fits(connection: Reading, booking: Booking) -> bool:
    """Whether every quota has room for all its rows: then nobody needs to know the order of the file."""
    return bool((await connection.execute(_FITS, booking.keys)).scalar_one())


async def _count(connection: Reading, booking: Booking, *, fits: bool) -> dict[str, int]:
    found = await connection.execute(_COUNT if fits else _FORESEE, booking.keys)
    return {"valid": 0, "invalid": 0, "held": 0} | {row[0]: row[1] for row in found}


async def book(connection: Writing, booking: Booking) -> dict[str, int]:
    """Write every staged row as a ballot and take its place; how many are valid, invalid and held.

    Campaign and batch are locked by the caller. Quotas are locked first, in key order.
    """
    await connection.execute(_LOCK_QUOTAS, booking.keys)
    fits = await _fits(connection, booking)
    counts = await _count(connection, booking, fits=fits)
    extra = {"batch": booking.batch, "clerk": booking.clerk, "now": booking.now}
    written = await connection.execute(_BOOK_ALL if fits else _BOOK_PLACED, {**booking.keys, **extra})
    if written.rowcount != sum(counts.values()):
        raise RuntimeError(f"{counts} rows foreseen, {written.rowcount} booked")
    await connection.execute(_BOOK_COMMENTS, booking.keys)
    await connection.execute(_FILL, booking.keys)
    return counts
