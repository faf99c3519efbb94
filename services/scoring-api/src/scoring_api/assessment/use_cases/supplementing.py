"""Return for supplement («trả lại để bổ sung»): asked for by an appraiser, answered by the unit in time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_unit
from parindex.db import Reading, Writing
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError
from parindex.kernel.ids import uuid7
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.steps import area_of
from scoring_api.assessment.domain.supplements import (
    Supplement,
    SupplementEnd,
    check_return,
    require_open,
    returned_leaves,
)
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import supplements as supplement_store
from scoring_api.assessment.store.periods import Period
from scoring_api.assessment.use_cases.appraising import guard_of
from scoring_api.assessment.use_cases.opening import open_submitted, open_unit
from scoring_api.assessment.use_cases.submitting import hand_in
from scoring_api.schema import record


async def request_supplement(
    connection: Writing,
    by: Principal,
    code: str,
    unit: str,
    *,
    leaves: Sequence[str],
    reason: str,
    closes_at: datetime,
    at: datetime,
) -> Supplement:
    """Return leaves to the unit: until it answers, or the time is over, they are not appraised.

    Raises DomainError `supplement_invalid` with every fault, `assessment_state`, `window_closed`, and the
    refusals of who may not appraise these leaves.
    """
    authorize_unit(by, Action.ASSESSMENT_APPRAISE, unit)
    period, _, framework = await open_unit(connection, code, unit, "appraisal", at, "submitted")
    guard = await guard_of(connection, by, period.id)
    guard.require_unit(unit)
    earlier = await supplement_store.read_supplements(connection, period.id, unit)
    check_return(
        framework,
        leaves,
        closes_at,
        at,
        unit=unit,
        windows=period.windows,
        returned=returned_leaves(earlier, at),
    )
    for leaf in leaves:
        guard.require(unit, area_of(framework, leaf))
    made = Supplement(
        id=uuid7(),
        unit=unit,
        number=len(earlier) + 1,
        leaves=tuple(leaves),
        reason=reason,
        author=by.subject,
        opens_at=at,
        closes_at=closes_at,
    )
    await supplement_store.insert_supplement(connection, period.id, made)
    await store.update_unit(connection, period.id, unit)
    said = {"number": made.number, "leaves": len(leaves), "closes_at": instant_text(closes_at)}
    await record(connection, by, "supplement.requested", f"{code}/{unit}", reason=reason, **said)
    await announce(
        connection, "supplement.requested", f"{code}/{unit}", {"period": code, "unit": unit, **said}
    )
    return made


async def answer_supplement(
    connection: Writing, by: Principal, code: str, unit: str, number: int, *, narrative: str, at: datetime
) -> tuple[Supplement, dict[str, Any]]:
    """What was returned is claimed anew: it goes back to the secretariat, with a further receipt.

    Raises DomainError `supplement_unknown`, `supplement_closed`, `assessment_state`, `foreign_unit`.
    """
    authorize_unit(by, Action.ASSESSMENT_SUBMIT, unit)
    period, _, _ = await open_submitted(connection, code, unit, at)
    found = await _read(connection, period, unit, number)
    require_open(found, at)
    end = SupplementEnd(outcome="answered", narrative=narrative, author=by.subject, at=at)
    await supplement_store.end_supplement(connection, found.id, end)
    receipt = await hand_in(connection, by, period, unit, at)
    said = {"number": number, "leaves": len(found.leaves), "digest": receipt["digest"]}
    await record(connection, by, "supplement.answered", f"{code}/{unit}", **said)
    await announce(
        connection, "supplement.answered", f"{code}/{unit}", {"period": code, "unit": unit, **said}
    )
    return replace(found, end=end), receipt


async def cancel_supplement(
    connection: Writing, by: Principal, code: str, unit: str, number: int, *, reason: str, at: datetime
) -> Supplement:
    """Take a return back («thôi yêu cầu bổ sung»): the leaves are appraised as they stand.

    Raises DomainError `supplement_unknown`, `supplement_closed`, and what requesting one raises.
    """
    authorize_unit(by, Action.ASSESSMENT_APPRAISE, unit)
    period, _, framework = await open_unit(connection, code, unit, "appraisal", at, "submitted")
    guard = await guard_of(connection, by, period.id)
    found = await _read(connection, period, unit, number)
    for leaf in found.leaves:
        guard.require(unit, area_of(framework, leaf))
    require_open(found, at)
    end = SupplementEnd(outcome="cancelled", narrative=reason, author=by.subject, at=at)
    await supplement_store.end_supplement(connection, found.id, end)
    await store.update_unit(connection, period.id, unit)
    await record(connection, by, "supplement.cancelled", f"{code}/{unit}", number=number, reason=reason)
    return replace(found, end=end)


async def _read(connection: Reading, period: Period, unit: str, number: int) -> Supplement:
    """Raises DomainError `supplement_unknown`."""
    for found in await supplement_store.read_supplements(connection, period.id, unit):
        if found.number == number:
            return found
    raise DomainError("supplement_unknown", {"unit": unit, "number": number})
