"""SQL of tallies: counting, cells of sealed batches, revisions of the campaign's tally."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
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
from parindex.kernel.errors import DomainError
from survey_ingest.schema import metadata
from survey_ingest.tallies.domain.cells import Cell, Counted
from survey_ingest.tallies.domain.packed import AnswerCounts, add_packed

tally_cell = Table(
    "tally_cell",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("batch", String(80), primary_key=True),
    Column("questionnaire", String(80), primary_key=True),
    Column("respondent_group", String(80), primary_key=True),
    Column("unit", String(80), primary_key=True),
    Column("question", String(80), primary_key=True),
    Column("revision", Integer, primary_key=True, server_default="1"),
    Column("counts", ARRAY(Integer), nullable=False),
    Column("blank", Integer, nullable=False),
    Column("double", Integer, nullable=False),
    Column("answered", Integer),
    ForeignKeyConstraint(["campaign_id", "batch"], ["survey.batch.campaign_id", "survey.batch.code"]),
)

# A batch that was counted again after its seal, so that its former cells no longer count.
batch_recount = Table(
    "batch_recount",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("batch", String(80), primary_key=True),
    Column("revision", Integer, primary_key=True),
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

# Answers leave packed, some ballots of one scope a row: a third of the cost of a row an answer.
_COUNT = text(
    """
    SELECT respondent_group, unit, answers, string_agg(substr(packed, 21), '') FROM (
        SELECT b.respondent_group, coalesce(b.unit, '') AS unit, cardinality(b.answers) AS answers,
            array_send(b.answers) AS packed, row_number() OVER () / 2000 AS part
        FROM survey.ballot b
        WHERE b.campaign_id = :campaign AND b.questionnaire = :questionnaire AND b.status = 'valid'
          AND (CAST(:batch AS text) IS NULL OR b.batch = :batch)) b
    GROUP BY respondent_group, unit, answers, part
    """
)


TALLY = "tally"


@dataclass(frozen=True, slots=True)
class TallyRevision:
    """One stored revision: the canonical bytes of its snapshot and their digest."""

    revision: int
    digest: str
    content: bytes
    sealed_at: datetime

    @property
    def kept(self) -> dict[str, str]:
        """The revision as the log of acts tells of it."""
        return {f"{TALLY}/{self.revision}": self.digest}


async def count_answers(
    connection: Reading, campaign_id: UUID, questionnaire: str, batch: str | None = None
) -> list[Counted]:
    """Count the valid ballots of a questionnaire, of one batch or of the whole campaign."""
    found: dict[tuple[str, str], AnswerCounts] = {}
    keys = {"campaign": campaign_id, "questionnaire": questionnaire, "batch": batch}
    async with connection.stream(_COUNT, keys) as rows:
        async for group, unit, answers, packed in rows:
            add_packed(found.setdefault((group, unit), {}), answers, packed)
    return [
        Counted(group, unit, position, answer, ballots)
        for (group, unit), counts in found.items()
        for (position, answer), ballots in counts.items()
    ]


async def insert_cells(
    connection: Writing, campaign_id: UUID, batch: str, revision: int, cells: Sequence[Cell]
) -> None:
    """The cells of a batch as it is sealed; those of a later revision take the place of the former."""
    if revision > 1:
        await connection.execute(
            insert(batch_recount).values(campaign_id=campaign_id, batch=batch, revision=revision)
        )
    rows = [
        {
            "campaign_id": campaign_id,
            "batch": batch,
            "questionnaire": cell.questionnaire,
            "respondent_group": cell.group,
            "unit": cell.unit,
            "question": cell.question,
            "revision": revision,
            "counts": list(cell.counts),
            "blank": cell.blank,
            "double": cell.double,
            "answered": cell.answered,
        }
        for cell in cells
    ]
    if rows:
        await connection.execute(insert(tally_cell), rows)


# Summed where they lie: a campaign of a thousand bags has half a million cells.
_SUM = text(
    """
    WITH latest AS (
        SELECT batch, max(revision) AS revision FROM survey.batch_recount
        WHERE campaign_id = :campaign GROUP BY batch
    ), counting AS (
        SELECT t.* FROM survey.tally_cell t LEFT JOIN latest l ON l.batch = t.batch
        WHERE t.campaign_id = :campaign AND t.revision = coalesce(l.revision, 1)
    ), options AS (
        SELECT questionnaire, respondent_group, unit, question, place, sum(ballots)::integer AS ballots
        FROM counting CROSS JOIN LATERAL unnest(counts) WITH ORDINALITY AS o (ballots, place)
        GROUP BY questionnaire, respondent_group, unit, question, place
    )
    SELECT questionnaire, respondent_group, unit, question, o.counts, c.blank, c.double, c.answered
    FROM (SELECT questionnaire, respondent_group, unit, question, array_agg(ballots ORDER BY place) AS counts
          FROM options GROUP BY questionnaire, respondent_group, unit, question) o
    JOIN (SELECT questionnaire, respondent_group, unit, question, sum(blank)::integer AS blank,
              sum("double")::integer AS "double", sum(answered)::integer AS answered
          FROM counting GROUP BY questionnaire, respondent_group, unit, question) c
    USING (questionnaire, respondent_group, unit, question)
    """
)


async def sum_cells(connection: Reading, campaign_id: UUID) -> list[Cell]:
    """The sum of the cells that count of all sealed batches, in the order of their keys."""
    return _sorted(await connection.execute(_SUM, {"campaign": campaign_id}))


async def read_batch_cells(
    connection: Reading, campaign_id: UUID, batch: str, revision: int = 1
) -> list[Cell]:
    """The cells of one sealed batch as they were counted for that revision of its seal."""
    rows = await connection.execute(
        select(tally_cell).filter_by(campaign_id=campaign_id, batch=batch, revision=revision)
    )
    return _sorted(rows)


def _sorted(rows: Iterable[Any]) -> list[Cell]:
    return sorted((_cell(row) for row in rows), key=lambda cell: cell.key)


def _cell(row: Any) -> Cell:
    place = (row.questionnaire, row.respondent_group, row.unit, row.question)
    return Cell(*place, tuple(row.counts), row.blank, row.double, row.answered)


_REVISION = (tally.c.revision, tally.c.digest, tally.c.content, tally.c.sealed_at)


async def latest_tally(connection: Reading, campaign_id: UUID) -> TallyRevision | None:
    found = await list_tallies(connection, campaign_id, most=1)
    return found[0] if found else None


async def list_tallies(
    connection: Reading, campaign_id: UUID, *, most: int | None = None
) -> list[TallyRevision]:
    """The revisions, latest first."""
    rows = await connection.execute(
        select(*_REVISION)
        .where(tally.c.campaign_id == campaign_id)
        .order_by(tally.c.revision.desc())
        .limit(most)
    )
    return [TallyRevision(*row) for row in rows]


async def read_revision(connection: Reading, campaign_id: UUID, revision: int) -> TallyRevision:
    """Raises DomainError `tally_revision_unknown`."""
    query = select(*_REVISION).where(tally.c.campaign_id == campaign_id, tally.c.revision == revision)
    row = (await connection.execute(query)).first()
    if row is None:
        raise DomainError("tally_revision_unknown", {"revision": revision})
    return TallyRevision(*row)


async def insert_tally(connection: Writing, campaign_id: UUID, new: TallyRevision) -> None:
    await connection.execute(
        insert(tally).values(
            campaign_id=campaign_id,
            revision=new.revision,
            digest=new.digest,
            content=new.content,
            sealed_at=new.sealed_at,
        )
    )


async def read_tally(connection: Reading, digest: str) -> bytes | None:
    return (await connection.execute(select(tally.c.content).where(tally.c.digest == digest))).scalar()
