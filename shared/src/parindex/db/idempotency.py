"""The table behind `Idempotency-Key`: inserted first in the transaction of the request it protects."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    delete,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from parindex.db.engine import Writing
from parindex.db.types import Instant
from parindex.kernel.clocks import system_time


@dataclass(frozen=True, slots=True)
class Scope:
    """What a key is unique in: the caller, the method and the path."""

    principal: str
    method: str
    path: str
    key: str


@dataclass(frozen=True, slots=True)
class StoredReply:
    body_digest: str
    status: int
    content: bytes
    media_type: str
    location: str


def idempotency_table(metadata: MetaData) -> Table:
    return Table(
        "idempotency_key",
        metadata,
        Column("principal", String(200), primary_key=True),
        Column("method", String(8), primary_key=True),
        Column("path", String(400), primary_key=True),
        Column("key", String(200), primary_key=True),
        Column("body_digest", String(71), nullable=False),
        Column("status", SmallInteger),
        Column("content", LargeBinary),
        Column("media_type", String(100)),
        Column("location", String(400)),
        Column("created_at", Instant, nullable=False),
        Index("ix_idempotency_key_created_at", "created_at"),
    )


async def claim(connection: Writing, table: Table, scope: Scope, body_digest: str) -> StoredReply | None:
    """Take the key for this transaction, or return the reply it already has.

    A concurrent request with the same key waits here until the first one has ended.
    """
    new = insert(table).values(**_key(scope), body_digest=body_digest, created_at=system_time())
    while True:
        if (await connection.execute(new.on_conflict_do_nothing())).rowcount:
            return None
        row = (await connection.execute(select(table).filter_by(**_key(scope)))).first()
        if row is not None:
            return StoredReply(row.body_digest, row.status, row.content, row.media_type, row.location or "")
        # its time was over and it was deleted in between: it is free now


async def keep(connection: Writing, table: Table, scope: Scope, reply: StoredReply) -> None:
    await connection.execute(
        update(table)
        .filter_by(**_key(scope))
        .values(
            status=reply.status,
            content=reply.content,
            media_type=reply.media_type,
            location=reply.location,
        )
    )


async def delete_expired(connection: Writing, table: Table, before: datetime, limit: int) -> int:
    """Delete the oldest keys made before an instant, at most `limit`; two who do it at once share them."""
    key = (table.c.principal, table.c.method, table.c.path, table.c.key)
    due = select(*key).where(table.c.created_at < before).order_by(table.c.created_at).limit(limit)
    chosen = due.with_for_update(skip_locked=True).cte("due").prefix_with("MATERIALIZED")
    result = await connection.execute(delete(table).where(tuple_(*key).in_(select(chosen))))
    return int(result.rowcount)


def _key(scope: Scope) -> dict[str, str]:
    return {"principal": scope.principal, "method": scope.method, "path": scope.path, "key": scope.key}
