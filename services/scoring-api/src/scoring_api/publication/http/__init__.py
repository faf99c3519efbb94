"""Routes of editions."""

from scoring_api.publication.http.editions import router
from scoring_api.publication.http.internal import router as internal_router
from scoring_api.publication.http.periods import router as finalize_router

__all__ = ["finalize_router", "internal_router", "router"]
