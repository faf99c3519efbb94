"""The metadata of schema `survey`, and the two tables every room writes: idempotency keys and audit."""

from typing import Any

from parindex.auth.policy import Role
from parindex.auth.principal import Principal
from parindex.db import Writing, metadata_for
from parindex.db.audit import audit_table, record_act
from parindex.db.idempotency import idempotency_table

metadata = metadata_for("survey")
idempotency_keys = idempotency_table(metadata)
audit = audit_table(metadata)

SYSTEM = Principal("survey-ingest", Role.SERVICE)
"""Who acts when an event, not a person, is the cause."""


async def record(connection: Writing, who: Principal, action: str, what: str, **details: Any) -> None:
    """One audit row in the transaction of the act."""
    await record_act(connection, audit, who, action, what, details)
