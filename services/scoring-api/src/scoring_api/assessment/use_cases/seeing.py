"""How far a caller sees into a unit's assessment: the one place where sheet, files and explanations ask."""

from datetime import datetime

from parindex.auth.principal import Principal
from scoring_api.assessment.domain.sight import EVERYTHING, Sight, unit_sight
from scoring_api.assessment.store.periods import Period


def sight_of(by: Principal, period: Period, unit: str, at: datetime) -> Sight:
    """A unit of the caller as the unit sees it, whatever else the caller may do; every other one whole."""
    return unit_sight(period.state, period.windows, unit, at) if unit in by.units else EVERYTHING
