"""Who appraises what: the administrator assigns areas of units, appraisers declare conflicts of interest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from parindex.auth.policy import Action, Role
from parindex.auth.principal import Principal
from parindex.db import Reading, Writing
from parindex.kernel.clocks import system_time
from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.ids import uuid7
from scoring_api.access.store import list_tokens
from scoring_api.assessment.domain.guard import Assignment, Conflict, Ending
from scoring_api.assessment.domain.steps import areas_of
from scoring_api.assessment.store import assignments as assignment_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.use_cases.council import frameworks_of
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.schema import record

ASSIGNABLE = ("draft", "open")
"""The states of a period in which the work is given out."""
_LAST = UUID(int=2**128 - 1)
_MOST_TOKENS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Areas of units for one appraiser; without units every unit, without areas every area."""

    pointer: str
    appraiser: str
    units: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


async def assign(
    connection: Writing, by: Principal, code: str, wanted: Sequence[Wanted], at: datetime
) -> list[Assignment]:
    """Give areas of units to appraisers; what somebody has already is not given again.

    From the first assignment on nobody else appraises in this period. Raises DomainError
    `assignment_invalid` with every fault, `period_state`.
    """
    period = await store.open_for_transition(connection, code, *ASSIGNABLE)
    members = await frameworks_of(connection, await store.read_units(connection, period.id))
    faults = [fault for row in wanted for fault in _faults(row, members)]
    faults += [fault for row in wanted for fault in await _token_faults(connection, row)]
    if faults:
        raise DomainError("assignment_invalid", {"count": len(faults)}, tuple(faults))
    present = {
        (row.appraiser, row.unit, row.area)
        for row in await assignment_store.read_assignments(connection, period.id)
        if row.ending is None
    }
    places = dict.fromkeys(
        (row.appraiser, unit, area)
        for row in wanted
        for unit in row.units or ("",)
        for area in row.areas or ("",)
    )
    made = [
        Assignment(id=uuid7(), appraiser=appraiser, unit=unit, area=area, author=by.subject, at=at)
        for appraiser, unit, area in places
        if (appraiser, unit, area) not in present
    ]
    if made:
        await assignment_store.insert_assignments(connection, period.id, made)
        await record(
            connection,
            by,
            "appraisal.assigned",
            code,
            rows=[[r.appraiser, r.unit, r.area] for r in made[:200]],
        )
    return made


async def end_assignment(
    connection: Writing, by: Principal, code: str, found: UUID, reason: str, at: datetime
) -> Assignment:
    """Take an assignment back, with the reason; what was appraised under it stays.

    Raises DomainError `assignment_unknown`, `assignment_ended`, `period_state`.
    """
    period = await store.open_for_transition(connection, code, *ASSIGNABLE)
    rows = await assignment_store.read_assignments(connection, period.id)
    row = next((row for row in rows if row.id == found), None)
    if row is None:
        raise DomainError("assignment_unknown", {"assignment": found})
    if row.ending is not None:
        raise DomainError("assignment_ended", {"assignment": found})
    await assignment_store.end_assignment(connection, found, Ending(reason=reason, author=by.subject, at=at))
    said = {"appraiser": row.appraiser, "unit": row.unit, "area": row.area, "reason": reason}
    await record(connection, by, "appraisal.unassigned", code, **said)
    return row


async def declare_conflict(
    connection: Writing, by: Principal, code: str, unit: str, *, appraiser: str, reason: str, at: datetime
) -> Conflict:
    """An appraiser shall not judge a unit: said by the appraiser, or by the administrator of anybody.

    Raises DomainError `unit_not_in_period`, `conflict_exists`, `forbidden`, `period_state`.
    """
    if by.role is Role.APPRAISER and appraiser not in {"", by.subject}:
        raise DomainError("forbidden", {"role": by.role.value, "action": Action.CONFLICT_DECLARE.value})
    person = appraiser or by.subject
    period = await store.open_for_transition(connection, code, *ASSIGNABLE)
    await store.read_unit(connection, period.id, unit)
    if any(
        row.appraiser == person and row.unit == unit and row.ending is None
        for row in await assignment_store.read_conflicts(connection, period.id)
    ):
        raise DomainError("conflict_exists", {"appraiser": person, "unit": unit})
    made = Conflict(id=uuid7(), appraiser=person, unit=unit, reason=reason, author=by.subject, at=at)
    await assignment_store.insert_conflict(connection, period.id, made)
    await record(connection, by, "conflict.declared", f"{code}/{unit}", appraiser=person, reason=reason)
    return made


async def end_conflict(
    connection: Writing, by: Principal, code: str, found: UUID, reason: str, at: datetime
) -> Conflict:
    """The conflict exists no longer, says the administrator.

    Raises DomainError `conflict_unknown`, `conflict_ended`, `period_state`.
    """
    period = await store.open_for_transition(connection, code, *ASSIGNABLE)
    rows = await assignment_store.read_conflicts(connection, period.id)
    row = next((row for row in rows if row.id == found), None)
    if row is None:
        raise DomainError("conflict_unknown", {"conflict": found})
    if row.ending is not None:
        raise DomainError("conflict_ended", {"conflict": found})
    await assignment_store.end_conflict(connection, found, Ending(reason=reason, author=by.subject, at=at))
    said = {"appraiser": row.appraiser, "reason": reason}
    await record(connection, by, "conflict.ended", f"{code}/{row.unit}", **said)
    return row


def _faults(row: Wanted, members: dict[str, Framework]) -> list[Fault]:
    faults = [
        Fault(
            f"{row.pointer}/units/{index}",
            "unit_not_in_period",
            f"đơn vị {unit} không thuộc kỳ đánh giá này",
        )
        for index, unit in enumerate(row.units)
        if unit not in members
    ]
    known = {area for unit in row.units or members if unit in members for area in areas_of(members[unit])}
    faults += [
        Fault(f"{row.pointer}/areas/{index}", "area_unknown", f"không có lĩnh vực {area} trong bộ tiêu chí")
        for index, area in enumerate(row.areas)
        if area not in known
    ]
    return faults


async def _token_faults(connection: Reading, row: Wanted) -> list[Fault]:
    """An account whose tokens are known gets nothing that none of them opens: it could not do the work."""
    tokens = await list_tokens(connection, row.appraiser, _LAST, _MOST_TOKENS, valid_at=system_time())
    scopes = [token.scope for token in tokens if token.role == Role.APPRAISER.value]
    if not scopes:
        return []
    faults = [
        Fault(f"{row.pointer}/areas/{index}", "area_outside_token", f"mã truy cập không có lĩnh vực {area}")
        for index, area in enumerate(row.areas)
        if all(scope["areas"] and area not in scope["areas"] for scope in scopes)
    ]
    faults += [
        Fault(f"{row.pointer}/units/{index}", "own_unit", f"{unit} là đơn vị của chính tài khoản này")
        for index, unit in enumerate(row.units)
        if all(unit in scope["units"] for scope in scopes)
    ]
    return faults
