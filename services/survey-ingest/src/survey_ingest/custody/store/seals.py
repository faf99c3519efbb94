"""SQL of the ledger of seals and of the digest of a batch's ballots."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert as insert_if_new

from parindex.db import Reading, Writing
from parindex.kernel.canonical import canonical_bytes
from survey_ingest.custody.domain.ledger import NO_PREDECESSOR, SEAL, LedgerEntry, chained
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
    Index("ix_seal_batch", "campaign_id", "batch"),
    ForeignKeyConstraint(["campaign_id", "batch"], ["survey.batch.campaign_id", "survey.batch.code"]),
)

# The numbers of the seals put on bags: none is used twice in a campaign.
bag_seal = Table(
    "bag_seal",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("number", String(500), primary_key=True),
    Column("batch", String(80), nullable=False),
    Column("sequence", Integer, nullable=False),
    ForeignKeyConstraint(["campaign_id", "batch"], ["survey.batch.campaign_id", "survey.batch.code"]),
)

# A ballot that was changed later is read as it was: the state its first later change replaced. One that came
# in later (change 0) was not there.
_BALLOTS = text(
    """
    SELECT encode(sha256(convert_to(coalesce(string_agg(json_build_array(b.serial, b.id, b.questionnaire,
        CASE WHEN r.revision IS NULL THEN b.respondent_group ELSE r.respondent_group END,
        CASE WHEN r.revision IS NULL THEN b.unit ELSE r.unit END,
        CASE WHEN r.revision IS NULL THEN b.answers ELSE r.answers END,
        CASE WHEN r.revision IS NULL THEN b.status ELSE r.status END,
        CASE WHEN r.revision IS NULL THEN b.reason ELSE r.reason END,
        CASE WHEN r.revision IS NULL THEN b.digest ELSE r.digest END,
        b.entry_mode, b.clerk,
        to_char(b.accepted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text
        || coalesce(b.collected_at::text, ''),
        E'\\n' ORDER BY b.serial COLLATE "C"), ''), 'UTF8')), 'hex')
    FROM survey.ballot b
    LEFT JOIN unnest(CAST(:ballots AS uuid[]), CAST(:revisions AS integer[])) AS u (ballot_id, revision)
        ON u.ballot_id = b.id
    LEFT JOIN survey.ballot_revision r
        ON r.campaign_id = b.campaign_id AND r.ballot_id = b.id AND r.revision = u.revision
    WHERE b.campaign_id = :campaign AND b.batch = :batch AND u.revision IS DISTINCT FROM 0
    """
)
_REVISIONS = text(
    """
    SELECT count(*), encode(sha256(convert_to(coalesce(string_agg(json_build_array(r.ballot_id, r.revision,
        r.respondent_group, r.unit, r.answers, r.status, r.reason, r.digest, r.cause, r.explanation,
        r.revised_by, to_char(r.revised_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text,
        E'\\n' ORDER BY r.ballot_id, r.revision), ''), 'UTF8')), 'hex')
    FROM survey.ballot_revision r
    JOIN survey.ballot b ON b.campaign_id = r.campaign_id AND b.id = r.ballot_id
    LEFT JOIN unnest(CAST(:ballots AS uuid[]), CAST(:revisions AS integer[])) AS u (ballot_id, revision)
        ON u.ballot_id = r.ballot_id
    WHERE r.campaign_id = :campaign AND b.batch = :batch AND (u.revision IS NULL OR r.revision < u.revision)
    """
)


async def digest_ballots(
    connection: Reading, campaign_id: UUID, batch: str, undone: Mapping[str, int]
) -> dict[str, str]:
    """SHA-256 over the batch's ballots with who keyed them when and how, one a line, by serial.

    `undone` takes back later changes, ballot → its first. Earlier changes have a digest of their own.
    """
    key = {
        "campaign": campaign_id,
        "batch": batch,
        "ballots": [UUID(ballot) for ballot in undone],
        "revisions": list(undone.values()),
    }
    ballots = (await connection.execute(_BALLOTS, key)).scalar_one()
    changes, revisions = (await connection.execute(_REVISIONS, key)).one()
    found = {"ballots": f"sha256:{ballots}"}
    return found | {"revisions": f"sha256:{revisions}"} if changes else found


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


async def append(connection: Writing, campaign_id: UUID, facts: Mapping[str, Any]) -> LedgerEntry:
    """Chain the next entry; the head stays locked to the end of the transaction."""
    previous, sequence = await lock_head(connection, campaign_id)
    new = chained(previous, sequence + 1, facts)
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
    return new


async def read_ledger(connection: Reading, campaign_id: UUID) -> list[LedgerEntry]:
    rows = await connection.execute(
        select(seal).where(seal.c.campaign_id == campaign_id).order_by(seal.c.sequence)
    )
    return [
        LedgerEntry(row.sequence, row.batch, row.previous, json.loads(row.facts), row.entry) for row in rows
    ]


async def use_bag_seals(
    connection: Writing, campaign_id: UUID, entry: LedgerEntry, numbers: Sequence[str]
) -> list[str]:
    """Put the numbers on the bag of this seal; those that another seal of the campaign has already."""
    rows = [
        {"campaign_id": campaign_id, "number": number, "batch": entry.batch, "sequence": entry.sequence}
        for number in numbers
    ]
    written = await connection.execute(
        insert_if_new(bag_seal).values(rows).on_conflict_do_nothing().returning(bag_seal.c.number)
    )
    known = set(written.scalars())
    return [number for number in numbers if number not in known]


async def read_bag_seals(connection: Reading, campaign_id: UUID) -> dict[str, str]:
    """Seal number → the batch whose bag it is on."""
    query = select(bag_seal.c.number, bag_seal.c.batch).where(bag_seal.c.campaign_id == campaign_id)
    return {row.number: row.batch for row in await connection.execute(query)}


async def last_seal(connection: Reading, campaign_id: UUID, batch: str) -> LedgerEntry | None:
    """The seal that holds of one bag; what befell it since stands in the ledger too and is passed over."""
    return next(
        (
            entry
            for entry in reversed(await read_ledger(connection, campaign_id))
            if entry.batch == batch and entry.kind == SEAL
        ),
        None,
    )
