"""The one door to a unit's assessment for a write: its lock, its window, its status; no write stands here."""

from datetime import datetime

from parindex.db import Writing
from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain.period import require_window
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.periods import Period, PeriodUnit
from scoring_api.frameworks import store as frameworks
from scoring_api.frameworks.domain.framework import Framework


async def open_unit(
    connection: Writing, code: str, unit: str, phase: str, at: datetime, *statuses: str
) -> tuple[Period, PeriodUnit, Framework]:
    """The unit's assessment, locked, inside its window. Raises DomainError `assessment_state` and others."""
    period = await store.open_for_write(connection, code, "open")
    require_window(period.windows, phase, unit, at)
    bound = await store.read_unit(connection, period.id, unit, lock=True)
    if bound.status not in statuses:
        raise DomainError("assessment_state", {"state": bound.status, "allowed": ", ".join(statuses)})
    version = (await frameworks.read_by_ids(connection, [bound.framework_id]))[0]
    return period, bound, version.parsed
