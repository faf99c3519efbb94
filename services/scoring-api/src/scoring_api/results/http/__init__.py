"""Routes of results before they are published: for the council only."""

from scoring_api.results.http import computation, explanations, robustness, what_if

routers = [computation.router, explanations.router, robustness.router, what_if.router]
