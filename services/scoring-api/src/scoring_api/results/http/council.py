"""Routes of what the council looks at before it decides: disputed leaves, and a tally that waits."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field, StrictBool

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Label, exampled
from scoring_api.results.http import council_examples as examples
from scoring_api.results.use_cases.choosing import choose_tally, read_choice
from scoring_api.results.use_cases.disputes import read_disputes

router = APIRouter(prefix="/api/v1/periods/{code}/council", tags=["council"], route_class=UnitOfWorkRoute)


class TallyBody(Body):
    """What the council makes of a newer tally («bản tổng hợp phiếu mới»): adopted or left, and why."""

    model_config = exampled(
        {
            "digest": examples.DIGEST,
            "adopt": True,
            "reason": "Bưu điện tỉnh bổ sung túi phiếu bị sót, đã lập biên bản bàn giao.",
        }
    )

    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
    adopt: StrictBool
    reason: Label


@router.get("/disputes", **guarded(Action.COUNCIL_DECIDE), responses=reply_example(examples.DISPUTES))
async def get_disputes(
    code: str,
    connection: Read,
    unit: Annotated[str, Query(max_length=80)] = "",
    undecided: Annotated[bool, Query(description="Only what the council has not decided yet")] = False,  # noqa: FBT002 — a query parameter
) -> dict[str, Any]:
    """Leaves with both sides: claim and appraisal differ, explained, complained of, or undecided.

    A rating that the decision's text does not cover stands there without a leaf.
    """
    return await read_disputes(connection, code, unit=unit, undecided=undecided)


@router.get("/tally", **guarded(Action.COUNCIL_DECIDE), responses=reply_example(examples.TALLY))
async def get_tally(code: str, connection: Read) -> dict[str, Any]:
    """The tally that counts, a newer one that waits, and what adopting it would change."""
    return await read_choice(connection, code)


@router.post(
    "/tally",
    **guarded(Action.COUNCIL_DECIDE),
    responses=reply_example({"digest": examples.DIGEST, "adopted": True}),
)
async def post_tally(
    code: str, body: TallyBody, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Adopt the waiting tally, or leave it; both with the reason."""
    await choose_tally(
        connection, caller, code, body.digest, adopt=body.adopt, reason=body.reason, at=received_at
    )
    return {"digest": body.digest, "adopted": body.adopt}
