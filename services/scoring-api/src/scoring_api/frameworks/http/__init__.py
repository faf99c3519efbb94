"""Routes of frameworks."""

from scoring_api.frameworks.http import changes, crosswalks, definition, validation, versions

routers = [
    definition.router,
    versions.router,
    validation.router,
    changes.router,
    crosswalks.router,
]
