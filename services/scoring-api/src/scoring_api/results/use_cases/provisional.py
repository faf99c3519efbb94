"""The provisional result («kết quả dự kiến»): released by the council, shown to a unit that may complain."""

import asyncio
from datetime import datetime
from typing import Any

from parindex.auth.policy import Action, Scope
from parindex.auth.principal import Principal, authorize
from parindex.db import Reading, Writing
from parindex.kernel.canonical import digest
from parindex.kernel.errors import DomainError
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.closing import check_provisional
from scoring_api.assessment.domain.sight import unit_sight
from scoring_api.assessment.store import periods
from scoring_api.assessment.store.standings import newest_edition
from scoring_api.results import store
from scoring_api.results.use_cases.computing import compute_period, read_inputs, summarize
from scoring_api.results.use_cases.outstanding import before_provisional
from scoring_api.schema import record


async def release_provisional(connection: Writing, by: Principal, code: str) -> list[dict[str, Any]]:
    """The council's result stands provisionally, computed anew from what the council decided.

    It pins the edition of last year it compares with. Raises DomainError `provisional_not_ready` with every
    unmet precondition, `period_state`.
    """
    period = await periods.open_for_transition(connection, code, "council")
    inputs = await read_inputs(connection, code)
    table = summarize(await asyncio.to_thread(compute_period, inputs))
    check_provisional(await before_provisional(connection, period, table))
    await store.insert_computation(
        connection, code, table, digest(table), tally=inputs.tally_digest, requested=inputs.tally_digest
    )
    compared = await newest_edition(connection, period.previous)
    await periods.update_period(connection, period.id, state="provisional", previous_edition=compared)
    await record(connection, by, "period.provisional", code, digest=digest(table))
    await announce(connection, "period.provisional", code, {"period": code, "digest": digest(table)})
    return table


async def read_provisional(connection: Reading, by: Principal, code: str, at: datetime) -> dict[str, Any]:
    """The provisional index table: all of it for those who judge, a unit's own row for its officer.

    A unit sees its row when a complaint may be made, or might have been, against it. Raises DomainError
    `provisional_not_open`, `period_unknown`.
    """
    period = await periods.read_period(connection, code)
    found = await store.latest_computation(connection, code)
    if period.state != "provisional" or found is None:
        raise DomainError("provisional_not_open", {"period": code})
    rows = found["units"]
    if authorize(by, Action.ASSESSMENT_READ) is Scope.OWN_UNIT:
        sighted = {unit for unit in by.units if unit_sight(period.state, period.windows, unit, at).result}
        rows = [row for row in rows if row["unit"] in sighted]
        if not rows:
            raise DomainError("provisional_not_open", {"period": code})
    return {"code": code, "state": period.state, "units": rows}
