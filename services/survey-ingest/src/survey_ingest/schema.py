"""The metadata of schema `survey`, and the two tables every room writes: idempotency keys and audit."""

from typing import Any

from sqlalchemy import BigInteger, Column, Identity, String, Table, Text, insert
from sqlalchemy.dialects.postgresql import JSONB

from parindex.auth.policy import Role
from parindex.auth.principal import Principal
from parindex.db import Instant, Writing, metadata_for
from parindex.db.idempotency import idempotency_table
from parindex.kernel.clocks import business_time, system_time
from parindex.telemetry import current_trace

metadata = metadata_for("survey")
idempotency_keys = idempotency_table(metadata)

SYSTEM = Principal("survey-ingest", Role.SERVICE)
"""Who acts when an event, not a person, is the cause."""

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("subject", String(200), nullable=False),
    Column("role", String(40), nullable=False),
    Column("action", String(80), nullable=False),
    Column("object", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("business_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("trace_id", String(32), nullable=False),
)


async def record(connection: Writing, who: Principal, action: str, what: str, **details: Any) -> None:
    """One audit row in the transaction of the act; the app role may neither change nor delete it."""
    await connection.execute(
        insert(audit).values(
            subject=who.subject,
            role=who.role.value,
            action=action,
            object=what,
            details=details,
            business_at=business_time(),
            recorded_at=system_time(),
            trace_id=current_trace(),
        )
    )
