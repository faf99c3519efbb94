"""DOCX and XLSX looked into: an archive is judged by its own directory and by what it really unfolds to."""

import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from parindex.kernel.errors import Fault

MOST_PARTS = 5_000
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_TIMES, FREE_OF_RATIO = 100, 20 * 1024 * 1024
"""What unfolds to more than a hundred times its size was made to, unless it stays small."""
_LARGEST_READ = 4 * 1024 * 1024
_CHUNK = 1024 * 1024
_TYPES = "[Content_Types].xml"
_OFFICE: Mapping[str, str] = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,
    RuntimeError,
    ValueError,
    OSError,
    EOFError,
)
_REMOTE_TEMPLATE = re.compile(rb"<Relationship\b(?=[^>]*attachedTemplate)(?=[^>]*Target\s*=\s*[\"']https?:)")


def office_type(file: BinaryIO) -> str:
    """The media type of an archive that has passed."""
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
    return next(media_type for part, media_type in _OFFICE.items() if part in names)


def archive_fault(file: BinaryIO) -> Fault | None:
    """Why an archive is refused («tệp nén»); None for a sound DOCX or XLSX."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            return _directory_fault(parts, file.seek(0, 2)) or _unfolded_fault(archive, parts)
    except _BROKEN:
        return Fault("/file", "file_damaged", "tệp nén hỏng")


def _directory_fault(parts: Sequence[zipfile.ZipInfo], size: int) -> Fault | None:
    names = [part.filename for part in parts]
    unpacked = sum(part.file_size for part in parts)
    office = _TYPES in names and any(name in names for name in _OFFICE)
    wrong = (
        (
            any(part.flag_bits & 1 for part in parts),
            "file_locked",
            "tệp nén đặt mật khẩu nên không xem được",
        ),
        (len(parts) > MOST_PARTS, "unfolds_too_large", "tệp nén chứa quá nhiều thành phần"),
        (
            unpacked > LARGEST_UNPACKED or (unpacked > FREE_OF_RATIO and unpacked > MOST_TIMES * size),
            "unfolds_too_large",
            "tệp nén bung ra quá nhiều dữ liệu",
        ),
        (any(map(_leads_out, names)), "path_inside", "tệp nén chứa đường dẫn ra ngoài thư mục"),
        (max(Counter(names).values(), default=0) > 1, "file_damaged", "tệp nén có thành phần trùng tên"),
        (any(map(_is_macro, names)), "macro", "tệp chứa macro"),
        (not office, "type_unknown", "tệp nén không phải DOCX hoặc XLSX"),
        (
            any(part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for part in parts),
            "file_damaged",
            "tệp nén theo cách DOCX, XLSX không dùng",
        ),
    )
    return next((Fault("/file", code, said) for found, code, said in wrong if found), None)


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ":" in name or ".." in re.split(r"[/\\]", name)


def _is_macro(name: str) -> bool:
    lowered = name.lower()
    return lowered.endswith("vbaproject.bin") or lowered.startswith("xl/macrosheets/")


def _unfolded_fault(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> Fault | None:
    """Every part read to its end: sizes and sums that the directory lies about do not pass."""
    for part in parts:
        told = part.filename == _TYPES or part.filename.endswith(".rels")
        kept = bytearray()
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                if told and len(kept) <= _LARGEST_READ:
                    kept += chunk
        if part.filename == _TYPES and b"macroenabled" in kept.lower():
            return Fault("/file", "macro", "tệp chứa macro")
        if _REMOTE_TEMPLATE.search(kept):
            return Fault("/file", "loads_from_outside", "tệp tải mẫu từ địa chỉ bên ngoài khi mở")
    return None
