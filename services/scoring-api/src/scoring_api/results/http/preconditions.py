"""Route: what is still to do before the next steps of a period."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Read, ReceivedAt, UnitOfWorkRoute, guarded
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.domain.preconditions import NEXT_STEPS
from scoring_api.assessment.store import periods
from scoring_api.results.use_cases.outstanding import read_unmet

router = APIRouter(prefix="/api/v1/periods/{code}", tags=["progress"], route_class=UnitOfWorkRoute)
Step = Literal["open", "council", "provisional", "finalize"]
PRECONDITIONS = {
    "code": "2022",
    "state": "open",
    "next": "council",
    "server_time": "2023-01-16T21:00:00+07:00",
    "unmet": [
        {
            "step": "council",
            "pointer": "/units/so-y-te",
            "code": "appraisal_incomplete",
            "detail": "đơn vị chưa thẩm định xong",
        },
        {
            "step": "provisional",
            "pointer": "/council/sessions",
            "code": "council_not_held",
            "detail": "chưa có biên bản họp Hội đồng",
        },
    ],
}


@router.get("/preconditions", **guarded(Action.PERIOD_FOLLOW), responses=reply_example(PRECONDITIONS))
async def get_preconditions(
    code: str,
    connection: Read,
    received_at: ReceivedAt,
    step: Annotated[list[Step] | None, Query(description="Of these steps alone")] = None,
) -> dict[str, Any]:
    """Every precondition that is not met of the steps that still come; a refused step lists the same."""
    period = await periods.read_period(connection, code)
    found = await read_unmet(connection, period, received_at, step or ())
    return {
        "code": code,
        "state": period.state,
        "next": NEXT_STEPS.get(period.state, ""),
        "server_time": instant_text(received_at),
        "unmet": [{"step": name, **fault.plain()} for name, faults in found.items() for fault in faults],
    }
