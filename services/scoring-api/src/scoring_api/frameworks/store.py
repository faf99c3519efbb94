"""SQL of frameworks: a definition is canonical JSON text under its digest; published ones never change."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql

from parindex.db import Instant, Reading, Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7
from scoring_api.frameworks.domain.crosswalk import Crosswalk, crosswalk_of
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
    Column("in_use_since", Instant),
    UniqueConstraint("code", "version"),
)
framework_crosswalk = Table(
    "framework_crosswalk",
    metadata,
    Column("framework_id", Uuid, ForeignKey(framework.c.id, ondelete="CASCADE"), primary_key=True),
    Column("earlier_id", Uuid, ForeignKey(framework.c.id), primary_key=True),
    Column("digest", String(71), nullable=False),
    Column("content", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class FrameworkVersion:
    """One stored version; `definition` is the canonical JSON the digest stands for.

    `in_use_since` is when the first period that binds it was opened.
    """

    id: UUID
    code: str
    version: int
    status: str
    digest: str
    definition: str
    in_use_since: datetime | None = None

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


async def replace_draft(
    connection: Writing, framework_id: UUID, parsed: Framework, definition: str, digest: str
) -> None:
    await connection.execute(
        update(framework)
        .where(framework.c.id == framework_id)
        .values(
            title=parsed.title, level=parsed.level, year=parsed.year, digest=digest, definition=definition
        )
    )


async def delete_draft(connection: Writing, framework_id: UUID) -> None:
    """The draft with its crosswalks."""
    await connection.execute(delete(framework).where(framework.c.id == framework_id))


async def mark_in_use(connection: Writing, ids: Collection[UUID], at: datetime) -> None:
    """From here on the crosswalks to these versions stay as they are; writers of one wait in id order."""
    fresh = select(framework.c.id).where(framework.c.id.in_(ids), framework.c.in_use_since.is_(None))
    locked = await connection.execute(fresh.order_by(framework.c.id).with_for_update())
    await connection.execute(
        update(framework).where(framework.c.id.in_(locked.scalars().all())).values(in_use_since=at)
    )


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
    return FrameworkVersion(
        row.id, row.code, row.version, row.status, row.digest, row.definition, row.in_use_since
    )


@dataclass(frozen=True, slots=True)
class StoredCrosswalk:
    """How an earlier version's leaves continue in a later one, as canonical JSON under its digest."""

    earlier: UUID
    digest: str
    content: str

    @property
    def crosswalk(self) -> Crosswalk:
        return crosswalk_of(json.loads(self.content))


async def write_crosswalk(connection: Writing, framework_id: UUID, row: StoredCrosswalk) -> None:
    """In the place of the one there is, if any."""
    values = {"digest": row.digest, "content": row.content, "written_at": business_time()}
    statement = postgresql.insert(framework_crosswalk).values(
        framework_id=framework_id, earlier_id=row.earlier, **values
    )
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["framework_id", "earlier_id"], set_=values)
    )


async def read_crosswalks(connection: Reading, framework_id: UUID) -> list[StoredCrosswalk]:
    """All crosswalks that lead to a version."""
    rows = await connection.execute(
        select(framework_crosswalk)
        .where(framework_crosswalk.c.framework_id == framework_id)
        .order_by(framework_crosswalk.c.earlier_id)
    )
    return [StoredCrosswalk(row.earlier_id, row.digest, row.content) for row in rows]


async def find_crosswalk(connection: Reading, framework_id: UUID, earlier_id: UUID) -> StoredCrosswalk | None:
    found = await read_crosswalks(connection, framework_id)
    return next((row for row in found if row.earlier == earlier_id), None)
