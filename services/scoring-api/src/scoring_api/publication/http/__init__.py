"""Routes of editions."""

from scoring_api.publication.http import editions, explanations, figures, internal, packs, periods, printed

routers = [
    periods.router,
    editions.router,
    figures.router,
    figures.unit_router,
    printed.router,
    packs.router,
    explanations.router,
    internal.router,
]
