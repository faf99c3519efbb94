"""Routes: what a unit claims with its evidence, and what the secretariat makes of it."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from parindex.auth.policy import Action
from parindex.auth.principal import authorize_unit
from parindex.http.conditional import represent_tagged, require_match
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.kernel.errors import DomainError
from parindex.kernel.text import nfc
from scoring_api.assessment.domain.acts import Act, LeafStand, stands
from scoring_api.assessment.domain.evidence import MEDIA_TYPES, EvidenceFacts
from scoring_api.assessment.domain.period import stages_shown
from scoring_api.assessment.http import examples
from scoring_api.assessment.http.bodies import AppraisalsBody, ClaimsBody, entry_of
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.files import read_file
from scoring_api.assessment.use_cases import assess as use_cases
from scoring_api.frameworks import store as frameworks

router = APIRouter(
    prefix="/api/v1/periods/{code}/assessments/{unit}", tags=["assessments"], route_class=UnitOfWorkRoute
)


_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the assessment as it was read",
    "schema": {"type": "string"},
    "example": '"v1"',
}


_PRIVATE = "private, no-cache"


def version_tag(version: int) -> str:
    return f'"v{version}"'


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
    response = represent_tagged(request, content, f'"{found.digest[7:39]}"', found.media_type, _PRIVATE)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.file_name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@router.put(
    "/claims",
    **guarded(Action.ASSESSMENT_SUBMIT, parameters=[_IF_MATCH]),
    responses=reply_example({"unit": "so-noi-vu", "changed": 3, "version": 2}),
)
async def put_claims(
    request: Request,
    response: Response,
    code: str,
    unit: str,
    body: ClaimsBody,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Save claims for leaves; If-Match names the version being edited, or is *; the reply has the new one."""
    authorize_unit(caller, Action.ASSESSMENT_SUBMIT, unit)
    period = await store.open_for_write(connection, code, "open")
    current = await store.read_unit(connection, period.id, unit, lock=True)
    if request.headers.get("if-match", "").strip() != "*":  # any version there is: the assessment exists
        require_match(request, version_tag(current.version))
    entries = [entry_of(claim, f"/claims/{index}") for index, claim in enumerate(body.claims)]
    changed = await use_cases.write_claims(connection, caller, code, unit, entries, received_at)
    response.headers["ETag"] = version_tag(current.version + 1)
    return {"unit": unit, "changed": changed, "version": current.version + 1}


@router.post(
    "/submission",
    status_code=201,
    **guarded(Action.ASSESSMENT_SUBMIT),
    responses=reply_example(examples.RECEIPT, 201),
)
async def post_submission(
    code: str, unit: str, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Submit the self-assessment; the receipt carries the time and the digest."""
    return await use_cases.submit(connection, caller, code, unit, received_at)


@router.post("/appraisals", status_code=201, **guarded(Action.ASSESSMENT_APPRAISE))
async def post_appraisals(
    code: str,
    unit: str,
    body: AppraisalsBody,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
) -> dict[str, Any]:
    """Appraise leaves: confirm the claim, or give another value with the reason."""
    entries = [entry_of(row, f"/appraisals/{index}") for index, row in enumerate(body.appraisals)]
    written = await use_cases.write_appraisals(connection, caller, code, unit, entries, received_at)
    return {"unit": unit, "appraised": written}


@router.post("/appraisal-completion", **guarded(Action.ASSESSMENT_APPRAISE))
async def post_completion(
    code: str, unit: str, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, str]:
    """Send the unit's appraisal to the council."""
    await use_cases.complete_appraisal(connection, caller, code, unit, received_at)
    return {"unit": unit, "status": "appraised"}


@router.get("", **guarded(Action.ASSESSMENT_READ), responses=reply_example(examples.ASSESSMENT))
async def get_assessment(
    response: Response, code: str, unit: str, caller: Caller, connection: Read, received_at: ReceivedAt
) -> dict[str, Any]:
    """Claims, evidence and, for those who may see them, appraisals. The ETag is what If-Match expects."""
    authorize_unit(caller, Action.ASSESSMENT_READ, unit)
    period = await store.read_period(connection, code)
    bound = await store.read_unit(connection, period.id, unit)
    response.headers["ETag"] = version_tag(bound.version)
    made = await act_store.read_acts(connection, period.id, unit)
    if unit in caller.units:
        shown = stages_shown(period.state, period.windows, unit, received_at)
        framework = (await frameworks.read_by_ids(connection, [bound.framework_id]))[0].parsed
        surveyed = {leaf.key for leaf in framework.leaves if leaf.source == "survey"}
        # What a survey gave is told with the published edition, not before.
        made = [act for act in made if act.stage in shown and act.leaf not in surveyed]
    return {
        "unit": unit,
        "name": bound.facts["name"],
        "form": bound.form,
        "status": bound.status,
        "version": bound.version,
        "receipt": bound.receipt,
        "leaves": [
            {"leaf": leaf, "claimed": _shown(stand.claimed), "appraised": _shown(stand.counting)}
            for (_, leaf), stand in sorted(stands(made).items(), key=_place)
        ],
        "evidence": [
            {"id": str(file.id), "title": file.title, "number": file.number, "digest": file.digest}
            for file in await act_store.read_evidence(connection, period.id, unit)
        ],
    }


def _place(row: tuple[tuple[str, str], LeafStand]) -> tuple[str, str]:
    return row[0]


def _shown(act: Act | None) -> dict[str, Any] | None:
    if act is None:
        return None
    return {
        "value": act.value,
        "points": None if act.points is None else str(act.points),
        "not_applicable": act.not_applicable,
        "reason": act.reason,
        "narrative": act.narrative,
        "evidence": [str(file) for file in act.evidence],
    }
