"""SQL of staged rows: copied in chunk by chunk, held against the books, booked in one go."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text

from parindex.db import Reading, Writing
from parindex.db.copying import copy_text
from survey_ingest.ballots.store.places import take_places
from survey_ingest.campaigns.store import quotas
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
# A file has no word for a ballot that came back after all: a clerk keys it with an explanation.
_WRITTEN_OFF = text(
    """
    DELETE FROM survey.import_row r USING (
        SELECT DISTINCT ON (serial) serial, status FROM survey.serial_status
        WHERE campaign_id = :campaign ORDER BY serial, id DESC
    ) latest
    WHERE r.import_id = :import AND latest.serial = r.serial AND latest.status <> 'returned'
    RETURNING r.row, r.serial
    """
)
_WANTED = text(
    """
    SELECT respondent_group, quota_unit, count(*) FILTER (WHERE reason IS NULL),
        count(*) FILTER (WHERE reason IS NOT NULL)
    FROM survey.import_row WHERE import_id = :import GROUP BY 1, 2
    """
)
_INTO_BOOKS = """
    INSERT INTO survey.ballot (campaign_id, id, serial, batch, questionnaire, respondent_group, unit,
        collected_at, answers, status, reason, digest, entry_mode, clerk, accepted_at)
    SELECT :campaign, r.id, r.serial, :batch, :questionnaire, r.respondent_group, r.unit, r.collected_at,
        r.answers,
"""
_BOOK_ALL = text(
    f"""
    {_INTO_BOOKS} CASE WHEN r.reason IS NULL THEN 'valid' ELSE 'invalid' END,
        r.reason, r.digest, 'import', :clerk, :now
    FROM survey.import_row r WHERE r.import_id = :import
    """
)
# The places left are dealt out in the order of the file.
_BOOK_PLACED = text(
    f"""
    WITH granted AS (
        SELECT * FROM unnest(CAST(:groups AS text[]), CAST(:units AS text[]), CAST(:places AS integer[]))
            AS g (respondent_group, quota_unit, places)
    ), numbered AS (
        SELECT *, row_number() OVER
            (PARTITION BY respondent_group, quota_unit, reason IS NULL ORDER BY row) AS place
        FROM survey.import_row WHERE import_id = :import
    )
    {_INTO_BOOKS} CASE WHEN r.reason IS NOT NULL THEN 'invalid'
        WHEN r.place <= g.places THEN 'valid' ELSE 'held' END, r.reason, r.digest, 'import', :clerk, :now
    FROM numbered r JOIN granted g USING (respondent_group, quota_unit)
    """  # noqa: S608 — our own sentence
)
_BOOK_COMMENTS = text(
    """
    INSERT INTO survey.ballot_comment (campaign_id, ballot_id, question, comment)
    SELECT :campaign, r.id, c.question, c.comment
    FROM survey.import_comment c JOIN survey.import_row r USING (import_id, row) WHERE c.import_id = :import
    """
)
_TAKEN = "số phiếu đã thuộc về phiếu khác"
_LOST = "danh mục số phiếu ghi phiếu này hỏng hoặc thất lạc: phiếu thu lại thì nhập tay, kèm giải thích"
_CONTRADICTIONS = (
    *((query, "serial_taken", _TAKEN) for query in _CONFLICTS),
    (_WRITTEN_OFF, "serial_written_off", _LOST),
)


async def set_known_apart(
    connection: Writing, import_id: UUID, campaign_id: UUID
) -> tuple[int, list[RowFault]]:
    """Take out of the staging what the books know: how many rows repeat ballots, and which contradict."""
    keys = {"import": import_id, "campaign": campaign_id}
    repeated = (await connection.execute(_DROP_KNOWN, keys)).rowcount
    faults = [
        RowFault(row, "", code, serial, message)
        for query, code, message in _CONTRADICTIONS
        for row, serial in await connection.execute(query, keys)
    ]
    return repeated, sorted(faults, key=lambda fault: fault.row)


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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How many places the staged rows ask of each quota, and how many rows ask for none."""

    places: dict[tuple[UUID, str, str, str], int]
    invalid: int

    def counts(self, granted: Mapping[tuple[UUID, str, str, str], int]) -> dict[str, int]:
        valid = sum(granted.values())
        return {"valid": valid, "invalid": self.invalid, "held": sum(self.places.values()) - valid}


async def _wanted(connection: Reading, booking: Booking) -> _Wanted:
    rows = (await connection.execute(_WANTED, {"import": booking.import_id})).all()
    scope = (booking.campaign_id, booking.questionnaire)
    return _Wanted({(*scope, row[0], row[1]): row[2] for row in rows}, sum(row[3] for row in rows))


async def foresee(connection: Reading, booking: Booking) -> dict[str, int]:
    """How many rows would be valid, invalid and held if they were booked now."""
    wanted = await _wanted(connection, booking)
    fills = await quotas.read_fill(connection, booking.campaign_id)
    left = {(fill.questionnaire, fill.group, fill.unit): fill.quota - fill.taken for fill in fills}
    return wanted.counts({key: min(count, left[key[1:]]) for key, count in wanted.places.items()})


async def book(connection: Writing, booking: Booking) -> dict[str, int]:
    """Write every staged row as a ballot and take its place; how many are valid, invalid and held.

    Campaign and batch are locked by the caller. Quotas are locked first, in key order.
    """
    wanted = await _wanted(connection, booking)
    granted = await take_places(connection, wanted.places) if wanted.places else {}
    counts = wanted.counts(granted)
    values = {**booking.keys, "batch": booking.batch, "clerk": booking.clerk, "now": booking.now}
    if counts["held"]:
        values["groups"], values["units"] = [key[2] for key in granted], [key[3] for key in granted]
        values["places"] = list(granted.values())
    written = await connection.execute(_BOOK_PLACED if counts["held"] else _BOOK_ALL, values)
    if written.rowcount != sum(counts.values()):
        raise RuntimeError(f"{counts} rows foreseen, {written.rowcount} booked")
    await connection.execute(_BOOK_COMMENTS, booking.keys)
    return counts
