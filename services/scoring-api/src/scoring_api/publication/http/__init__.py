"""Routes of editions."""

from scoring_api.publication.http import editions, explanations, internal, packs, periods, printed

routers = [
    periods.router,
    editions.router,
    printed.router,
    packs.router,
    explanations.router,
    internal.router,
]
