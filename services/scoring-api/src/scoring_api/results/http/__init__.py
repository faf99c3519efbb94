"""Routes of results before they are published: for the council only."""

from scoring_api.results.http import (
    claimed_points,
    computation,
    council,
    explanations,
    preconditions,
    robustness,
    what_if,
)

routers = [
    claimed_points.router,
    computation.router,
    council.router,
    explanations.router,
    preconditions.router,
    robustness.router,
    what_if.router,
]
