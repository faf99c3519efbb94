"""Routes of editions."""

from scoring_api.publication.http import editions, internal, packs, periods, printed

routers = [periods.router, editions.router, printed.router, packs.router, internal.router]
