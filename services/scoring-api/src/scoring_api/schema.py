"""The metadata of schema `scoring`, and the two tables every room writes: idempotency keys and audit."""

from collections.abc import Mapping
from typing import Any

from parindex.auth.principal import Principal
from parindex.db import Writing, metadata_for
from parindex.db.audit import audit_table, record_act, record_acts
from parindex.db.idempotency import idempotency_table

metadata = metadata_for("scoring")
idempotency_keys = idempotency_table(metadata)
audit = audit_table(metadata)


async def record(connection: Writing, who: Principal, action: str, what: str, **details: Any) -> None:
    """One audit row in the transaction of the act."""
    await record_act(connection, audit, who, action, what, details)


async def record_each(
    connection: Writing, who: Principal, action: str, acts: Mapping[str, dict[str, Any]]
) -> None:
    """An audit row for each object, in the transaction of the act."""
    await record_acts(connection, audit, who, action, acts)
