"""Routes of file imports: upload, then watch the progress."""

import json
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Code
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.store import campaigns
from survey_ingest.imports.domain.rows import RowFault
from survey_ingest.imports.store import files
from survey_ingest.imports.use_cases import Upload, request_import

router = APIRouter(prefix="/api/v1/campaigns", tags=["imports"], route_class=UnitOfWorkRoute)


class ImportReply(BaseModel):
    id: UUID
    repeated: bool
    """Whether the same file was there before: then this is the earlier import."""


class ProgressReply(BaseModel):
    """How far an import is, and how it ended: `done`, or `refused` with nothing stored."""

    id: UUID
    batch: str
    file_name: str
    digest: str
    mode: str
    atomic: str
    state: str
    total: int
    done: int
    valid: int
    invalid: int
    held: int
    repeated: int
    bad_rows: int
    error_count: int
    errors: list[RowFault]
    requested_at: datetime
    finished_at: datetime | None


def _mapping(text: str) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict) and all(
        isinstance(value, str) and "\0" not in column + value for column, value in found.items()
    ):
        return found
    fault = Fault("/mapping", "mapping_unreadable", "phải là đối tượng JSON: tên cột → trường")
    raise DomainError("import_invalid", {"count": 1}, (fault,))


@router.post("/{code}/imports", status_code=202, **guarded(Action.IMPORT_WRITE))
async def post_import(
    code: str,
    caller: Caller,
    connection: Write,
    reply: Response,
    file: Annotated[UploadFile, File(description="CSV, UTF-8, a header, a ballot a row")],
    batch: Annotated[Code, Form(examples=["sps-tinh"])],
    questionnaire: Annotated[Code, Form(examples=["sipas-so"])],
    group: Annotated[Code, Form(examples=["nguoi-dan-doanh-nghiep"])] = "",
    mapping: Annotated[
        str,
        Form(description="JSON: column → field", examples=['{"Số phiếu": "serial", "Đơn vị": "unit"}']),
    ] = "",
    mode: Annotated[Literal["validate", "commit"], Form(examples=["commit"])] = "commit",
    atomic: Annotated[Literal["all", "row"], Form(examples=["all"])] = "all",
) -> ImportReply:
    """Take a CSV of ballots for one batch; 200 and the earlier import when the file was sent before."""
    upload = Upload(
        batch=batch,
        questionnaire=questionnaire,
        group=group,
        mapping=_mapping(mapping),
        mode=mode,
        atomic=atomic,
        file_name=file.filename or "",
        content=await file.read(),
    )
    import_id, repeated = await request_import(connection, caller, code, upload)
    reply.status_code = 200 if repeated else 202
    reply.headers["Location"] = f"/api/v1/campaigns/{code}/imports/{import_id}"
    return ImportReply(id=import_id, repeated=repeated)


@router.get("/{code}/imports/{import_id}", **guarded(Action.CAMPAIGN_READ))
async def get_import(code: str, import_id: UUID, connection: Read) -> ProgressReply:
    """Progress, outcome and the first thousand errors."""
    found = await campaigns.read_campaign(connection, code)
    job = await files.read_import(connection, import_id)
    if job.campaign_id != found.id:
        raise DomainError("import_unknown", {"import_id": str(import_id)})
    errors = await files.read_errors(connection, import_id)
    shown = {name: getattr(job, name) for name in ProgressReply.model_fields if name != "errors"}
    return ProgressReply(**shown, errors=errors)
