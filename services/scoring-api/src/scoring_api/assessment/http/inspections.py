"""Routes: files beside a self-assessment: conclusions of inspections of a unit, files of its complaints."""

from typing import Any

from fastapi import APIRouter, Request

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, ReceivedAt, UnitOfWorkRoute, Write, guarded
from scoring_api.assessment.domain.evidence import INSPECTION
from scoring_api.assessment.http import examples
from scoring_api.assessment.http.assessments import PREFIX
from scoring_api.assessment.http.uploads import (
    BOUNDED,
    SentDay,
    SentFile,
    SentNumber,
    SentTitle,
    shown_upload,
    upload_of,
)
from scoring_api.assessment.use_cases.evidence import add_complaint_file, add_inspection

router = APIRouter(prefix=PREFIX, tags=["assessments"], route_class=UnitOfWorkRoute)


@router.post(
    "/inspections",
    status_code=201,
    **guarded(Action.INSPECTION_WRITE, **BOUNDED),
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
    received_at: ReceivedAt,
    number: SentNumber = "",
    issued_on: SentDay = "",
) -> dict[str, Any]:
    """Register the conclusion of an inspection of the unit, which an appraisal may cite against a claim.

    The unit sees it from the explanation phase on.
    """
    upload = upload_of(request, file, title, number, issued_on, INSPECTION)
    return shown_upload(await add_inspection(connection, caller, code, unit, upload, received_at))


@router.post(
    "/complaints/evidence",
    status_code=201,
    **guarded(Action.COMPLAINT_FILE, **BOUNDED),
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
    upload = upload_of(request, file, title, number, issued_on, "document")
    return shown_upload(await add_complaint_file(connection, caller, code, unit, upload, received_at))
