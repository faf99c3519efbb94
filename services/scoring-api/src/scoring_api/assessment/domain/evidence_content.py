"""What a file is by its content, and why it is refused; archives and PDF are looked into next door."""

import zipfile
from collections.abc import Mapping
from typing import BinaryIO

from parindex.kernel.errors import Fault
from scoring_api.assessment.domain.evidence import LARGEST, refused
from scoring_api.assessment.domain.evidence_archive import archive_fault, office_type
from scoring_api.assessment.domain.evidence_pdf import pdf_fault

MOST_PIXELS = 200_000_000
_HEAD = 1024
_ZIP = "application/zip"
_SIGNATURES: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"PK\x03\x04": _ZIP,  # DOCX and XLSX are told apart by their parts
}
_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a DOCX or XLSX with a password begins, and the DOC and XLS of old."""
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"


def media_type_of(file: BinaryIO) -> str:
    """The media type by content («loại tệp theo nội dung»), never by the name.

    Raises DomainError `evidence_refused`, which says why: empty, too large, none of the types, two types
    at once, locked, or made to do something when it is opened.

    >>> import io
    >>> media_type_of(io.BytesIO(b"%PDF-1.7 ... %%EOF"))
    'application/pdf'
    """
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        raise refused((Fault("/file", "file_empty", "tệp rỗng"),))
    if size > LARGEST:
        raise refused((Fault("/file", "file_too_large", f"tệp lớn hơn {LARGEST // 1024**2} MB"),))
    found = next((kind for start, kind in _SIGNATURES.items() if head.startswith(start)), "")
    fault = _type_fault(head, found) or _content_fault(file, head, found)
    if fault is not None:
        raise refused((fault,))
    return office_type(file) if found == _ZIP else found


def _type_fault(head: bytes, found: str) -> Fault | None:
    if head.startswith(_LOCKED):
        said = "tệp đặt mật khẩu hoặc định dạng cũ DOC, XLS; hãy lưu lại thành DOCX, XLSX hoặc PDF"
        return Fault("/file", "file_locked", said)
    if not found:
        return Fault("/file", "type_unknown", "chỉ nhận PDF, DOCX, XLSX, PNG, JPEG")
    if found != "application/pdf" and b"%PDF-" in head:
        return Fault("/file", "two_types", "tệp vừa là PDF vừa là loại khác")
    return None


def _content_fault(file: BinaryIO, head: bytes, found: str) -> Fault | None:
    if found == _ZIP:
        return archive_fault(file)
    if zipfile.is_zipfile(file):
        return Fault("/file", "two_types", "tệp mang theo một tệp nén")
    if found == "application/pdf":
        return pdf_fault(file)
    return _png_fault(file, head) if found == "image/png" else None


def _png_fault(file: BinaryIO, head: bytes) -> Fault | None:
    width, height = int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    if head[12:16] != b"IHDR" or not width or not height:
        return Fault("/file", "file_damaged", "ảnh PNG hỏng")
    if width * height > MOST_PIXELS:
        return Fault("/file", "unfolds_too_large", "ảnh có quá nhiều điểm ảnh")
    file.seek(-len(_PNG_END), 2)
    if file.read() != _PNG_END:
        return Fault("/file", "file_damaged", "ảnh PNG hỏng hoặc có dữ liệu lạ phía sau")
    return None
