"""Routes for the other services: the frozen result."""

from fastapi import APIRouter, Request, Response

from parindex.auth.policy import Action
from parindex.http.conditional import IMMUTABLE, represent_tagged
from parindex.http.routing import Read, UnitOfWorkRoute, guarded
from scoring_api.publication.http.editions import EditionNumber
from scoring_api.publication.store import reading

router = APIRouter(prefix="/internal/editions", tags=["internal"], route_class=UnitOfWorkRoute)


@router.get("/{period}/{number}", **guarded(Action.INTERNAL_READ))
async def get_result(request: Request, period: str, number: EditionNumber, connection: Read) -> Response:
    """Canonical bytes of the whole result, published or not."""
    row = await reading.read_content(connection, period, number, published_only=False)
    return represent_tagged(request, row.content, f'"{row.digest[7:39]}"', cache=IMMUTABLE)
