"""The computation of a period, and its release as the provisional result."""

from typing import Any

from fastapi import APIRouter

from parindex.auth.policy import Action
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.kernel.errors import DomainError
from scoring_api.results import store
from scoring_api.results.use_cases.computing import release_provisional

router = APIRouter(prefix="/api/v1/periods", tags=["periods"], route_class=UnitOfWorkRoute)


@router.post("/{code}/provisional", **guarded(Action.COUNCIL_DECIDE))
async def post_provisional(code: str, caller: Caller, connection: Write) -> dict[str, Any]:
    """Release the provisional result: the index table as the council left it."""
    units = await release_provisional(connection, caller, code)
    return {"code": code, "state": "provisional", "units": units}


@router.get("/{code}/computation", **guarded(Action.COUNCIL_DECIDE))
async def get_computation(code: str, connection: Read) -> dict[str, Any]:
    """The newest computation: points, percents, ranks, bands and ratings as they stand now.

    `tally` was counted; `requested_tally` is another one if it came after the council had pinned its own.
    """
    found = await store.latest_computation(connection, code)
    if found is None:
        raise DomainError("computation_missing", {"period": code})
    return found
