"""Routes of periods and of what units, appraisers and the council write into them."""

from scoring_api.assessment.http import appraisals, claims, council, evidence, internal, periods, sheet

routers = (
    periods.router,
    evidence.router,
    claims.router,
    appraisals.router,
    sheet.router,
    council.router,
    internal.router,
)
