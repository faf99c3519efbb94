"""SQL of documents: the bytes stand beside their facts, so that a document is there whole or not at all."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    Uuid,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from parindex.db import Instant, Reading, Writing
from parindex.kernel.clocks import business_time, instant_text, system_time
from parindex.kernel.errors import DomainError
from report_gen.documents.domain.issuance import Issuance
from report_gen.documents.domain.issuance_data import issuance_of
from report_gen.schema import metadata

document = Table(
    "document",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("period", String(80), nullable=False),
    Column("edition", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("source_digest", String(71), nullable=False),
    Column("digest", String(71), nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    Index(
        "uq_document_edition", "period", "edition", "kind", unique=True, postgresql_where=text("edition > 0")
    ),
    Index(
        "uq_document_campaign",
        "period",
        "kind",
        "source_digest",
        unique=True,
        postgresql_where=text("edition = 0"),
    ),
)
render_run = Table(
    "render_run",
    metadata,
    Column("period", String(80), primary_key=True),
    Column("edition", Integer, primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("source_digest", String(71), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("error", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
issuance = Table(
    "issuance",
    metadata,
    Column("period", String(80), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("content", JSONB, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
_SETTLED = ("rendering", "done")  # states of a run that has read how its document is issued
_FACTS = [column for column in document.c if column.name != "content"]


@dataclass(frozen=True, slots=True)
class Source:
    """The frozen bytes that documents are made from; edition 0 is the campaign, not an edition."""

    period: str
    edition: int
    digest: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A rendered document; `edition` is 0 for what belongs to the campaign and not to an edition."""

    id: UUID
    period: str
    edition: int
    kind: str
    title: str
    file_name: str
    media_type: str
    source_digest: str
    digest: str
    content: bytes


async def insert_document(connection: Writing, new: NewDocument) -> bool:
    """Whether it is new: an edition has one document of each kind, however often its event arrives.

    What belongs to no edition has one for each source: a period may have several campaigns.
    """
    result = await connection.execute(
        insert(document)
        .values(**asdict(new), bytes=len(new.content), made_at=business_time())
        .on_conflict_do_nothing()
    )
    return bool(result.rowcount)


async def kept_kinds(connection: Reading, source: Source) -> set[str]:
    """The kinds of documents that are there already."""
    query = select(document.c.kind).where(
        document.c.period == source.period, document.c.edition == source.edition
    )
    if not source.edition:
        query = query.where(document.c.source_digest == source.digest)
    return set((await connection.execute(query)).scalars())


async def list_documents(connection: Reading, period: str) -> list[dict[str, Any]]:
    rows = await connection.execute(
        select(*_FACTS).where(document.c.period == period).order_by(document.c.edition, document.c.kind)
    )
    return [_facts(row) for row in rows]


async def read_place(connection: Reading, document_id: UUID) -> Any:
    """(period, edition): where the document belongs. Raises DomainError `document_unknown`."""
    return await _read(connection, document_id, document.c.period, document.c.edition)


async def read_content(connection: Reading, document_id: UUID) -> Any:
    """(content, digest, media_type, file_name). Raises DomainError `document_unknown`."""
    return await _read(
        connection,
        document_id,
        document.c.content,
        document.c.digest,
        document.c.media_type,
        document.c.file_name,
    )


async def _read(connection: Reading, document_id: UUID, *columns: Column[Any]) -> Row[Any]:
    row = (await connection.execute(select(*columns).where(document.c.id == document_id))).first()
    if row is None:
        raise DomainError("document_unknown", {"document": document_id})
    return row


def _facts(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "period": row.period,
        "edition": row.edition,
        "kind": row.kind,
        "title": row.title,
        "file_name": row.file_name,
        "media_type": row.media_type,
        "digest": row.digest,
        "source_digest": row.source_digest,
        "bytes": row.bytes,
        "made_at": instant_text(row.made_at),
    }


async def note_run(connection: Writing, source: Source, kind: str, state: str, error: str = "") -> None:
    """Progress of one document: waiting, rendering, done or failed.

    Done is final: a late or repeated attempt does not take it back.
    """
    values = {"state": state, "error": error[:2000], "updated_at": system_time()}
    await connection.execute(
        insert(render_run)
        .values(
            period=source.period, edition=source.edition, kind=kind, source_digest=source.digest, **values
        )
        .on_conflict_do_update(
            index_elements=list(render_run.primary_key), set_=values, where=render_run.c.state != "done"
        )
    )


async def list_runs(connection: Reading, period: str) -> list[dict[str, Any]]:
    rows = await connection.execute(
        select(render_run)
        .where(render_run.c.period == period)
        .order_by(render_run.c.edition, render_run.c.kind, render_run.c.source_digest)
    )
    return [
        {
            "edition": row.edition,
            "kind": row.kind,
            "source_digest": row.source_digest,
            "state": row.state,
            "error": row.error,
        }
        for row in rows
    ]


async def lock_issuance(connection: Writing, period: str, kind: str) -> None:
    """Until the transaction ends nobody else sets or takes up how this kind of document is issued."""
    key = {"key": f"issuance/{period}/{kind}"}
    await connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)


async def rendered_edition(connection: Reading, period: str, kind: str) -> int | None:
    """The newest edition whose document of this kind has taken up how it is issued."""
    edition: int | None = await connection.scalar(
        select(func.max(render_run.c.edition)).where(
            render_run.c.period == period,
            render_run.c.kind == kind,
            render_run.c.edition > 0,
            render_run.c.state.in_(_SETTLED),
        )
    )
    return edition


async def save_issuance(connection: Writing, period: str, kind: str, content: dict[str, Any]) -> None:
    values = {"content": content, "updated_at": business_time()}
    await connection.execute(
        insert(issuance)
        .values(period=period, kind=kind, **values)
        .on_conflict_do_update(index_elements=["period", "kind"], set_=values)
    )


async def read_issuance(connection: Reading, period: str, kind: str) -> Issuance:
    """How this kind of document is issued; the defaults where nobody has said."""
    content = await connection.execute(
        select(issuance.c.content).where(issuance.c.period == period, issuance.c.kind == kind)
    )
    return issuance_of(content.scalar() or {})
