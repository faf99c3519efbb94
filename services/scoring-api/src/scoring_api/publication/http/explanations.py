"""Where a figure of an edition comes from, computed from its frozen public pack: the same for everybody."""

from fastapi import APIRouter, Request, Response

from parindex.auth.policy import Action
from parindex.http.conditional import represent
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, guarded
from parindex.kernel.canonical import canonical_bytes
from scoring_api.publication.http.editions import EditionNumber, cache_of, published_only
from scoring_api.publication.store import reading
from scoring_api.publication.use_cases.explanations import explain_edition
from scoring_api.results.http.explanation_example import DIGEST, EXPLAINED
from scoring_api.results.http.explanations import NodeKey

router = APIRouter(prefix="/api/v1/editions", tags=["editions"], route_class=UnitOfWorkRoute)

_EXAMPLE = {"period": "2022", "edition": 1, "pack_digest": DIGEST, **EXPLAINED, "correction": None}


@router.get(
    "/{period}/{number}/units/{unit}/explanation",
    **guarded(Action.EDITION_READ),
    responses=reply_example(_EXAMPLE),
)
async def get_explanation(
    request: Request,
    period: str,
    number: EditionNumber,
    unit: str,
    caller: Caller,
    connection: Read,
    node: NodeKey = "",
) -> Response:
    """Where the points of a node come from: inputs, measure, line of the scale, survey cells.

    Contributions add up exactly; their keys are the nodes to ask for next. Counts of too few answers stay
    withheld.
    """
    shown = published_only(caller)
    edition = await reading.read_signature(connection, period, number, published_only=shown)
    found = await explain_edition(connection, period, number, unit, node)
    return represent(request, canonical_bytes(found), cache=cache_of(edition.published_at))
