"""Routes of editions."""

from scoring_api.publication.http import (
    corrections,
    editions,
    explanations,
    figures,
    internal,
    packs,
    periods,
    printed,
)

routers = [
    periods.router,
    corrections.router,
    corrections.editions,
    editions.router,
    figures.router,
    figures.unit_router,
    printed.router,
    packs.router,
    explanations.router,
    internal.router,
]
