"""Routes of who looks on: differences to decide, for the supervisor of the office and the manager."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from parindex.auth.policy import Action, Scope
from parindex.auth.principal import Principal, authorize
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, exampled
from parindex.kernel.clocks import system_time
from survey_ingest.campaigns.store import campaigns
from survey_ingest.double_entry.http.entries import Answer, SecondReceiptReply, reply_of
from survey_ingest.double_entry.store.differences import ListedDifference, Wanted, list_differences
from survey_ingest.double_entry.use_cases.settling import Ruling, decide

router = APIRouter(prefix="/api/v1/campaigns", tags=["double entry"], route_class=UnitOfWorkRoute)


class DecisionBody(Body):
    """What stands on the paper, and why it is read so («kết luận chỗ lệch»)."""

    model_config = exampled({"value": 3, "reason": "Phiếu giấy đánh dấu mức 3, có gạch bỏ mức 2."})

    value: Answer
    reason: Label


class DifferencesReply(BaseModel):
    """Differences by serial; no value of one that its second clerk has still to write again.

    `next`: the `after` of the next page, null on the last.
    """

    model_config = exampled(
        {
            "differences": [
                {
                    "ballot": "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42",
                    "serial": "SPH-0001",
                    "batch": "sph-thanh-pho-hai-duong",
                    "position": "19",
                    "state": "to_decide",
                    "first": "3",
                    "second": "2",
                    "rekeyed": "2",
                    "settled": None,
                    "reason": None,
                    "first_clerk": "nhap-lieu-01",
                    "second_clerk": "nhap-lieu-02",
                }
            ],
            "next": None,
        }
    )

    differences: list[ListedDifference]
    next: str | None


def offices_of(caller: Principal, action: Action) -> list[str] | None:
    """The offices whose batches the caller may see; None: all of them."""
    bounded = authorize(caller, action) is Scope.OWN_OFFICE and caller.offices
    return sorted(caller.offices) if bounded else None


@router.get("/{code}/differences", **guarded(Action.ENTRY_REVIEW))
async def get_differences(
    code: str,
    caller: Caller,
    connection: Read,
    batch: Annotated[Code | None, Query()] = None,
    state: Annotated[Literal["to_rekey", "to_decide", "settled"] | None, Query()] = None,
    after: Annotated[str, Query(max_length=100, pattern="^([^:]+:[^:]+)?$")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> DifferencesReply:
    """Where two entries of a ballot differ, with what was written again and what was decided."""
    found = await campaigns.read_campaign(connection, code)
    serial, _, position = after.partition(":")
    wanted = Wanted(
        offices=offices_of(caller, Action.ENTRY_REVIEW),
        batch=batch,
        state=state,
        after=(serial, position),
        limit=limit,
        at=system_time(),
    )
    listed = await list_differences(connection, found.id, wanted)
    is_full = len(listed) == limit
    return DifferencesReply(
        differences=listed, next=f"{listed[-1].serial}:{listed[-1].position}" if is_full else None
    )


@router.post("/{code}/differences/{ballot}/{position}/decision", **guarded(Action.ENTRY_DECIDE))
async def post_decision(
    code: str,
    ballot: UUID,
    position: Annotated[str, Path(pattern=r"^(group|unit|[0-9]{1,5})$")],
    body: DecisionBody,
    caller: Caller,
    connection: Write,
) -> SecondReceiptReply:
    """Settle a field that the second clerk's re-keying left open; the ballot follows once all are settled."""
    ruling = Ruling(body.value, body.reason)
    return reply_of(await decide(connection, caller, code, ballot, position, ruling))
