"""Routes of the issue list: serial ranges printed and issued, and what became of the ballots."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from parindex.auth.policy import Action
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, Moment, Words, exampled
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.ballots.use_cases.issuing import list_ranges, mark_serials, withdraw_ranges
from survey_ingest.campaigns.domain.marks import Mark
from survey_ingest.campaigns.domain.serials import ListedRange, SerialRange, read_range
from survey_ingest.campaigns.store import campaigns, serials
from survey_ingest.campaigns.store.marks import MarkFilter, SerialMark, list_marks
from survey_ingest.campaigns.store.serials import IssueCount

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


class WithdrawalBody(Body):
    """Ranges as they are listed, and why they were listed by mistake («rút dải số đã ghi nhầm»)."""

    model_config = exampled(
        {
            "ranges": [{"first": "SPH-0001", "last": "SPH-0135", "batch": "sph-thanh-ha"}],
            "reason": "Ghi nhầm túi: dải này phát cho huyện Kinh Môn.",
        }
    )

    ranges: Annotated[list[RangeBody], Field(min_length=1, max_length=500)]
    reason: Label


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


class WithdrawnReply(ListedRangeReply):
    reason: str
    withdrawn_by: str
    withdrawn_at: Moment


class IssueReply(BaseModel):
    """The issue list: ranges in the order of their numbers, what became of the ballots of each batch, and the
    ranges that were taken back.
    """

    model_config = exampled(
        {
            "ranges": [
                {"first": "SPH-0001", "last": "SPH-1620", "ballots": 1620, "batch": None},
                {"first": "SPH-0001", "last": "SPH-0135", "ballots": 135, "batch": "sph-thanh-ha"},
            ],
            "batches": [
                {"batch": "sph-thanh-ha", "issued": 135, "returned": 133, "spoiled": 1, "missing": 1}
            ],
            "withdrawn": [
                {
                    "first": "SPH-0136",
                    "last": "SPH-0270",
                    "ballots": 135,
                    "batch": "sph-thanh-ha",
                    "reason": "Ghi nhầm túi.",
                    "withdrawn_by": "phu-trach-dieu-tra",
                    "withdrawn_at": "2022-12-20T09:00:00+07:00",
                }
            ],
        }
    )

    ranges: list[ListedRangeReply]
    batches: list[IssueCount]
    withdrawn: list[WithdrawnReply]


class MarkListReply(BaseModel):
    """What became of ballots, by serial; the serial of the last one, sent as `after`, gives the next page."""

    model_config = exampled(
        {
            "marks": [
                {
                    "serial": "SPH-0135",
                    "batch": "sph-thanh-ha",
                    "status": "missing",
                    "reason": "Người dân không trả lại phiếu.",
                    "marked_by": "giam-sat-thanh-ha",
                    "marked_at": "2023-01-28T08:00:00+07:00",
                }
            ]
        }
    )

    marks: list[SerialMark]


class MarkedReply(BaseModel):
    marked: int


@router.post("/{code}/issues", status_code=201, **guarded(Action.SERIAL_WRITE))
async def post_issues(code: str, body: IssueBody, caller: Caller, connection: Write) -> IssueReply:
    """List ranges printed or issued, all or none; no number stands in two ranges."""
    await list_ranges(connection, caller, code, _ranges(body.ranges))
    return await _issues(connection, code)


@router.post("/{code}/issues/withdrawals", status_code=201, **guarded(Action.SERIAL_WRITE))
async def post_withdrawals(code: str, body: WithdrawalBody, caller: Caller, connection: Write) -> IssueReply:
    """Take back ranges listed by mistake, all or none; refused once a ballot of them is keyed or marked."""
    await withdraw_ranges(connection, caller, code, _ranges(body.ranges), body.reason)
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


@router.get("/{code}/issues/marks", **guarded(Action.CAMPAIGN_READ))
async def get_marks(
    code: str,
    connection: Read,
    batch: Annotated[Code | None, Query(max_length=80)] = None,
    status: Literal["returned", "spoiled", "missing"] | None = None,
    after: Annotated[str, Query(max_length=80)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> MarkListReply:
    """The latest mark of each ballot that has one, with its reason."""
    found = await campaigns.read_campaign(connection, code)
    listed = await list_marks(connection, found.id, MarkFilter(batch, status), after, limit)
    return MarkListReply(marks=listed)


def _ranges(bodies: Sequence[RangeBody]) -> list[ListedRange]:
    """Raises DomainError `issue_invalid` with everything that is no range."""
    faults: list[Fault] = []
    found = [
        ListedRange(run, item.batch)
        for index, item in enumerate(bodies)
        if (run := _range(f"/ranges/{index}", item.first, item.last, faults))
    ]
    if faults:
        raise DomainError("issue_invalid", {"count": len(faults)}, tuple(faults))
    return found


def _range(at: str, first: str, last: str, faults: list[Fault]) -> SerialRange | None:
    try:
        return read_range(first, last)
    except ValueError as error:
        faults.append(Fault(f"{at}/first", "range_malformed", str(error)))
        return None


async def _issues(connection: Read, code: str) -> IssueReply:
    found = await campaigns.read_campaign(connection, code)
    return IssueReply(
        ranges=[ListedRangeReply(**_shown(item)) for item in await serials.read_ranges(connection, found.id)],
        batches=await serials.count_issues(connection, found.id),
        withdrawn=[
            WithdrawnReply(
                **_shown(item.listed),
                reason=item.reason,
                withdrawn_by=item.withdrawn_by,
                withdrawn_at=item.withdrawn_at,
            )
            for item in await serials.read_withdrawn(connection, found.id)
        ],
    )


def _shown(item: ListedRange) -> dict[str, Any]:
    ends = item.serials
    return {
        "first": ends.serial(ends.first),
        "last": ends.serial(ends.last),
        "ballots": ends.size,
        "batch": item.batch,
    }
