"""How firm the standing of a period is under the sampling error of its survey: for the council only."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Read, UnitOfWorkRoute, guarded
from scoring_api.results.domain.robustness import MOST_DRAWS
from scoring_api.results.use_cases.computing import read_inputs
from scoring_api.results.use_cases.sensitivity import sensitivity

router = APIRouter(prefix="/api/v1/periods", tags=["periods"], route_class=UnitOfWorkRoute)

_EXAMPLE = {
    "period": "2022",
    "state": "council",
    "tally": "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c",
    "method": "normal_per_group",
    "draws": 1000,
    "seed": 1,
    "interval": {"low": 5, "high": 95},
    "units": [
        {
            "unit": "so-noi-vu",
            "name": "Sở Nội vụ",
            "framework": "hai-duong-2022-so",
            "rank": 4,
            "rank_low": 3,
            "rank_median": 4,
            "rank_high": 6,
            "standard_error": "0.4127",
            "bands": [
                {"band": "tu-90", "runs": 41, "share": "0.041"},
                {"band": "80-duoi-90", "runs": 959, "share": "0.959"},
                {"band": "duoi-80", "runs": 0, "share": "0"},
            ],
            "moving": ["II/1/1.1", "II/2/2.1"],
        }
    ],
}


@router.get("/{code}/robustness", **guarded(Action.COUNCIL_DECIDE), responses=reply_example(_EXAMPLE))
async def get_robustness(
    code: str,
    connection: Read,
    draws: Annotated[int, Query(ge=1, le=MOST_DRAWS)] = 1000,
    seed: Annotated[int, Query(ge=0, le=2_147_483_647)] = 1,
) -> dict[str, Any]:
    """Ranks and bands when the survey is drawn again and again; no part of the result or of its pack.

    Per unit the 5th and 95th percentile of its rank, its median, the runs in each band and the standard
    error of its percent. The same seed gives the same figures.
    """
    inputs = await read_inputs(connection, code)
    return await asyncio.to_thread(sensitivity, inputs, draws, seed)
