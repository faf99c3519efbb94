"""Evidence files: which are taken, by content and size, never by their name alone («tài liệu kiểm chứng»)."""

from dataclasses import dataclass
from datetime import date

from parindex.kernel.errors import DomainError

LARGEST = 20 * 1024 * 1024
_SIGNATURES = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "application/zip": (b"PK\x03\x04",),  # DOCX and XLSX are told apart by their content below
}
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """The document behind a file: number («số, ký hiệu»), date and title as it bears them."""

    title: str
    number: str
    issued_on: date | None


def detect_type(content: bytes) -> str:
    """The media type by content. Raises DomainError `evidence_refused`: empty, too large, or no allowed type.

    >>> detect_type(b"%PDF-1.7 ...")
    'application/pdf'
    """
    if not content:
        raise DomainError("evidence_refused", {"reason": "tệp rỗng"})
    if len(content) > LARGEST:
        raise DomainError("evidence_refused", {"reason": "tệp lớn hơn 20 MB"})
    for media_type, heads in _SIGNATURES.items():
        if content.startswith(heads):
            return _office_type(content) if media_type == "application/zip" else media_type
    raise DomainError("evidence_refused", {"reason": "chỉ nhận PDF, DOCX, XLSX, PNG, JPEG"})


def _office_type(content: bytes) -> str:
    if b"vbaProject.bin" in content:
        raise DomainError("evidence_refused", {"reason": "tệp chứa macro"})
    for folder, media_type in _OFFICE.items():
        if b"[Content_Types].xml" in content and folder in content:
            return media_type
    raise DomainError("evidence_refused", {"reason": "tệp nén không phải DOCX hoặc XLSX"})
