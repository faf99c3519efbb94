"""Routes of results before they are published: for the council only."""

from typing import Any

from fastapi import APIRouter

from parindex.auth.policy import Action
from parindex.http.routing import Read, UnitOfWorkRoute, guarded
from parindex.kernel.errors import DomainError
from scoring_api.results import store

router = APIRouter(prefix="/api/v1/periods", tags=["periods"], route_class=UnitOfWorkRoute)


@router.get("/{code}/computation", **guarded(Action.COUNCIL_DECIDE))
async def get_computation(code: str, connection: Read) -> dict[str, Any]:
    """The newest computation: points, percents, ranks, bands and ratings as they stand now."""
    found = await store.latest_computation(connection, code)
    if found is None:
        raise DomainError("computation_missing", {"period": code})
    return found
