"""Routes of editions."""

from scoring_api.publication.http import editions, internal, periods, printed

routers = [periods.router, editions.router, printed.router, internal.router]
