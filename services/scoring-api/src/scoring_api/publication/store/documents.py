"""The documents made of editions, as report-gen tells of them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from parindex.contracts.events import DocumentReady
from parindex.db import Reading, Writing
from parindex.kernel.clocks import system_time
from scoring_api.publication.store.tables import edition_document


async def insert_document(connection: Writing, event: DocumentReady) -> None:
    await connection.execute(
        insert(edition_document)
        .values(
            id=event.document,
            period=event.period,
            edition=event.edition,
            kind=event.kind,
            title=event.title,
            file_name=event.file_name,
            digest=event.digest,
            url=event.url,
            ready_at=system_time(),
        )
        .on_conflict_do_nothing()
    )


async def list_documents(connection: Reading, period: str, number: int) -> list[dict[str, Any]]:
    rows = await connection.execute(
        select(edition_document)
        .where(edition_document.c.period == period, edition_document.c.edition == number)
        .order_by(edition_document.c.kind, edition_document.c.file_name)
    )
    return [
        {"id": str(row.id), "kind": row.kind, "title": row.title, "file_name": row.file_name,
         "digest": row.digest, "url": row.url}
        for row in rows
    ]  # fmt: skip
