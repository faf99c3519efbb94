"""A framework as the XLSX table that provinces print: downloaded, edited in a spreadsheet, drafted from."""

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Request, Response, UploadFile

from parindex.auth.policy import Action
from parindex.http.conditional import represent
from parindex.http.routing import NEVER_REPLAYED, Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.kernel.errors import DomainError
from scoring_api.frameworks.http.sight import VersionNumber, read_shown
from scoring_api.frameworks.http.validation import ValidationReply, validation_reply
from scoring_api.frameworks.http.versions import FrameworkReply, framework_reply
from scoring_api.frameworks.use_cases import drafting
from scoring_api.frameworks.use_cases.workbook import MEDIA_TYPE, write_workbook
from scoring_api.frameworks.use_cases.workbook_reading import read_definition

router = APIRouter(prefix="/api/v1/frameworks", tags=["frameworks"], route_class=UnitOfWorkRoute)

Workbook = Annotated[UploadFile, File(description="XLSX, lập theo tệp tải về từ một phiên bản")]


@router.get(
    "/{code}/versions/{version}/workbook",
    **guarded(Action.FRAMEWORK_READ),
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_workbook(
    request: Request, code: str, version: VersionNumber, caller: Caller, connection: Read
) -> Response:
    """The whole definition as XLSX; posted back it drafts the same definition."""
    found = await read_shown(connection, caller, code, version)
    reply = represent(request, await asyncio.to_thread(write_workbook, found.data), MEDIA_TYPE)
    name = quote(f"{code}-{version}.xlsx")
    reply.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return reply


@router.post("/workbook", status_code=201, **guarded(Action.FRAMEWORK_WRITE))
async def post_workbook(file: Workbook, caller: Caller, connection: Write) -> FrameworkReply:
    """Draft the next version from XLSX; every fault is named at once with its sheet, row and column."""
    definition, faults = await read_definition(await file.read())
    if faults:
        raise DomainError("framework_invalid", {"count": len(faults)}, faults)
    return framework_reply(await drafting.draft_framework(connection, caller, definition))


@router.post("/workbook/validate", **guarded(Action.FRAMEWORK_WRITE, **NEVER_REPLAYED))
async def post_workbook_validate(file: Workbook) -> ValidationReply:
    """Check an XLSX without storing it: its faults by sheet, row and column, and what hinders publishing."""
    definition, faults = await read_definition(await file.read())
    framework, _ = drafting.read_definition(definition) if not faults else (None, ())
    return validation_reply(framework, faults)
