"""One document out of the frozen bytes; free of storage, so that a process for it starts fast."""

from dataclasses import dataclass

from parindex.contracts.loading import load_snapshot
from parindex.contracts.snapshots import HandoverRecord, ResultSnapshot
from report_gen.documents.domain.annex_workbook import annex_workbook
from report_gen.documents.domain.annual_report import annual_report
from report_gen.documents.domain.handover_minutes import handover_minutes
from report_gen.documents.domain.issuance import Issuance
from report_gen.rendering.blocks import Document, Workbook
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
    """Raises DomainError `snapshot_digest_mismatch`, and `document_contradicts` when the text of a report
    does not agree with its own tables.
    """
    if kind == HANDOVER_KIND:
        record = load_snapshot(HandoverRecord, content, digest)
        return _document(kind, handover_minutes(record, digest, issuance))
    result = load_snapshot(ResultSnapshot, content, digest)
    if kind == "annual_report":
        return _document(kind, annual_report(result, digest, issuance))
    return _workbook(kind, annex_workbook(result, digest, issuance))


def _document(kind: str, document: Document) -> Rendered:
    return Rendered(
        kind=kind,
        title=document.title,
        file_name=f"{document.file_stem}.docx",
        media_type=DOCX,
        content=render_docx(document),
    )


def _workbook(kind: str, workbook: Workbook) -> Rendered:
    return Rendered(
        kind=kind,
        title=workbook.title,
        file_name=f"{workbook.file_stem}.xlsx",
        media_type=XLSX,
        content=render_xlsx(workbook),
    )
