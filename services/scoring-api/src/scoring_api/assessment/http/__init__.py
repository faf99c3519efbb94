"""Routes of periods and of what units, appraisers and the council write into them."""

from scoring_api.assessment.http import assess, council, internal, periods

routers = (periods.router, assess.router, council.router, internal.router)
