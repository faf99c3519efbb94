"""Routes: evidence of a unit, in and out."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from parindex.auth.policy import Action
from parindex.auth.principal import authorize_unit
from parindex.http.conditional import represent_tagged
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.kernel.errors import DomainError
from parindex.kernel.text import nfc
from scoring_api.assessment.domain.evidence import MEDIA_TYPES, EvidenceFacts
from scoring_api.assessment.http import examples
from scoring_api.assessment.http.assessments import PREFIX, PRIVATE, version_tag
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.files import read_file
from scoring_api.assessment.use_cases import evidence as use_cases

router = APIRouter(prefix=PREFIX, tags=["assessments"], route_class=UnitOfWorkRoute)


@router.post(
    "/evidence",
    status_code=201,
    **guarded(Action.ASSESSMENT_SUBMIT),
    responses=reply_example(
        {"id": examples.FILE_ID, "digest": examples.DIGEST, "bytes": 84213, "media_type": "application/pdf"},
        201,
    ),
)
async def post_evidence(
    request: Request,
    response: Response,
    code: str,
    unit: str,
    file: Annotated[UploadFile, File(description="PDF, DOCX, XLSX, PNG hoặc JPEG")],
    title: Annotated[
        str, Form(min_length=1, max_length=500, examples=["Kế hoạch CCHC năm 2022 của Sở Nội vụ"])
    ],
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
    number: Annotated[str, Form(max_length=100, examples=["42/KH-SNV"])] = "",
    issued_on: Annotated[str, Form(pattern=r"^(\d{4}-\d{2}-\d{2})?$", examples=["2022-01-15"])] = "",
) -> dict[str, Any]:
    """Upload a piece of evidence; its type is judged by its content. The ETag is the assessment's new one."""
    try:
        issued = date.fromisoformat(issued_on) if issued_on else None
    except ValueError as error:
        raise DomainError("evidence_refused", {"reason": "ngày văn bản không hợp lệ"}) from error
    if not nfc(title):
        raise DomainError("evidence_refused", {"reason": "thiếu tên tài liệu"})
    found, version = await use_cases.add_evidence(
        connection,
        caller,
        code,
        unit,
        folder=request.app.state.settings.evidence_dir,
        content=await file.read(),
        file_name=nfc(file.filename or "tai-lieu")[:200],
        facts=EvidenceFacts(nfc(title), nfc(number), issued),
        at=received_at,
    )
    response.headers["ETag"] = version_tag(version)
    return {"id": str(found.id), "digest": found.digest, "bytes": found.bytes, "media_type": found.media_type}


@router.get(
    "/evidence/{file}",
    **guarded(Action.ASSESSMENT_READ),
    response_class=Response,
    responses={200: {"content": {media_type: {} for media_type in MEDIA_TYPES}}},
)
async def get_evidence(
    request: Request, code: str, unit: str, file: UUID, caller: Caller, connection: Read
) -> Response:
    """The file itself, to be saved and never shown inside a page; its ETag is the digest of its bytes."""
    authorize_unit(caller, Action.ASSESSMENT_READ, unit)
    period = await store.read_period(connection, code)
    known = {found.id: found for found in await act_store.read_evidence(connection, period.id, unit)}
    if file not in known:
        raise DomainError("evidence_unknown", {"file": file})
    found = known[file]
    content = await read_file(request.app.state.settings.evidence_dir, found.digest)
    response = represent_tagged(request, content, f'"{found.digest[7:39]}"', found.media_type, PRIVATE)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.file_name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
