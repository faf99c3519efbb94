"""Routes of periods and of what units, appraisers and the council write into them."""

from scoring_api.assessment.http import (
    appraisals,
    claims,
    complaints,
    council,
    evidence,
    internal,
    periods,
    sheet,
    submissions,
)

routers = (
    periods.router,
    evidence.router,
    claims.router,
    submissions.router,
    appraisals.router,
    sheet.router,
    council.router,
    complaints.router,
    internal.router,
)
