"""Routes of results before they are published: for the council only."""

from scoring_api.results.http import computation

routers = [computation.router]
