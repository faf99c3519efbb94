"""The computation of a period, and its release as the provisional result."""

from typing import Any

from fastapi import APIRouter

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, Write, guarded
from parindex.kernel.errors import DomainError
from scoring_api.results import store
from scoring_api.results.http.council_examples import PROVISIONAL
from scoring_api.results.use_cases.provisional import read_provisional, release_provisional

router = APIRouter(prefix="/api/v1/periods", tags=["periods"], route_class=UnitOfWorkRoute)


@router.post("/{code}/provisional", **guarded(Action.COUNCIL_DECIDE))
async def post_provisional(code: str, caller: Caller, connection: Write) -> dict[str, Any]:
    """Release the provisional result: the index table as the council left it."""
    units = await release_provisional(connection, caller, code)
    return {"code": code, "state": "provisional", "units": units}


@router.get("/{code}/provisional", **guarded(Action.ASSESSMENT_READ), responses=reply_example(PROVISIONAL))
async def get_provisional(
    code: str, caller: Caller, connection: Read, received_at: ReceivedAt
) -> dict[str, Any]:
    """The provisional result: every unit for those who judge, its own row for a unit that may complain."""
    return await read_provisional(connection, caller, code, received_at)


@router.get("/{code}/computation", **guarded(Action.COUNCIL_DECIDE))
async def get_computation(code: str, connection: Read) -> dict[str, Any]:
    """The newest computation: points, percents, ranks, bands and ratings as they stand now.

    `tally` was counted; `requested_tally` is another one if it came after the council had pinned its own.
    """
    found = await store.latest_computation(connection, code)
    if found is None:
        raise DomainError("computation_missing", {"period": code})
    return found
