"""Evidence («tài liệu kiểm chứng»): kinds, facts, names, bounds, and what is remarkable of it; no bytes."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from parindex.kernel.errors import DomainError, Fault

LARGEST = 20 * 1024 * 1024
LARGEST_OF_UNIT = 2 * 1024 * 1024 * 1024
MOST_OF_UNIT = 1_000
LONGEST_NAME = 200
INSPECTION = "inspection"
KINDS: Mapping[str, str] = {
    "document": "văn bản",
    "report": "báo cáo",
    "statistics": "số liệu, bản kết xuất",
    "image": "hình ảnh",
    "other": "tài liệu khác",
}
"""The kinds a unit gives its evidence."""
KIND_NAMES: Mapping[str, str] = {**KINDS, INSPECTION: "kết luận thanh tra, kiểm tra"}
"""An inspection's conclusion is registered for a unit by others, and may weigh more than what it claims."""
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}
MEDIA_TYPES = tuple(_ENDINGS)
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
"""Kinds of characters that change how a name reads and cannot be seen: controls, marks of direction."""
_PLACES = re.compile(r"[/\\:*?\"<>|]")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFacts:
    """The document behind a file: its kind, number («số, ký hiệu»), date and title as it bears them."""

    title: str
    number: str = ""
    issued_on: date | None = None
    kind: str = "document"


def refused(faults: tuple[Fault, ...]) -> DomainError:
    """`evidence_refused` with every fault; the first one is its reason."""
    return DomainError("evidence_refused", {"reason": faults[0].detail}, faults)


def name_faults(name: str) -> tuple[Fault, ...]:
    """What is wrong with a file's name: it is a plain name, no way through folders, and reads as it is.

    >>> [fault.code for fault in name_faults("../../etc/mat-khau.pdf")]
    ['name_with_path']
    >>> name_faults("Kế hoạch CCHC 2022.pdf")
    ()
    """
    faults: list[Fault] = []

    def add(code: str, detail: str) -> None:
        faults.append(Fault("/file", code, detail))

    if not name.strip(" ."):
        add("name_missing", "tệp không có tên")
    if len(name) > LONGEST_NAME:
        add("name_too_long", f"tên tệp dài quá {LONGEST_NAME} ký tự")
    if _PLACES.search(name):
        add("name_with_path", "tên tệp chứa đường dẫn hoặc ký tự không dùng trong tên tệp")
    if any(unicodedata.category(letter) in _HIDDEN for letter in name):
        add("name_with_hidden_characters", "tên tệp chứa ký tự ẩn")
    return tuple(faults)


def ending_faults(name: str, media_type: str) -> tuple[Fault, ...]:
    """Whether the name ends as its content says: «anh.pdf» that is a picture misleads who opens it."""
    allowed = _ENDINGS[media_type]
    if name.lower().endswith(allowed):
        return ()
    detail = f"nội dung là {allowed[0][1:].upper()} nên tên tệp phải có đuôi {' hoặc '.join(allowed)}"
    return (Fault("/file", "ending_differs", detail),)


def room_faults(size: int, held: int, files: int) -> tuple[Fault, ...]:
    """Whether a unit holding so many bytes and files has room for another («dung lượng của đơn vị»)."""
    faults = []
    if files >= MOST_OF_UNIT:
        faults.append(
            Fault("/file", "too_many_files", f"đơn vị đã có {files} tệp, nhiều nhất {MOST_OF_UNIT}")
        )
    if held + size > LARGEST_OF_UNIT:
        most = LARGEST_OF_UNIT // 1024**2
        faults.append(Fault("/file", "no_room_left", f"tài liệu của đơn vị vượt {most} MB"))
    return tuple(faults)


def flags(facts: EvidenceFacts, year: int, *, referenced: bool, also_under: int = 0) -> tuple[Fault, ...]:
    """What who reads a list of evidence should look at twice («cần xem lại»); computed, never stored.

    Evidence proves what was done in the year: a document of another year may not. `also_under` counts other
    units that have the very same file.
    """
    found: list[Fault] = []
    if facts.issued_on is not None and facts.issued_on.year != year:
        said = f"văn bản ngày {facts.issued_on:%d/%m/%Y}, ngoài năm đánh giá {year}"
        found.append(Fault("", "dated_outside", said))
    if not referenced:
        found.append(Fault("", "unreferenced", "chưa gắn với tiêu chí nào"))
    if also_under:
        found.append(Fault("", "used_elsewhere", f"tệp này cũng có ở {also_under} đơn vị khác"))
    return tuple(found)
