"""Routes of file imports: upload, list, watch the progress, call off."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Code
from parindex.kernel.errors import Fault
from survey_ingest.campaigns.store import campaigns
from survey_ingest.imports.domain.rows import RowFault
from survey_ingest.imports.domain.sources import invalid
from survey_ingest.imports.store import files, report
from survey_ingest.imports.store.files import Import
from survey_ingest.imports.use_cases.uploading import Upload, cancel_import, read_import, request_import

router = APIRouter(prefix="/api/v1/campaigns", tags=["imports"], route_class=UnitOfWorkRoute)
SHOWN_ERRORS = 1000


class EarlierReply(BaseModel):
    """An earlier import of the same bytes, whatever its name was."""

    id: UUID
    batch: str
    file_name: str
    mode: str
    state: str
    requested_at: datetime


class ImportReply(BaseModel):
    id: UUID
    repeated: bool
    """Whether the same file was there before: then this is the earlier import."""
    earlier: list[EarlierReply]


class ListedImport(BaseModel):
    """How far an import is, and how it ended."""

    id: UUID
    batch: str
    source: str
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
    unknown_units: int
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None


class ImportList(BaseModel):
    items: list[ListedImport]
    next: UUID | None
    """What to send as `before` to read on; null at the end."""


class ProgressReply(ListedImport):
    """An import with the scales it was read by and its first thousand errors.

    It ends `done`, `refused` with nothing stored, or `cancelled`; `needs_confirmation` waits for a person to
    say which units some spellings are.
    """

    scales: list[dict[str, Any]]
    errors: list[RowFault]


def _mapping(text: str) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict) and all(
        isinstance(value, str) and "\0" not in column + value for column, value in found.items()
    ):
        return found
    detail = "phải là đối tượng JSON: tên cột → trường"
    raise invalid([Fault("/mapping", "mapping_unreadable", detail)])


@router.post("/{code}/imports", status_code=202, **guarded(Action.IMPORT_WRITE))
async def post_import(
    code: str,
    caller: Caller,
    connection: Write,
    received_at: ReceivedAt,
    reply: Response,
    *,
    file: Annotated[UploadFile, File(description="CSV (UTF-8, UTF-16), XLSX or JSON lines, a ballot a row")],
    batch: Annotated[Code, Form(examples=["sps-tinh"])],
    questionnaire: Annotated[Code, Form(examples=["sipas-so"])],
    group: Annotated[Code, Form(examples=["nguoi-dan-doanh-nghiep"])] = "",
    source: Annotated[Code, Form(description="Whose mapping applies", examples=["cong-dvc"])] = "",
    mapping: Annotated[
        str,
        Form(description="JSON: column → field", examples=['{"Số phiếu": "serial", "Đơn vị": "unit"}']),
    ] = "",
    mode: Annotated[Literal["validate", "commit"], Form(examples=["commit"])] = "commit",
    atomic: Annotated[Literal["all", "row"], Form(examples=["all"])] = "all",
) -> ImportReply:
    """Take a file of ballots for one batch; 200 and the earlier import when the file was sent before."""
    upload = Upload(
        batch=batch,
        questionnaire=questionnaire,
        group=group,
        source=source,
        mapping=_mapping(mapping),
        mode=mode,
        atomic=atomic,
        file_name=file.filename or "",
        content=await file.read(),
        received_at=received_at,
    )
    taken = await request_import(connection, caller, code, upload)
    reply.status_code = 200 if taken.repeated else 202
    reply.headers["Location"] = f"/api/v1/campaigns/{code}/imports/{taken.id}"
    earlier = [EarlierReply(**_shown(job, EarlierReply)) for job in taken.earlier]
    return ImportReply(id=taken.id, repeated=taken.repeated, earlier=earlier)


@router.get("/{code}/imports", **guarded(Action.CAMPAIGN_READ))
async def get_imports(
    code: str,
    connection: Read,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> ImportList:
    """The campaign's imports, latest first."""
    found = await campaigns.read_campaign(connection, code)
    jobs = await files.list_imports(connection, found.id, before=before, limit=limit)
    items = [ListedImport(**_shown(job, ListedImport)) for job in jobs]
    return ImportList(items=items, next=jobs[-1].id if len(jobs) == limit else None)


@router.get("/{code}/imports/{import_id}", **guarded(Action.CAMPAIGN_READ))
async def get_import(code: str, import_id: UUID, connection: Read) -> ProgressReply:
    """Progress, outcome and the first thousand errors."""
    job, _ = await read_import(connection, code, import_id)
    return await _progress(connection, job)


@router.post("/{code}/imports/{import_id}/cancel", **guarded(Action.IMPORT_WRITE))
async def post_cancel(code: str, import_id: UUID, caller: Caller, connection: Write) -> ProgressReply:
    """Call off an import that waits or runs: nothing of it is stored."""
    return await _progress(connection, await cancel_import(connection, caller, code, import_id))


async def _progress(connection: Read, job: Import) -> ProgressReply:
    listed = await report.read_errors(connection, job.id, limit=SHOWN_ERRORS)
    shown = _shown(job, ListedImport)
    return ProgressReply(**shown, scales=job.scales, errors=[item.fault for item in listed])


def _shown(job: Import, model: type[BaseModel]) -> dict[str, Any]:
    return {name: getattr(job, name) for name in model.model_fields}
