"""SQL of tallies: counting by unnest, cells of sealed batches, revisions of the campaign's tally."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    Table,
    Uuid,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from parindex.db import Instant, Reading, Writing
from parindex.kernel.clocks import business_time
from survey_ingest.schema import metadata
from survey_ingest.tallies.domain import Cell, Counted

tally_cell = Table(
    "tally_cell",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("batch", String(80), primary_key=True),
    Column("questionnaire", String(80), primary_key=True),
    Column("respondent_group", String(80), primary_key=True),
    Column("unit", String(80), primary_key=True),
    Column("question", String(80), primary_key=True),
    Column("counts", ARRAY(Integer), nullable=False),
    Column("blank", Integer, nullable=False),
    Column("double", Integer, nullable=False),
    ForeignKeyConstraint(["campaign_id", "batch"], ["survey.batch.campaign_id", "survey.batch.code"]),
)

tally = Table(
    "tally",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("digest", String(71), nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    Column("sealed_at", Instant, nullable=False),
)

_COUNT = text(
    """
    SELECT b.respondent_group, coalesce(b.unit, ''), a.position, a.answer, count(*)
    FROM survey.ballot b CROSS JOIN LATERAL unnest(b.answers) WITH ORDINALITY AS a (answer, position)
    WHERE b.campaign_id = :campaign AND b.questionnaire = :questionnaire AND b.status = 'valid'
      AND (CAST(:batch AS text) IS NULL OR b.batch = :batch)
    GROUP BY 1, 2, 3, 4
    """
)


@dataclass(frozen=True, slots=True)
class TallyRevision:
    """One stored revision: the canonical bytes of its snapshot and their digest."""

    revision: int
    digest: str
    content: bytes


async def count_answers(
    connection: Reading, campaign_id: UUID, questionnaire: str, batch: str | None = None
) -> list[Counted]:
    """Count the valid ballots of a questionnaire, of one batch or of the whole campaign."""
    rows = await connection.execute(
        _COUNT, {"campaign": campaign_id, "questionnaire": questionnaire, "batch": batch}
    )
    return [Counted(*row) for row in rows]


async def insert_cells(connection: Writing, campaign_id: UUID, batch: str, cells: Sequence[Cell]) -> None:
    rows = [
        {
            "campaign_id": campaign_id,
            "batch": batch,
            "questionnaire": cell.questionnaire,
            "respondent_group": cell.group,
            "unit": cell.unit,
            "question": cell.question,
            "counts": list(cell.counts),
            "blank": cell.blank,
            "double": cell.double,
        }
        for cell in cells
    ]
    if rows:
        await connection.execute(insert(tally_cell), rows)


async def read_cells(connection: Reading, campaign_id: UUID, batch: str | None = None) -> list[Cell]:
    """Cells of one sealed batch, or of all of them; in the order of their keys."""
    columns = tally_cell.c
    query = select(tally_cell).where(columns.campaign_id == campaign_id)
    if batch is not None:
        query = query.where(columns.batch == batch)
    rows = await connection.execute(query)
    return sorted((_cell(row) for row in rows), key=lambda cell: cell.key)


def _cell(row: Any) -> Cell:
    place = (row.questionnaire, row.respondent_group, row.unit, row.question)
    return Cell(*place, tuple(row.counts), row.blank, row.double)


async def latest_tally(connection: Reading, campaign_id: UUID) -> TallyRevision | None:
    row = (
        await connection.execute(
            select(tally.c.revision, tally.c.digest, tally.c.content)
            .where(tally.c.campaign_id == campaign_id)
            .order_by(tally.c.revision.desc())
            .limit(1)
        )
    ).first()
    return None if row is None else TallyRevision(*row)


async def insert_tally(connection: Writing, campaign_id: UUID, new: TallyRevision) -> None:
    await connection.execute(
        insert(tally).values(
            campaign_id=campaign_id,
            revision=new.revision,
            digest=new.digest,
            content=new.content,
            sealed_at=business_time(),
        )
    )


async def read_tally(connection: Reading, digest: str) -> bytes | None:
    return (await connection.execute(select(tally.c.content).where(tally.c.digest == digest))).scalar()
