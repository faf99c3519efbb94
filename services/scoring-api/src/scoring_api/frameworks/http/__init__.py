"""Routes of frameworks."""

from scoring_api.frameworks.http import changes, crosswalks, definition, validation, versions, workbook

routers = [
    definition.router,
    versions.router,
    validation.router,
    workbook.router,
    changes.router,
    crosswalks.router,
]
