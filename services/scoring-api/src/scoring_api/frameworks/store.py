"""SQL of frameworks: a definition is canonical JSON text under its digest; published ones never change."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    insert,
    select,
    update,
)

from parindex.db import Instant, Reading, Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.schema import metadata

framework = Table(
    "framework",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("level", String(20), nullable=False),
    Column("year", Integer, nullable=False),
    Column("status", String(12), nullable=False),
    Column("digest", String(71), nullable=False),
    Column("definition", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("published_at", Instant),
    UniqueConstraint("code", "version"),
)


@dataclass(frozen=True, slots=True)
class FrameworkVersion:
    """One stored version; `definition` is the canonical JSON the digest stands for."""

    id: UUID
    code: str
    version: int
    status: str
    digest: str
    definition: str

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.definition)
        return found

    @property
    def parsed(self) -> Framework:
        return _parsed(self.definition)


@lru_cache(maxsize=32)
def _parsed(definition: str) -> Framework:
    return parse_framework(json.loads(definition))


async def insert_draft(
    connection: Writing, parsed: Framework, definition: str, digest: str
) -> FrameworkVersion:
    """A new draft with the next version number of its code; drafts of one code wait for each other."""
    turn = func.pg_advisory_xact_lock(func.hashtextextended(f"framework {parsed.code}", 0))
    await connection.execute(select(turn))
    latest = await connection.execute(
        select(func.max(framework.c.version)).where(framework.c.code == parsed.code)
    )
    version = (latest.scalar() or 0) + 1
    row = FrameworkVersion(uuid7(), parsed.code, version, "draft", digest, definition)
    await connection.execute(
        insert(framework).values(
            id=row.id,
            code=row.code,
            version=version,
            title=parsed.title,
            level=parsed.level,
            year=parsed.year,
            status="draft",
            digest=digest,
            definition=definition,
            created_at=business_time(),
        )
    )
    return row


async def publish(connection: Writing, framework_id: UUID) -> None:
    await connection.execute(
        update(framework)
        .where(framework.c.id == framework_id)
        .values(status="published", published_at=business_time())
    )


async def read_version(
    connection: Reading, code: str, version: int, *, lock: bool = False
) -> FrameworkVersion:
    """Raises DomainError `framework_unknown`."""
    query = select(framework).where(framework.c.code == code, framework.c.version == version)
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    if row is None:
        raise DomainError("framework_unknown", {"framework": code, "version": version})
    return _version(row)


async def read_by_ids(connection: Reading, ids: list[UUID]) -> list[FrameworkVersion]:
    """In the order of the ids."""
    rows = await connection.execute(select(framework).where(framework.c.id.in_(ids)))
    found = {row.id: _version(row) for row in rows}
    return [found[framework_id] for framework_id in ids]


async def list_versions(connection: Reading, *, drafts: bool) -> list[dict[str, Any]]:
    columns = (
        framework.c.code,
        framework.c.version,
        framework.c.title,
        framework.c.level,
        framework.c.year,
        framework.c.status,
        framework.c.digest,
    )
    query = select(*columns).order_by(framework.c.year.desc(), framework.c.code, framework.c.version)
    if not drafts:
        query = query.where(framework.c.status == "published")
    return [dict(row._mapping) for row in await connection.execute(query)]  # noqa: SLF001 — SQLAlchemy's public API


def _version(row: Any) -> FrameworkVersion:
    return FrameworkVersion(row.id, row.code, row.version, row.status, row.digest, row.definition)
