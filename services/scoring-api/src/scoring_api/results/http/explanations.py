"""Where a figure of a running period comes from: for those who judge it, and for the unit in its time."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, ReceivedAt, UnitOfWorkRoute, guarded
from scoring_api.results.http.explanation_example import EXPLAINED, LINEAGE
from scoring_api.results.use_cases.explanations import explain_node

router = APIRouter(prefix="/api/v1/periods", tags=["periods"], route_class=UnitOfWorkRoute)

NodeKey = Annotated[
    str, Query(max_length=500, description="Key of a node, as `I/1/1.1/1.1.1`; empty for the total")
]
_EXAMPLE = {"period": "2022", "state": "council", **EXPLAINED, **LINEAGE}


@router.get(
    "/{code}/units/{unit}/explanation",
    **guarded(Action.ASSESSMENT_READ),
    responses=reply_example(_EXAMPLE),
)
async def get_explanation(
    code: str, unit: str, caller: Caller, connection: Read, received_at: ReceivedAt, node: NodeKey = ""
) -> dict[str, Any]:
    """Where the points of a node come from: inputs, measure, line of the scale, acts, files, survey cells.

    Contributions add up exactly; their keys are the nodes to ask for next. A unit sees its appraised leaves
    from the explanation phase on, sums and survey points in a provisional result with a complaint window.
    """
    return await explain_node(connection, caller, code, unit, node, received_at)
