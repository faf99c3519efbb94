"""Routes of the issue list: serial ranges printed and issued, and what became of the ballots."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from parindex.auth.policy import Action
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Words, exampled
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.serials import ListedRange, Mark, SerialRange, read_range
from survey_ingest.campaigns.store import campaigns, serials
from survey_ingest.campaigns.store.serials import IssueCount
from survey_ingest.campaigns.use_cases.serials import list_ranges, mark_serials

router = APIRouter(prefix="/api/v1/campaigns", tags=["serials"], route_class=UnitOfWorkRoute)

Serial = Annotated[str, Field(min_length=1, max_length=80)]


class RangeBody(Body):
    """Consecutive serials; without a batch they are printed, with one they are issued to it."""

    first: Serial
    last: Serial
    batch: Code | None = None


class IssueBody(Body):
    """Serial ranges as they are printed or issued («danh mục số phiếu»)."""

    model_config = exampled(
        {
            "ranges": [
                {"first": "SPH-0001", "last": "SPH-1620"},
                {"first": "SPH-0001", "last": "SPH-0135", "batch": "sph-thanh-ha"},
            ]
        }
    )

    ranges: Annotated[list[RangeBody], Field(min_length=1, max_length=500)]


class MarkBody(Body):
    first: Serial
    last: Serial | None = None
    status: Literal["returned", "spoiled", "missing"]
    reason: Words = ""


class MarksBody(Body):
    """What became of ballots («tình trạng phiếu»); a spoiled or missing one needs a reason."""

    model_config = exampled(
        {
            "marks": [
                {"first": "SPH-0001", "last": "SPH-0133", "status": "returned"},
                {"first": "SPH-0134", "status": "spoiled", "reason": "Phiếu rách, không đọc được."},
                {"first": "SPH-0135", "status": "missing", "reason": "Người dân không trả lại phiếu."},
            ]
        }
    )

    marks: Annotated[list[MarkBody], Field(min_length=1, max_length=500)]


class ListedRangeReply(BaseModel):
    first: str
    last: str
    ballots: int
    batch: str | None


class IssueReply(BaseModel):
    """The issue list: ranges in the order of their numbers, and what became of the ballots of each batch."""

    model_config = exampled(
        {
            "ranges": [
                {"first": "SPH-0001", "last": "SPH-1620", "ballots": 1620, "batch": None},
                {"first": "SPH-0001", "last": "SPH-0135", "ballots": 135, "batch": "sph-thanh-ha"},
            ],
            "batches": [
                {"batch": "sph-thanh-ha", "issued": 135, "returned": 133, "spoiled": 1, "missing": 1}
            ],
        }
    )

    ranges: list[ListedRangeReply]
    batches: list[IssueCount]


class MarkedReply(BaseModel):
    marked: int


@router.post("/{code}/issues", status_code=201, **guarded(Action.SERIAL_WRITE))
async def post_issues(code: str, body: IssueBody, caller: Caller, connection: Write) -> IssueReply:
    """List ranges printed or issued, all or none; no number stands in two ranges."""
    faults: list[Fault] = []
    new = [
        ListedRange(found, item.batch)
        for index, item in enumerate(body.ranges)
        if (found := _range(f"/ranges/{index}", item.first, item.last, faults))
    ]
    if faults:
        raise DomainError("issue_invalid", {"count": len(faults)}, tuple(faults))
    await list_ranges(connection, caller, code, new)
    return await _issues(connection, code)


@router.get("/{code}/issues", **guarded(Action.CAMPAIGN_READ))
async def get_issues(code: str, connection: Read) -> IssueReply:
    """Ranges printed and issued, and how many ballots of each batch came back, spoiled or got lost."""
    return await _issues(connection, code)


@router.post("/{code}/issues/marks", status_code=201, **guarded(Action.SERIAL_WRITE))
async def post_marks(code: str, body: MarksBody, caller: Caller, connection: Write) -> MarkedReply:
    """Note what became of ballots; the latest mark of a serial counts, the earlier ones stay on record."""
    faults: list[Fault] = []
    marks = [
        Mark(found, item.status, item.reason)
        for index, item in enumerate(body.marks)
        if (found := _range(f"/marks/{index}", item.first, item.last or item.first, faults))
    ]
    if faults:
        raise DomainError("marks_invalid", {"count": len(faults)}, tuple(faults))
    return MarkedReply(marked=await mark_serials(connection, caller, code, marks))


def _range(at: str, first: str, last: str, faults: list[Fault]) -> SerialRange | None:
    try:
        return read_range(first, last)
    except ValueError as error:
        faults.append(Fault(f"{at}/first", "range_malformed", str(error)))
        return None


async def _issues(connection: Read, code: str) -> IssueReply:
    found = await campaigns.read_campaign(connection, code)
    return IssueReply(
        ranges=[
            ListedRangeReply(
                first=item.serials.serial(item.serials.first),
                last=item.serials.serial(item.serials.last),
                ballots=item.serials.size,
                batch=item.batch,
            )
            for item in await serials.read_ranges(connection, found.id)
        ],
        batches=await serials.count_issues(connection, found.id),
    )
