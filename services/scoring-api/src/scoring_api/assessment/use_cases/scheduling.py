"""The timetable of a period under way: extensions for one unit or for all, phases added, with reasons."""

from datetime import datetime

from parindex.auth.principal import Principal
from parindex.db import Writing
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.period import (
    Window,
    addition_faults,
    extension_faults,
    require_state,
    states_taking,
)
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.periods import Period
from scoring_api.assessment.use_cases.drafting import announce_change
from scoring_api.schema import record


async def extend_window(connection: Writing, by: Principal, code: str, window: Window, at: datetime) -> None:
    """A longer window for one unit, or for everybody, with its reason («gia hạn»).

    Raises DomainError `period_state`, `unit_not_in_period`, `period_invalid`.
    """
    found = await store.open_for_transition(connection, code, *states_taking("complaint"))
    if window.unit:
        await store.read_unit(connection, found.id, window.unit)
    faults = extension_faults(found.windows, window, at)
    if faults:
        raise DomainError("period_invalid", {}, tuple(faults))
    require_state(found.state, *states_taking(window.phase))
    await _keep(connection, by, found, window)
    what = f"{code}/{window.unit}" if window.unit else code
    said = {"period": code, "unit": window.unit, "phase": window.phase}
    said["closes_at"] = instant_text(window.closes_at)
    await record(connection, by, "window.extended", what, reason=window.reason, phase=window.phase)
    await announce(connection, "window.extended", what, said)


async def add_phase(connection: Writing, by: Principal, code: str, window: Window, at: datetime) -> None:
    """A phase that the period did not have, with its reason («bổ sung giai đoạn»).

    Raises DomainError `period_state`, `period_invalid`.
    """
    found = await store.open_for_transition(connection, code, *states_taking("complaint"))
    faults = addition_faults(found.windows, window, at)
    if faults:
        raise DomainError("period_invalid", {}, tuple(faults))
    require_state(found.state, *states_taking(window.phase))
    await _keep(connection, by, found, window)
    await record(connection, by, "period.phase_added", code, reason=window.reason, phase=window.phase)
    await announce_change(connection, code, "phases")


async def _keep(connection: Writing, by: Principal, found: Period, window: Window) -> None:
    await store.insert_windows(connection, found.id, [window], by.subject)
    await store.update_period(connection, found.id)
