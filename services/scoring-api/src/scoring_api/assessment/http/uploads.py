"""What every upload of a file shares: its form, its bounds, how it is read and shown; no routes."""

from datetime import date
from typing import Annotated, Any

from fastapi import File, Form, Request, UploadFile

from parindex.http.routing import LARGEST_BODY
from parindex.kernel.days import calendar_day
from parindex.kernel.errors import Fault
from parindex.kernel.text import nfc
from scoring_api.assessment.domain.evidence import KINDS, LARGEST, EvidenceFacts
from scoring_api.assessment.store.evidence import EvidenceFile
from scoring_api.assessment.use_cases.evidence import Upload

BOUNDED = {LARGEST_BODY: LARGEST + 64 * 1024}
TITLES = ["Kế hoạch CCHC năm 2022 của Sở Nội vụ"]

SentFile = Annotated[UploadFile, File(description="PDF, DOCX, XLSX, PNG hoặc JPEG, nhiều nhất 20 MB")]
SentTitle = Annotated[str, Form(min_length=1, max_length=500, examples=TITLES)]
SentNumber = Annotated[str, Form(max_length=100, examples=["42/KH-SNV"])]
SentDay = Annotated[str, Form(max_length=10, examples=["2022-01-15"])]
SentKind = Annotated[str, Form(max_length=20, examples=["document"], description=", ".join(KINDS))]


def upload_of(
    request: Request, file: UploadFile, title: str, number: str, issued_on: str, kind: str
) -> Upload:
    """The form as the use case takes it; a day that is none is one fault among all of them."""
    issued: date | None = None
    faults: tuple[Fault, ...] = ()
    try:
        issued = day_of(issued_on)
    except ValueError:
        said = "ngày văn bản không hợp lệ, cần dạng YYYY-MM-DD"
        faults = (Fault("/issued_on", "not_a_day", said),)
    return Upload(
        folder=request.app.state.settings.evidence_dir,
        source=file.file,
        file_name=nfc(file.filename or ""),
        facts=EvidenceFacts(kind=kind, title=nfc(title), number=nfc(number), issued_on=issued),
        faults=faults,
    )


def day_of(text: str) -> date | None:
    return date.fromisoformat(calendar_day(text)) if text else None


def shown_upload(found: EvidenceFile) -> dict[str, Any]:
    return {
        "id": str(found.id),
        "digest": found.digest,
        "bytes": found.bytes,
        "media_type": found.media_type,
        "version": found.version,
    }
