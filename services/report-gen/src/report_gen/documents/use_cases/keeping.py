"""Keeping a rendered document once, and announcing it in the same transaction."""

from parindex.bus import publish
from parindex.contracts.events import DocumentReady
from parindex.db import Writing
from parindex.kernel.canonical import digest_bytes
from parindex.kernel.ids import uuid7
from report_gen.documents import store
from report_gen.documents.store import NewDocument, Source
from report_gen.documents.use_cases.rendering import Rendered


async def keep_document(connection: Writing, rendered: Rendered, source: Source) -> None:
    """A document of this kind that is there already stays, and nothing is announced again."""
    new = NewDocument(
        id=uuid7(),
        period=source.period,
        edition=source.edition,
        kind=rendered.kind,
        title=rendered.title,
        file_name=rendered.file_name,
        media_type=rendered.media_type,
        source_digest=source.digest,
        digest=digest_bytes(rendered.content),
        content=rendered.content,
    )
    if not await store.insert_document(connection, new):
        return
    await store.note_run(connection, source, rendered.kind, "done")
    event = DocumentReady(
        period=source.period,
        edition=source.edition,
        document=new.id,
        kind=rendered.kind,
        title=rendered.title,
        file_name=rendered.file_name,
        digest=new.digest,
        url=f"/api/v1/documents/{new.id}/file",
    )
    await publish(connection, "report", event)
