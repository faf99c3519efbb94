"""How periods are shown: the facts as stored, and the time that is left, computed on reading."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from parindex.db import Reading
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.domain.deadlines import countdown, deadline_text, window_of
from scoring_api.assessment.domain.period import PHASE_NAMES, Window
from scoring_api.assessment.domain.preconditions import NEXT_STEPS
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import snapshots
from scoring_api.assessment.store.acts import read_session_number
from scoring_api.assessment.store.periods import Period, PeriodUnit
from scoring_api.frameworks import store as frameworks
from scoring_api.frameworks.store import FrameworkVersion


def shown_listed(period: Period, units: int, at: datetime) -> dict[str, Any]:
    """A period among others: where it stands, and which phase is running or comes next for everybody."""
    everybodys = [window for window in period.windows if not window.unit]
    return {
        "code": period.code,
        "year": period.year,
        "title": period.facts["title"],
        "state": period.state,
        "owner_unit": period.owner_unit,
        "owner_name": period.facts["owner_name"],
        "units": units,
        "next": NEXT_STEPS.get(period.state, ""),
        "countdown": shown_countdown(window_of(everybodys, "", at), at),
    }


async def shown_period(connection: Reading, period: Period, at: datetime) -> dict[str, Any]:
    units = await store.read_units(connection, period.id)
    versions = await frameworks.read_by_ids(connection, list(dict.fromkeys(u.framework_id for u in units)))
    by_id = {version.id: version for version in versions}
    tally = await snapshots.latest_tally_digest(connection, period.code, period.campaign)
    return {
        "code": period.code,
        "year": period.year,
        "state": period.state,
        "version": period.version,
        "server_time": instant_text(at),
        **period.facts,
        "owner_unit": period.owner_unit,
        "previous": period.previous,
        "plan": period.plan,
        "survey": period.survey,
        "phases": [_shown_window(window, at) for window in period.windows],
        "progress": _by_status(units),
        "units": [_shown_unit(unit, by_id[unit.framework_id], period.windows, at) for unit in units],
        "tally": tally,
        "handed_over": await snapshots.has_handover(connection, period.code, period.campaign, tally),
        "pinned_tally": period.pinned_tally,
        "council_session": await read_session_number(connection, period.id),
    }


def _by_status(units: Sequence[PeriodUnit]) -> dict[str, int]:
    found: dict[str, int] = {}
    for unit in units:
        found[unit.status] = found.get(unit.status, 0) + 1
    return found


def _shown_window(window: Window, at: datetime) -> dict[str, Any]:
    """The window, its closing also in the words of a plan («24 giờ ngày 10/01/2023»)."""
    left = countdown(window, at)
    return {
        "phase": window.phase,
        "name": PHASE_NAMES[window.phase],
        "unit": window.unit,
        "opens_at": instant_text(window.opens_at),
        "closes_at": instant_text(window.closes_at),
        "closes_text": deadline_text(window.closes_at),
        "reason": window.reason,
        "state": left.state,
        "seconds_to_open": left.to_open,
        "seconds_left": left.left,
    }


def shown_countdown(window: Window | None, at: datetime) -> dict[str, Any] | None:
    """The phase that runs or comes next, with what is left of it; None once all are over."""
    if window is None:
        return None
    left = countdown(window, at)
    return {
        "phase": window.phase,
        "name": PHASE_NAMES[window.phase],
        "state": left.state,
        "closes_at": instant_text(window.closes_at),
        "seconds_to_open": left.to_open,
        "seconds_left": left.left,
    }


def _shown_unit(
    unit: PeriodUnit, version: FrameworkVersion, windows: Sequence[Window], at: datetime
) -> dict[str, Any]:
    return {
        "unit": unit.unit,
        "name": unit.facts["name"],
        "form": unit.form,
        "framework": version.code,
        "version": version.version,
        "rank_group": unit.rank_group,
        "status": unit.status,
        "countdown": shown_countdown(window_of(windows, unit.unit, at), at),
    }
