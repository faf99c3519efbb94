"""SQL of corrections after the seal: what is asked for, and what another person decided."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    String,
    Table,
    Text,
    Uuid,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as insert_if_new

from parindex.db import Instant, Reading, Writing
from parindex.kernel.errors import DomainError
from survey_ingest.schema import metadata

correction = Table(
    "correction",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("batch", String(80), nullable=False),
    Column("changes", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("legal_act", Text, nullable=False),
    Column("requested_by", String(200), nullable=False),
    Column("requested_role", String(40), nullable=False),
    Column("requested_at", Instant, nullable=False),
    ForeignKeyConstraint(["campaign_id", "batch"], ["survey.batch.campaign_id", "survey.batch.code"]),
)

correction_decision = Table(
    "correction_decision",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("approved", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("decided_by", String(200), nullable=False),
    Column("decided_role", String(40), nullable=False),
    Column("decided_at", Instant, nullable=False),
    ForeignKeyConstraint(["campaign_id", "id"], ["survey.correction.campaign_id", "survey.correction.id"]),
)


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody asks to be changed of a sealed bag; `changes` as plain data."""

    id: UUID
    batch: str
    changes: dict[str, Any]
    reason: str
    legal_act: str
    requested_by: str
    requested_role: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What another person decided of it."""

    approved: bool
    note: str
    decided_by: str
    decided_role: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class DecidedCorrection:
    """A correction with its decision once there is one."""

    correction: Correction
    decision: Decision | None

    @property
    def state(self) -> str:
        if self.decision is None:
            return "requested"
        return "applied" if self.decision.approved else "refused"


async def insert_correction(connection: Writing, campaign_id: UUID, new: Correction) -> None:
    await connection.execute(insert(correction).values(campaign_id=campaign_id, **asdict(new)))


async def insert_decision(connection: Writing, campaign_id: UUID, asked: UUID, new: Decision) -> bool:
    """False when it was decided already."""
    statement = insert_if_new(correction_decision).values(campaign_id=campaign_id, id=asked, **asdict(new))
    return bool((await connection.execute(statement.on_conflict_do_nothing())).rowcount)


async def list_corrections(connection: Reading, campaign_id: UUID) -> list[DecidedCorrection]:
    """Every correction asked for, in that order."""
    rows = await connection.execute(
        select(correction)
        .where(correction.c.campaign_id == campaign_id)
        .order_by(correction.c.requested_at, correction.c.id)
    )
    made = await connection.execute(
        select(correction_decision).where(correction_decision.c.campaign_id == campaign_id)
    )
    decisions = {row.id: Decision(*row[2:]) for row in made}
    return [DecidedCorrection(Correction(*row[1:]), decisions.get(row.id)) for row in rows]


async def read_correction(connection: Reading, campaign_id: UUID, asked: UUID) -> DecidedCorrection:
    """Raises DomainError `correction_unknown`."""
    for found in await list_corrections(connection, campaign_id):
        if found.correction.id == asked:
            return found
    raise DomainError("correction_unknown", {"id": str(asked)})
