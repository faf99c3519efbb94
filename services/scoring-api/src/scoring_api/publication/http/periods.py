"""The last step of a period."""

from typing import Any

from fastapi import APIRouter, Request

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, ReceivedAt, UnitOfWorkRoute, Write, guarded
from scoring_api.publication.http.examples import FINALIZED
from scoring_api.publication.use_cases.finalizing import finalize_period
from scoring_api.publication.use_cases.freezing import Office

router = APIRouter(prefix="/api/v1/periods", tags=["periods"], route_class=UnitOfWorkRoute)


@router.post(
    "/{code}/finalize",
    status_code=201,
    **guarded(Action.PERIOD_FINALIZE),
    responses=reply_example(FINALIZED, 201),
)
async def post_finalize(
    request: Request, code: str, caller: Caller, connection: Write, received_at: ReceivedAt
) -> dict[str, Any]:
    """Fix the result as an edition; the documents follow by themselves."""
    state = request.app.state
    office = Office(key=state.signing_key, base_url=state.settings.scoring_url)
    return await finalize_period(connection, caller, code, received_at, office)
