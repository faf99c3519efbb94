"""Routes of frameworks."""

from scoring_api.frameworks.http import versions

routers = [versions.router]
