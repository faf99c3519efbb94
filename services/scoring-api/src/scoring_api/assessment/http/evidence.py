"""Routes: evidence of a unit in, revised, taken back and out."""

from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from pydantic import AfterValidator, Field

from parindex.auth.policy import Action
from parindex.auth.principal import authorize_unit
from parindex.http.conditional import is_seen
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Label, exampled
from parindex.kernel.days import calendar_day
from parindex.kernel.errors import DomainError
from parindex.kernel.text import nfc
from scoring_api.assessment.domain.evidence import MEDIA_TYPES, EvidenceFacts
from scoring_api.assessment.http import examples
from scoring_api.assessment.http.assessments import IF_MATCH, PREFIX, PRIVATE, held_version, version_tag
from scoring_api.assessment.http.uploads import (
    BOUNDED,
    TITLES,
    SentDay,
    SentFile,
    SentKind,
    SentNumber,
    SentTitle,
    day_of,
    shown_upload,
    upload_of,
)
from scoring_api.assessment.store import evidence as evidence_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.evidence import EvidenceFile
from scoring_api.assessment.store.files import path_of
from scoring_api.assessment.use_cases.evidence import add_evidence
from scoring_api.assessment.use_cases.evidence_changes import remove_evidence, revise_evidence
from scoring_api.assessment.use_cases.seeing import sight_of

router = APIRouter(prefix=PREFIX, tags=["assessments"], route_class=UnitOfWorkRoute)

_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_FILE_MATCH = {**IF_MATCH, "description": "The version of the file's facts as they were read"}


class FactsBody(Body):
    """What a file is: kind, number, date and title of the document behind it."""

    model_config = exampled(
        {"kind": "report", "title": TITLES[0], "number": "42/KH-SNV", "issued_on": "2022-01-15"}
    )

    kind: Literal["document", "report", "statistics", "image", "other"] = "document"
    title: Label
    number: Annotated[str, Field(max_length=100)] = ""
    issued_on: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$"), AfterValidator(calendar_day)] = ""


@router.post(
    "/evidence",
    status_code=201,
    **guarded(Action.ASSESSMENT_SUBMIT, **BOUNDED),
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
    upload = upload_of(request, file, title, number, issued_on, kind)
    found, version = await add_evidence(connection, caller, code, unit, upload, received_at)
    response.headers["ETag"] = version_tag(version)
    return shown_upload(found)


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
        kind=body.kind, title=body.title, number=nfc(body.number), issued_on=day_of(body.issued_on)
    )
    found = await revise_evidence(connection, caller, code, unit, file, facts, held=held, at=received_at)
    response.headers["ETag"] = version_tag(found.version)
    return shown_file(found)


@router.delete(
    "/evidence/{file}",
    **guarded(Action.ASSESSMENT_SUBMIT),
    responses=reply_example(examples.REMOVED),
)
async def delete_evidence(
    response: Response,
    code: str,
    unit: str,
    file: UUID,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Take back a file uploaded by mistake, which was never handed in and stands under no criterion.

    That it was there stays on record. The ETag is the assessment's new one.
    """
    version = await remove_evidence(connection, caller, code, unit, file, received_at)
    response.headers["ETag"] = version_tag(version)
    return {"unit": unit, "id": str(file), "version": version}


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
