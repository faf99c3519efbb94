"""The doors to a unit's assessment for a write: its lock, its window, its step; no write stands here."""

from collections.abc import Sequence
from datetime import datetime

from parindex.db import Writing
from parindex.kernel.errors import DomainError
from scoring_api.assessment.domain.period import require_window
from scoring_api.assessment.domain.steps import appraisal_phase, open_steps, step_at
from scoring_api.assessment.domain.supplements import check_returned, returned_leaves
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.periods import Period, PeriodUnit
from scoring_api.assessment.store.supplements import read_supplements
from scoring_api.frameworks import store as frameworks
from scoring_api.frameworks.domain.framework import Framework

Opened = tuple[Period, PeriodUnit, Framework]


async def open_unit(
    connection: Writing, code: str, unit: str, phase: str, at: datetime, *steps: str
) -> Opened:
    """The unit's assessment, locked, inside its window. Raises DomainError `assessment_state` and others."""
    period, bound = await _locked(connection, code, unit)
    require_window(period.windows, phase, unit, at)
    return await _at_step(connection, period, bound, at, steps)


async def open_appraised(connection: Writing, code: str, unit: str, at: datetime) -> tuple[str, Opened]:
    """The phase an appraisal made now belongs to, and the assessment; as `open_unit` otherwise."""
    period, bound = await _locked(connection, code, unit)
    phase = appraisal_phase(bound.status, period.windows, unit, at)
    require_window(period.windows, phase, unit, at)
    return phase, await _at_step(connection, period, bound, at, open_steps(phase))


async def open_claims(
    connection: Writing, code: str, unit: str, leaves: Sequence[str], at: datetime
) -> Opened:
    """For the unit's claims of these leaves: while it fills in, or what was returned to it for supplement.

    Raises DomainError `leaf_not_returned`, `supplement_closed` and what `open_unit` raises.
    """
    period, bound = await _locked(connection, code, unit)
    if bound.status == "submitted":
        asked = await read_supplements(connection, period.id, unit)
        if any(found.state(at) in {"open", "late"} for found in asked):
            check_returned(asked, leaves, at)
            return await _at_step(connection, period, bound, at, ("submitted",))
    return await open_unit(connection, code, unit, "self_assessment", at, "draft")


async def open_submitted(connection: Writing, code: str, unit: str, at: datetime) -> Opened:
    """What lies with the secretariat, outside the windows: the answer to a return has its own."""
    period, bound = await _locked(connection, code, unit)
    return await _at_step(connection, period, bound, at, ("submitted",))


async def open_files(connection: Writing, code: str, unit: str, at: datetime) -> Opened:
    """For the unit's evidence: whenever it may claim, answer a return or explain."""
    period, bound = await _locked(connection, code, unit)
    if bound.status == "submitted" and returned_leaves(
        await read_supplements(connection, period.id, unit), at
    ):
        return await _at_step(connection, period, bound, at, ("submitted",))
    if bound.status == "appraised" and any(window.phase == "explanation" for window in period.windows):
        return await open_unit(connection, code, unit, "explanation", at, "appraised")
    return await open_unit(connection, code, unit, "self_assessment", at, "draft")


async def _locked(connection: Writing, code: str, unit: str) -> tuple[Period, PeriodUnit]:
    period = await store.open_for_write(connection, code, "open")
    return period, await store.read_unit(connection, period.id, unit, lock=True)


async def _at_step(
    connection: Writing, period: Period, bound: PeriodUnit, at: datetime, steps: Sequence[str]
) -> Opened:
    step = step_at(bound.status, period.windows, bound.unit, at)
    if step not in steps:
        raise DomainError("assessment_state", {"state": step, "allowed": ", ".join(steps)})
    version = (await frameworks.read_by_ids(connection, [bound.framework_id]))[0]
    return period, bound, version.parsed
