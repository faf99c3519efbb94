"""Routes: evidence of a unit in, revised and out; conclusions of inspections of it."""

from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import AfterValidator, Field

from parindex.auth.policy import Action
from parindex.auth.principal import authorize_unit
from parindex.http.conditional import is_seen
from parindex.http.description import reply_example
from parindex.http.routing import (
    LARGEST_BODY,
    Caller,
    Read,
    ReceivedAt,
    UnitOfWorkRoute,
    Write,
    guarded,
)
from parindex.http.schemas import Body, Label, exampled
from parindex.kernel.days import calendar_day
from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.text import nfc
from scoring_api.assessment.domain.evidence import (
    INSPECTION,
    KINDS,
    LARGEST,
    MEDIA_TYPES,
    EvidenceFacts,
    refused,
)
from scoring_api.assessment.http import examples
from scoring_api.assessment.http.assessments import IF_MATCH, PREFIX, PRIVATE, held_version, version_tag
from scoring_api.assessment.store import evidence as evidence_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.evidence import EvidenceFile
from scoring_api.assessment.store.files import path_of
from scoring_api.assessment.use_cases import evidence as use_cases
from scoring_api.assessment.use_cases.seeing import sight_of

router = APIRouter(prefix=PREFIX, tags=["assessments"], route_class=UnitOfWorkRoute)

_BOUNDED = {LARGEST_BODY: LARGEST + 64 * 1024}
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TITLES = ["Kế hoạch CCHC năm 2022 của Sở Nội vụ"]
_FILE_MATCH = {**IF_MATCH, "description": "The version of the file's facts as they were read"}

SentFile = Annotated[UploadFile, File(description="PDF, DOCX, XLSX, PNG hoặc JPEG, nhiều nhất 20 MB")]
SentTitle = Annotated[str, Form(min_length=1, max_length=500, examples=_TITLES)]
SentNumber = Annotated[str, Form(max_length=100, examples=["42/KH-SNV"])]
SentDay = Annotated[str, Form(max_length=10, examples=["2022-01-15"])]
SentKind = Annotated[str, Form(max_length=20, examples=["document"], description=", ".join(KINDS))]


class FactsBody(Body):
    """What a file is: kind, number, date and title of the document behind it."""

    model_config = exampled(
        {"kind": "report", "title": _TITLES[0], "number": "42/KH-SNV", "issued_on": "2022-01-15"}
    )

    kind: Literal["document", "report", "statistics", "image", "other"] = "document"
    title: Label
    number: Annotated[str, Field(max_length=100)] = ""
    issued_on: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$"), AfterValidator(calendar_day)] = ""


@router.post(
    "/evidence",
    status_code=201,
    **guarded(Action.ASSESSMENT_SUBMIT, **_BOUNDED),
    responses=reply_example(examples.UPLOADED, 201),
)
async def post_evidence(
    request: Request,
    response: Response,
    code: str,
    unit: str,
    file: SentFile,
    title: SentTitle,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
    number: SentNumber = "",
    issued_on: SentDay = "",
    kind: SentKind = "document",
) -> dict[str, Any]:
    """Upload a piece of evidence; its type is judged by its content. The ETag is the assessment's new one."""
    upload = _upload(request, file, title, number, issued_on, kind)
    if kind not in KINDS:
        raise refused((Fault("/kind", "kind_unknown", "loại tài liệu không được biết đến"),))
    found, version = await use_cases.add_evidence(connection, caller, code, unit, upload, received_at)
    response.headers["ETag"] = version_tag(version)
    return _uploaded(found)


@router.post(
    "/inspections",
    status_code=201,
    **guarded(Action.INSPECTION_WRITE, **_BOUNDED),
    responses=reply_example(examples.UPLOADED, 201),
)
async def post_inspection(
    request: Request,
    code: str,
    unit: str,
    file: SentFile,
    title: SentTitle,
    caller: Caller,
    connection: Write,
    number: SentNumber = "",
    issued_on: SentDay = "",
) -> dict[str, Any]:
    """Register the conclusion of an inspection of the unit, which an appraisal may cite against a claim.

    The unit sees it from the explanation phase on.
    """
    upload = _upload(request, file, title, number, issued_on, INSPECTION)
    return _uploaded(await use_cases.add_inspection(connection, caller, code, unit, upload))


@router.post(
    "/complaints/evidence",
    status_code=201,
    **guarded(Action.COMPLAINT_FILE, **_BOUNDED),
    responses=reply_example(examples.UPLOADED, 201),
)
async def post_complaint_file(
    request: Request,
    code: str,
    unit: str,
    file: SentFile,
    title: SentTitle,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
    number: SentNumber = "",
    issued_on: SentDay = "",
) -> dict[str, Any]:
    """Upload a file that a complaint of the unit names afterwards."""
    upload = _upload(request, file, title, number, issued_on, "document")
    return _uploaded(await use_cases.add_complaint_file(connection, caller, code, unit, upload, received_at))


@router.put(
    "/evidence/{file}",
    **guarded(Action.ASSESSMENT_SUBMIT, parameters=[_FILE_MATCH]),
    responses=reply_example(examples.EVIDENCE),
)
async def put_evidence(
    request: Request,
    response: Response,
    code: str,
    unit: str,
    file: UUID,
    body: FactsBody,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Say anew what a file is; the file stays. If-Match names the version of its facts, as in the sheet."""
    held = held_version(request)
    if held is None:
        raise DomainError("version_required")
    facts = EvidenceFacts(
        kind=body.kind, title=body.title, number=nfc(body.number), issued_on=_day(body.issued_on)
    )
    found = await use_cases.revise_evidence(
        connection, caller, code, unit, file, facts, held=held, at=received_at
    )
    response.headers["ETag"] = version_tag(found.version)
    return shown_file(found)


@router.get(
    "/evidence/{file}",
    **guarded(Action.ASSESSMENT_READ),
    response_class=Response,
    responses={200: {"content": {media_type: {} for media_type in MEDIA_TYPES}}},
)
async def get_evidence(
    request: Request,
    code: str,
    unit: str,
    file: UUID,
    caller: Caller,
    connection: Read,
    received_at: ReceivedAt,
) -> Response:
    """The file itself, to be saved and never shown inside a page; its ETag is the digest of its bytes."""
    authorize_unit(caller, Action.ASSESSMENT_READ, unit)
    period = await store.read_period(connection, code)
    found = await evidence_store.find_evidence(connection, period.id, unit, file)
    hidden = found.is_inspection and not sight_of(caller, period, unit, received_at).appraisals
    if hidden:
        raise DomainError("evidence_unknown", {"file": file})
    tag = f'"{found.digest[7:39]}"'
    headers = {"ETag": tag, "Cache-Control": PRIVATE, "Vary": "Accept, Authorization", **_SAFE}
    if is_seen(request, tag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.file_name, safe='')}"
    path = path_of(request.app.state.settings.evidence_dir, found.digest)
    return FileResponse(path, headers=headers, media_type=found.media_type)


def _upload(
    request: Request, file: UploadFile, title: str, number: str, issued_on: str, kind: str
) -> use_cases.Upload:
    try:
        issued = _day(issued_on)
    except ValueError as error:
        said = "ngày văn bản không hợp lệ, cần dạng YYYY-MM-DD"
        raise refused((Fault("/issued_on", "not_a_day", said),)) from error
    return use_cases.Upload(
        folder=request.app.state.settings.evidence_dir,
        source=file.file,
        file_name=nfc(file.filename or ""),
        facts=EvidenceFacts(kind=kind, title=nfc(title), number=nfc(number), issued_on=issued),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(calendar_day(text)) if text else None


def _uploaded(found: EvidenceFile) -> dict[str, Any]:
    return {
        "id": str(found.id),
        "digest": found.digest,
        "bytes": found.bytes,
        "media_type": found.media_type,
        "version": found.version,
    }


def shown_file(found: EvidenceFile) -> dict[str, Any]:
    """A file with its facts, as lists show it."""
    return {
        "id": str(found.id),
        "kind": found.facts.kind,
        "title": found.title,
        "number": found.number,
        "issued_on": found.issued_on.isoformat() if found.issued_on else "",
        "file_name": found.file_name,
        "media_type": found.media_type,
        "bytes": found.bytes,
        "digest": found.digest,
        "version": found.version,
    }
