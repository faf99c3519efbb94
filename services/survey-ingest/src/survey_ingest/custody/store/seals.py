"""SQL of the ledger of seals and of the digest of a batch's ballots."""

import json
from uuid import UUID

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    insert,
    select,
    text,
)

from parindex.db import Reading, Writing
from parindex.kernel.canonical import canonical_bytes
from survey_ingest.custody.domain.ledger import NO_PREDECESSOR, LedgerEntry
from survey_ingest.schema import metadata

seal = Table(
    "seal",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("batch", String(80), nullable=False),
    Column("previous", String(71), nullable=False),
    Column("facts", Text, nullable=False),
    Column("entry", String(71), nullable=False),
    UniqueConstraint("campaign_id", "batch"),
    ForeignKeyConstraint(["campaign_id", "batch"], ["survey.batch.campaign_id", "survey.batch.code"]),
)

_BALLOTS = text(
    """
    SELECT encode(sha256(convert_to(coalesce(string_agg(json_build_array(serial, id, questionnaire,
        respondent_group, unit, answers, status, reason, digest, entry_mode, clerk,
        to_char(accepted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text,
        E'\\n' ORDER BY serial COLLATE "C"), ''), 'UTF8')), 'hex')
    FROM survey.ballot WHERE campaign_id = :campaign AND batch = :batch
    """
)


async def digest_ballots(connection: Reading, campaign_id: UUID, batch: str) -> str:
    """SHA-256 over the batch's ballots with who keyed them when and how, one a line, by serial."""
    rows = await connection.execute(_BALLOTS, {"campaign": campaign_id, "batch": batch})
    return f"sha256:{rows.scalar_one()}"


async def lock_head(connection: Writing, campaign_id: UUID) -> tuple[str, int]:
    """Digest and sequence of the last entry; who seals next waits until this transaction has ended."""
    key = {"campaign": str(campaign_id)}
    await connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:campaign, 0))"), key)
    row = (
        await connection.execute(
            select(seal.c.entry, seal.c.sequence)
            .where(seal.c.campaign_id == campaign_id)
            .order_by(seal.c.sequence.desc())
            .limit(1)
        )
    ).first()
    return (NO_PREDECESSOR, 0) if row is None else (row.entry, row.sequence)


async def append(connection: Writing, campaign_id: UUID, new: LedgerEntry) -> None:
    await connection.execute(
        insert(seal).values(
            campaign_id=campaign_id,
            sequence=new.sequence,
            batch=new.batch,
            previous=new.previous,
            facts=canonical_bytes(dict(new.facts)).decode(),
            entry=new.entry,
        )
    )


async def read_ledger(connection: Reading, campaign_id: UUID) -> list[LedgerEntry]:
    rows = await connection.execute(
        select(seal).where(seal.c.campaign_id == campaign_id).order_by(seal.c.sequence)
    )
    return [
        LedgerEntry(row.sequence, row.batch, row.previous, json.loads(row.facts), row.entry) for row in rows
    ]
