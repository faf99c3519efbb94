"""Routes of what an import reports: errors by page and as CSV, the rejected rows as a file to correct."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, guarded
from survey_ingest.imports.domain.rows import RowFault
from survey_ingest.imports.store import report
from survey_ingest.imports.use_cases.reporting import errors_csv, rejected_file
from survey_ingest.imports.use_cases.uploading import own_import, read_import

router = APIRouter(prefix="/api/v1/campaigns", tags=["imports"], route_class=UnitOfWorkRoute)


class ErrorPage(BaseModel):
    items: list[RowFault]
    next: str | None
    """What to send as `after` to read on; null at the end."""


@router.get("/{code}/imports/{import_id}/errors", **guarded(Action.CAMPAIGN_READ))
async def get_errors(
    code: str,
    import_id: UUID,
    connection: Read,
    after: Annotated[str, Query(pattern=r"^\d{1,9}-\d{1,18}$")] = "0-0",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> ErrorPage:
    """What is wrong with the file, by row: row 0 is the file itself."""
    job, _ = await read_import(connection, code, import_id)
    row, _, place = after.partition("-")
    found = await report.read_errors(connection, job.id, after=(int(row), int(place)), limit=limit)
    last = found[-1] if len(found) == limit else None
    return ErrorPage(
        items=[item.fault for item in found], next=f"{last.fault.row}-{last.place}" if last else None
    )


@router.get(
    "/{code}/imports/{import_id}/errors.csv", response_class=Response, **guarded(Action.CAMPAIGN_READ)
)
async def get_errors_csv(code: str, import_id: UUID, connection: Read) -> Response:
    """The whole report as CSV: row, column, code, value, message."""
    job, _ = await read_import(connection, code, import_id)
    content = await errors_csv(connection, job.id)
    return _download(content, f"loi-{import_id}.csv", "text/csv; charset=utf-8")


@router.get("/{code}/imports/{import_id}/rejected", response_class=Response, **guarded(Action.IMPORT_WRITE))
async def get_rejected(code: str, import_id: UUID, caller: Caller, connection: Read) -> Response:
    """The rows that were not taken, in the file's own columns: correct them and send them again."""
    job = await own_import(connection, caller, code, import_id)
    content, kind = await rejected_file(connection, job)
    if kind == "jsonl":
        return _download(content, f"dong-loi-{import_id}.jsonl", "application/x-ndjson")
    return _download(content, f"dong-loi-{import_id}.csv", "text/csv; charset=utf-8")


def _download(content: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type=media_type)
