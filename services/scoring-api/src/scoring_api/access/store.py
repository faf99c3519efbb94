"""Issued tokens by their id; the token itself is never stored."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, String, Table, Uuid, insert
from sqlalchemy.dialects.postgresql import JSONB

from parindex.auth.principal import Principal
from parindex.db import Instant, Writing
from scoring_api.schema import metadata

access_token = Table(
    "access_token",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject", String(200), nullable=False),
    Column("role", String(40), nullable=False),
    Column("scope", JSONB, nullable=False),
    Column("issued_by", String(200), nullable=False),
    Column("expires_at", Instant, nullable=False),
)


async def insert_token(
    connection: Writing, token_id: UUID, holder: Principal, issued_by: str, expires_at: datetime
) -> None:
    scope = {
        "units": sorted(holder.units),
        "areas": sorted(holder.areas),
        "offices": sorted(holder.offices),
    }
    await connection.execute(
        insert(access_token).values(
            id=token_id,
            subject=holder.subject,
            role=holder.role.value,
            scope=scope,
            issued_by=issued_by,
            expires_at=expires_at,
        )
    )
