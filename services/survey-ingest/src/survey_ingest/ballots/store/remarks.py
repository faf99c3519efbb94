"""SQL of what stands beside ballots: comments of respondents and explanations of clerks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, text

from parindex.db import Reading, Writing
from survey_ingest.ballots.store import Keyed
from survey_ingest.ballots.store.tables import ballot_comment, ballot_warning


async def insert_comments(connection: Writing, written: Sequence[Keyed]) -> None:
    rows = [
        {
            "campaign_id": item.campaign_id,
            "ballot_id": item.entry.id,
            "question": question,
            "comment": comment,
        }
        for item in written
        for question, comment in (item.entry.comments or {}).items()
    ]
    if rows:
        await connection.execute(insert(ballot_comment), rows)


async def insert_explanations(
    connection: Writing, explained: Sequence[tuple[Keyed, Mapping[str, str]]]
) -> None:
    """Keep why each warning of a ballot passed; (the ballot, explanation by number of the warning)."""
    rows = [
        {
            "campaign_id": item.campaign_id,
            "ballot_id": item.entry.id,
            "warning": number,
            "explanation": explanation,
            "explained_by": item.clerk,
            "explained_at": item.accepted_at,
        }
        for item, explanations in explained
        for number, explanation in explanations.items()
    ]
    if rows:
        await connection.execute(insert(ballot_warning), rows)


async def read_comments(connection: Reading, campaign_id: UUID, ballot_id: UUID) -> dict[str, str]:
    """What the ballot's open questions were answered, by question."""
    columns = ballot_comment.c
    rows = await connection.execute(
        select(columns.question, columns.comment)
        .where(columns.campaign_id == campaign_id, columns.ballot_id == ballot_id)
        .order_by(columns.question)
    )
    return {row.question: row.comment for row in rows}


@dataclass(frozen=True, slots=True)
class Explained:
    """A warning of a ballot with the clerk's explanation («giải trình cảnh báo»)."""

    warning: str
    explanation: str
    explained_by: str
    explained_at: datetime


async def read_explanations(connection: Reading, campaign_id: UUID, ballot_id: UUID) -> list[Explained]:
    columns = ballot_warning.c
    rows = await connection.execute(
        select(columns.warning, columns.explanation, columns.explained_by, columns.explained_at)
        .where(columns.campaign_id == campaign_id, columns.ballot_id == ballot_id)
        .order_by(columns.warning)
    )
    return [Explained(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Comment:
    """What one respondent wrote to an open question («ý kiến»)."""

    ballot_id: UUID
    questionnaire: str
    group: str
    unit: str | None
    question: str
    comment: str


_LIST = text(
    """
    SELECT c.ballot_id, b.questionnaire, b.respondent_group, b.unit, c.question, c.comment
    FROM survey.ballot_comment c
    JOIN survey.ballot b ON b.campaign_id = c.campaign_id AND b.id = c.ballot_id
    JOIN survey.batch t ON t.campaign_id = b.campaign_id AND t.code = b.batch
    WHERE c.campaign_id = :campaign AND (c.ballot_id, c.question) > (:ballot, :question)
      AND (CAST(:offices AS text[]) IS NULL OR t.office = ANY(:offices))
      AND (CAST(:unit AS text) IS NULL OR b.unit = :unit)
      AND (CAST(:asked AS text) IS NULL OR c.question = :asked)
    ORDER BY c.ballot_id, c.question LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class CommentFilter:
    """Which comments are wanted; `offices` None for those of every office."""

    offices: Collection[str] | None
    unit: str | None
    question: str | None


async def list_comments(
    connection: Reading, campaign_id: UUID, wanted: CommentFilter, after: tuple[UUID, str], limit: int
) -> list[Comment]:
    """Comments after a place, in the order of ballot ids: times and serials are not told."""
    keys = {
        "campaign": campaign_id,
        "ballot": after[0],
        "question": after[1],
        "offices": None if wanted.offices is None else list(wanted.offices),
        "unit": wanted.unit,
        "asked": wanted.question,
        "limit": limit,
    }
    return [Comment(*row) for row in await connection.execute(_LIST, keys)]


_REMARKS = text(
    """
    SELECT encode(sha256(convert_to(
        coalesce(string_agg(r.line, E'\\n' ORDER BY r.line COLLATE "C"), ''), 'UTF8')), 'hex')
    FROM survey.ballot b
    CROSS JOIN LATERAL (
        SELECT json_build_array(b.id, 'comment', c.question, c.comment)::text AS line
        FROM survey.ballot_comment c WHERE c.campaign_id = b.campaign_id AND c.ballot_id = b.id
        UNION ALL
        SELECT json_build_array(b.id, 'warning', w.warning, w.explanation, w.explained_by,
            extract(epoch FROM w.explained_at))::text
        FROM survey.ballot_warning w WHERE w.campaign_id = b.campaign_id AND w.ballot_id = b.id
    ) r
    WHERE b.campaign_id = :campaign AND b.batch = :batch AND b.id <> ALL(CAST(:later AS uuid[]))
    """
)


async def digest_remarks(connection: Reading, campaign_id: UUID, batch: str, later: Collection[UUID]) -> str:
    """SHA-256 over comments and explanations of a batch's ballots, but for those that came in `later`."""
    key = {"campaign": campaign_id, "batch": batch, "later": list(later)}
    return f"sha256:{(await connection.execute(_REMARKS, key)).scalar_one()}"
