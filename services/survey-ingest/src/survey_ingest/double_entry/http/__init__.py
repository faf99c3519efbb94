"""Routes of double entry: for the clerks who key, and for the supervisor who settles and looks on."""

from survey_ingest.double_entry.http import claims, entries, figures, reviews

routers = (claims.router, entries.router, reviews.router, figures.router)
