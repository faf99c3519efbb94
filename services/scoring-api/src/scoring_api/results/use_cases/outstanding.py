"""What a period still lacks before each of its next steps; the steps themselves refuse by the same answer."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from parindex.db import Reading
from parindex.kernel.errors import Fault
from scoring_api.assessment.domain.closing import Outstanding, finalize_faults, provisional_faults
from scoring_api.assessment.domain.preconditions import NEXT_STEPS, STEPS
from scoring_api.assessment.store.acts import read_session_number
from scoring_api.assessment.store.complaints import read_complaints
from scoring_api.assessment.store.periods import Period
from scoring_api.assessment.use_cases.council import unmet_for_council
from scoring_api.assessment.use_cases.periods import unmet_for_opening
from scoring_api.plans import store as plans
from scoring_api.results.use_cases.choosing import waiting_tally
from scoring_api.results.use_cases.computing import compute_period, read_inputs, summarize


async def before_provisional(
    connection: Reading, period: Period, table: Iterable[Mapping[str, Any]]
) -> Outstanding:
    """What a provisional result waits for; `table` is the result as computed now."""
    plan = await plans.find_plan(connection, period.plan) if period.plan else None
    return Outstanding(
        held=bool(await read_session_number(connection, period.id)),
        undecided=[(row["unit"], leaf) for row in table for leaf in row["undecided"]],
        plan=period.plan if plan is None else "",
        waiting_tally=await waiting_tally(connection, period),
    )


async def before_finalize(connection: Reading, period: Period) -> Outstanding:
    complaints = await read_complaints(connection, period.id)
    return Outstanding(
        unanswered=[filed for filed in complaints.values() if filed.answer is None],
        windows=period.windows,
        waiting_tally=await waiting_tally(connection, period),
    )


async def read_unmet(
    connection: Reading, period: Period, at: datetime, steps: Sequence[str] = ()
) -> dict[str, list[Fault]]:
    """By step, everything that is not met yet: of the steps named, else of all that still come.

    Leaves that the council has to decide are known once it was called: until then they are appraised.
    """
    following = STEPS[STEPS.index(NEXT_STEPS[period.state]) :] if period.state in NEXT_STEPS else ()
    found: dict[str, list[Fault]] = {}
    for step in following:
        if steps and step not in steps:
            continue
        if step == "open":
            found[step] = await unmet_for_opening(connection, period)
        elif step == "council":
            found[step] = await unmet_for_council(connection, period)
        elif step == "provisional":
            table = await _computed(connection, period) if period.state == "council" else []
            found[step] = provisional_faults(await before_provisional(connection, period, table))
        else:
            found[step] = finalize_faults(await before_finalize(connection, period), at)
    return found


async def _computed(connection: Reading, period: Period) -> list[dict[str, Any]]:
    inputs = await read_inputs(connection, period.code)
    return summarize(await asyncio.to_thread(compute_period, inputs))
