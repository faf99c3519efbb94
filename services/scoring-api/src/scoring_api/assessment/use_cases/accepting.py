"""Accepting many claims at once («chấp nhận hàng loạt»), once their number is confirmed: all or nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from parindex.auth.principal import Principal
from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError, Fault
from scoring_api.assessment.domain.acceptance import Filter, Meant, meant
from scoring_api.assessment.domain.acts import Act, Entry, act_of, self_scored
from scoring_api.assessment.domain.decisions import confirmed
from scoring_api.assessment.domain.desk import Desk
from scoring_api.assessment.domain.period import require_state
from scoring_api.assessment.domain.steps import areas_of
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store.periods import Period
from scoring_api.assessment.use_cases.appraising import guard_of
from scoring_api.assessment.use_cases.desks import read_desks
from scoring_api.schema import record


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a filter means: claims that are accepted, and claims that are left, each with its reason."""

    accepted: Sequence[Meant]
    left: Sequence[Meant]


async def preview_acceptance(
    connection: Reading, by: Principal, code: str, chosen: Filter, at: datetime
) -> Acceptance:
    """What accepting would do now; nothing is written.

    Raises DomainError `acceptance_invalid`, `period_unknown`, `period_state`.
    """
    period = await store.read_period(connection, code)
    require_state(period.state, "open")
    return await _found(connection, by, period, chosen, at)


async def accept_claims(
    connection: Writing, by: Principal, code: str, chosen: Filter, expected: int, at: datetime
) -> Acceptance:
    """Confirm every claim that the filter means and that the caller may touch, if they are as many as said.

    Raises DomainError `acceptance_count_differs` with the count there is, `acceptance_invalid`,
    `period_state`.
    """
    period = await store.open_for_write(connection, code, "open")
    for unit in await store.read_units(connection, period.id):  # in one order, so that nobody waits in a ring
        if not chosen.units or unit.unit in chosen.units:
            await store.read_unit(connection, period.id, unit.unit, lock=True)
    found = await _found(connection, by, period, chosen, at)
    if len(found.accepted) != expected:
        said = {"expected": expected, "count": len(found.accepted)}
        raise DomainError("acceptance_count_differs", said)
    acts = [_act(row, by, at) for row in found.accepted]
    await act_store.insert_acts(connection, period.id, acts)
    units = list(dict.fromkeys(act.unit for act in acts))
    for accepted in units:
        await store.update_unit(connection, period.id, accepted)
    if acts:
        await record(connection, by, "claims.accepted", code, units=units, leaves=len(acts))
    return found


def _act(row: Meant, by: Principal, at: datetime) -> Act:
    return act_of(
        row.unit, confirmed(Entry(pointer="", leaf=row.leaf), row.claim), "appraisal", by.subject, at
    )


async def _found(
    connection: Reading, by: Principal, period: Period, chosen: Filter, at: datetime
) -> Acceptance:
    desks = await read_desks(connection, by, period, at)
    _check_filter(chosen, desks)
    guard = await guard_of(connection, by, period.id)
    rows = await asyncio.to_thread(lambda: [row for desk in desks for row in meant(desk, chosen, guard)])
    return Acceptance([row for row in rows if not row.left], [row for row in rows if row.left])


def _check_filter(chosen: Filter, desks: Sequence[Desk]) -> None:
    units = {desk.unit for desk in desks}
    frameworks = [desk.framework for desk in desks]
    known = {
        "units": units,
        "frameworks": {framework.code for framework in frameworks},
        "areas": {area for framework in frameworks for area in areas_of(framework)},
        "leaves": {leaf.key for framework in frameworks for leaf in framework.leaves if self_scored(leaf)},
    }
    faults = tuple(
        Fault(f"/filter/{name}", f"{name}_unknown", f"kỳ đánh giá không có {value}")
        for name, values in known.items()
        for value in sorted(getattr(chosen, name) - values)
    )
    if faults:
        raise DomainError("acceptance_invalid", {"count": len(faults)}, faults)
