"""Making documents: rendered in another process, stored once, announced in the same transaction."""

from dataclasses import dataclass

from parindex.bus import publish
from parindex.contracts.events import DocumentReady
from parindex.contracts.loading import load_snapshot
from parindex.contracts.snapshots import HandoverRecord, ResultSnapshot
from parindex.db import Writing
from parindex.kernel.canonical import digest_bytes
from parindex.kernel.ids import uuid7
from report_gen.documents import store
from report_gen.documents.domain.annex_workbook import annex_workbook
from report_gen.documents.domain.annual_report import annual_report
from report_gen.documents.domain.handover_minutes import handover_minutes
from report_gen.documents.domain.issuance import Issuance
from report_gen.documents.domain.self_check import check_report
from report_gen.documents.store import NewDocument
from report_gen.rendering.docx import render_docx
from report_gen.rendering.xlsx import render_xlsx

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EDITION_KINDS = ("annual_report", "annex_workbook")
HANDOVER_KIND = "handover_minutes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What a rendering process hands back."""

    kind: str
    title: str
    file_name: str
    media_type: str
    content: bytes


def render(kind: str, content: bytes, digest: str, issuance: Issuance) -> Rendered:
    """One document from the frozen bytes; pure of storage, so that it runs in a process of its own.

    Raises DomainError `document_contradicts` when its own text and tables disagree.
    """
    if kind == HANDOVER_KIND:
        minutes = handover_minutes(load_snapshot(HandoverRecord, content, digest), digest, issuance)
        return Rendered(
            kind=kind, title=minutes.title, file_name=f"{minutes.file_stem}.docx", media_type=DOCX,
            content=render_docx(minutes),
        )  # fmt: skip
    result = load_snapshot(ResultSnapshot, content, digest)
    if kind == "annual_report":
        report = annual_report(result, digest, issuance)
        check_report(report, result)
        return Rendered(
            kind=kind, title=report.title, file_name=f"{report.file_stem}.docx", media_type=DOCX,
            content=render_docx(report),
        )  # fmt: skip
    workbook = annex_workbook(result, digest, issuance)
    return Rendered(
        kind=kind, title=workbook.title, file_name=f"{workbook.file_stem}.xlsx", media_type=XLSX,
        content=render_xlsx(workbook),
    )  # fmt: skip


async def keep_document(
    connection: Writing, rendered: Rendered, *, period: str, edition: int, source: str, base_url: str
) -> None:
    """Store the document and announce it; the second arrival of an event stores and announces nothing."""
    document_id = uuid7()
    new = NewDocument(
        id=document_id,
        period=period,
        edition=edition,
        kind=rendered.kind,
        title=rendered.title,
        file_name=rendered.file_name,
        media_type=rendered.media_type,
        source_digest=source,
        digest=digest_bytes(rendered.content),
        content=rendered.content,
    )
    if not await store.insert_document(connection, new):
        return
    await store.note_run(connection, period, edition, rendered.kind, "done")
    event = DocumentReady(
        period=period,
        edition=edition,
        document=document_id,
        kind=rendered.kind,
        title=rendered.title,
        file_name=rendered.file_name,
        digest=new.digest,
        url=f"{base_url}/api/v1/documents/{document_id}/file",
    )
    await publish(connection, "report", event)
