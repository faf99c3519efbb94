"""Issued tokens by their id, and which of them were revoked; the token itself is never stored."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Row, String, Table, Uuid, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as insert_or

from parindex.auth.principal import Principal
from parindex.db import Instant, Reading, Writing
from parindex.kernel.clocks import system_time
from scoring_api.schema import metadata

access_token = Table(
    "access_token",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject", String(200), nullable=False),
    Column("role", String(40), nullable=False),
    Column("scope", JSONB, nullable=False),
    Column("issued_by", String(200), nullable=False),
    Column("issued_at", Instant),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", String(200)),
    Index("ix_access_token_subject", "subject"),
    Index("ix_access_token_revoked_at", "expires_at", postgresql_where=text("revoked_at IS NOT NULL")),
)


_SHOWN: tuple[Any, ...] = (
    access_token.c.id,
    access_token.c.subject,
    access_token.c.role,
    access_token.c.scope,
    access_token.c.issued_by,
    access_token.c.issued_at,
    access_token.c.expires_at,
    access_token.c.revoked_at,
    access_token.c.revoked_by,
)


def _values(token_id: UUID, holder: Principal, issued_by: str, expires_at: datetime) -> dict[str, Any]:
    scope = {
        "units": sorted(holder.units),
        "areas": sorted(holder.areas),
        "offices": sorted(holder.offices),
        "owners": sorted(holder.owners),
    }
    return {
        "id": token_id,
        "subject": holder.subject,
        "role": holder.role.value,
        "scope": scope,
        "issued_by": issued_by,
        "expires_at": expires_at,
    }


async def insert_token(
    connection: Writing, token_id: UUID, holder: Principal, issued_by: str, expires_at: datetime
) -> None:
    values = _values(token_id, holder, issued_by, expires_at)
    await connection.execute(insert(access_token).values(**values, issued_at=system_time()))


async def keep_foreign_token(
    connection: Writing, token_id: UUID, holder: Principal, expires_at: datetime
) -> None:
    """A row for a token that the command line gave out, so that it can be revoked like the others."""
    values = _values(token_id, holder, "", expires_at)
    await connection.execute(insert_or(access_token).values(**values).on_conflict_do_nothing())


async def list_tokens(
    connection: Reading, subject: str, before: UUID, limit: int, *, valid_at: datetime | None
) -> list[Row[Any]]:
    """Newest first, with ids below `before`; with `valid_at` those that open a door at that instant."""
    query = select(*_SHOWN).where(access_token.c.id < before)
    if subject:
        query = query.where(access_token.c.subject == subject)
    if valid_at is not None:
        query = query.where(access_token.c.expires_at > valid_at, access_token.c.revoked_at.is_(None))
    return list((await connection.execute(query.order_by(access_token.c.id.desc()).limit(limit))).all())


async def find_token(connection: Reading, token_id: UUID) -> Row[Any] | None:
    return (await connection.execute(select(*_SHOWN).where(access_token.c.id == token_id))).first()


async def revoke(connection: Writing, by: str, at: datetime, *which: Any) -> Sequence[UUID]:
    """Revoke those that are valid still; the ids of those that now no longer are."""
    made = await connection.execute(
        update(access_token)
        .where(access_token.c.revoked_at.is_(None), access_token.c.expires_at > at, *which)
        .values(revoked_at=at, revoked_by=by)
        .returning(access_token.c.id)
    )
    return list(made.scalars())


async def revoke_token(connection: Writing, token_id: UUID, by: str, at: datetime) -> bool:
    return bool(await revoke(connection, by, at, access_token.c.id == token_id))


async def revoke_of_subject(connection: Writing, subject: str, by: str, at: datetime) -> Sequence[UUID]:
    return await revoke(connection, by, at, access_token.c.subject == subject)


async def read_revoked(connection: Reading, at: datetime) -> frozenset[UUID]:
    """The revoked ones that would still be valid: what every service has to refuse.

    They stay for an hour beyond: a service whose clock is slow would let them in again.
    """
    query = select(access_token.c.id).where(
        access_token.c.revoked_at.is_not(None), access_token.c.expires_at > at - timedelta(hours=1)
    )
    return frozenset((await connection.execute(query)).scalars())
