"""The table behind `Idempotency-Key`: inserted first in the transaction of the request it protects."""

from dataclasses import dataclass

from sqlalchemy import Column, LargeBinary, MetaData, SmallInteger, String, Table, select, update
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
    )


async def claim(connection: Writing, table: Table, scope: Scope, body_digest: str) -> StoredReply | None:
    """Take the key for this transaction, or return the reply it already has.

    A concurrent request with the same key waits here until the first one has ended.
    """
    taken = await connection.execute(
        insert(table)
        .values(**_key(scope), body_digest=body_digest, created_at=system_time())
        .on_conflict_do_nothing()
    )
    if taken.rowcount:
        return None
    row = (await connection.execute(select(table).filter_by(**_key(scope)))).one()
    return StoredReply(row.body_digest, row.status, row.content, row.media_type, row.location or "")


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


def _key(scope: Scope) -> dict[str, str]:
    return {"principal": scope.principal, "method": scope.method, "path": scope.path, "key": scope.key}
