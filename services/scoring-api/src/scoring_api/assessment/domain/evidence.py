"""Evidence files: which are taken, by content and size, never by their name alone («tài liệu kiểm chứng»)."""

import io
import struct
import zipfile
from dataclasses import dataclass
from datetime import date

from parindex.kernel.errors import DomainError

LARGEST = 20 * 1024 * 1024
MOST_PARTS = 5_000
LARGEST_UNPACKED = 500 * 1024 * 1024
_ZIP = "application/zip"
_SIGNATURES = {
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    _ZIP: (b"PK\x03\x04",),  # DOCX and XLSX are told apart by their parts below
}
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MEDIA_TYPES = (*(media_type for media_type in _SIGNATURES if media_type != _ZIP), *_OFFICE.values())


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
            return _office_type(content) if media_type == _ZIP else media_type
    raise DomainError("evidence_refused", {"reason": "chỉ nhận PDF, DOCX, XLSX, PNG, JPEG"})


def _office_type(content: bytes) -> str:
    """DOCX or XLSX by the archive's own directory, not by words that stand somewhere in the bytes."""
    parts = _parts(content)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise DomainError("evidence_refused", {"reason": "tệp nén chứa quá nhiều dữ liệu"})
    names = [part.filename for part in parts]
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise DomainError("evidence_refused", {"reason": "tệp chứa macro"})
    for folder, media_type in _OFFICE.items():
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            return media_type
    raise DomainError("evidence_refused", {"reason": "tệp nén không phải DOCX hoặc XLSX"})


def _parts(content: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ArithmeticError, RuntimeError, ValueError, OSError, struct.error) as error:
        raise DomainError("evidence_refused", {"reason": "tệp nén hỏng"}) from error
