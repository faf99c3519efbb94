"""The audit rows of a service: written in the transaction of the act, never changed by the service."""

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import BigInteger, Column, Identity, Index, MetaData, String, Table, Text, insert
from sqlalchemy.dialects.postgresql import JSONB

from parindex.db.engine import Writing
from parindex.db.types import Instant
from parindex.kernel.clocks import business_time, system_time
from parindex.telemetry import current_trace


class Actor(Protocol):
    """Who acts: an account with its role."""

    @property
    def subject(self) -> str: ...

    @property
    def role(self) -> str: ...


def audit_table(metadata: MetaData) -> Table:
    """No foreign keys: the rows outlive what they speak of. The chain over them is a table of its own."""
    Table(
        "audit_link",
        metadata,
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("audit_id", BigInteger, nullable=False, unique=True),
        Column("digest", String(71), nullable=False),
    )
    return Table(
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
        Index("ix_audit_object", "object"),
        Index("ix_audit_subject", "subject"),
        Index("ix_audit_recorded_at", "recorded_at"),
    )


def link_table(audit: Table) -> Table:
    """The chain over the rows of an audit table."""
    return audit.metadata.tables[f"{audit.schema}.audit_link"]


async def record_act(
    connection: Writing, table: Table, who: Actor, action: str, what: str, details: dict[str, Any]
) -> None:
    await record_acts(connection, table, who, action, {what: details})


async def record_acts(
    connection: Writing, table: Table, who: Actor, action: str, acts: Mapping[str, dict[str, Any]]
) -> None:
    """The same action on many objects at once: a row each, in one round trip."""
    said = {
        "subject": who.subject,
        "role": str(who.role),
        "action": action,
        "business_at": business_time(),
        "recorded_at": system_time(),
        "trace_id": current_trace(),
    }
    rows = [{**said, "object": what, "details": details} for what, details in acts.items()]
    if rows:
        await connection.execute(insert(table), rows)
