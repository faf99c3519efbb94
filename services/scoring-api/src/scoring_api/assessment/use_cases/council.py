"""Calling the council («chuyển Hội đồng»): appraisal closes, the tally is pinned; sessions stand apart."""

from collections.abc import Sequence

from parindex.auth.principal import Principal
from parindex.db import Reading, Writing
from parindex.kernel.errors import DomainError, Fault
from scoring_api.announcements.use_cases import announce
from scoring_api.assessment.domain.acts import self_scored
from scoring_api.assessment.domain.preconditions import Readiness, council_faults
from scoring_api.assessment.domain.steps import ready_for_council
from scoring_api.assessment.store import acts as act_store
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import snapshots
from scoring_api.assessment.store.periods import Period, PeriodUnit
from scoring_api.frameworks import store as frameworks
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.schema import record


async def call_council(connection: Writing, by: Principal, code: str) -> None:
    """Close appraisal and pin the newest tally of the period's campaign, once its ballots are handed over.

    From now on only the council writes.

    Raises DomainError `council_not_ready` with every unmet precondition, `period_state`.
    """
    period = await store.open_for_transition(connection, code, "open")
    faults = await unmet_for_council(connection, period)
    if faults:
        raise DomainError("council_not_ready", {"count": len(faults)}, tuple(faults))
    tally = await snapshots.latest_tally_digest(connection, code, period.campaign)
    await store.update_period(connection, period.id, state="council", pinned_tally=tally)
    await record(connection, by, "council.called", code, tally=tally)
    await announce(connection, "council.called", code, {"period": code, "tally": tally})


async def unmet_for_council(connection: Reading, period: Period) -> list[Fault]:
    """Everything the council still waits for."""
    bound = await store.read_units(connection, period.id)
    definitions = await frameworks_of(connection, bound)
    awaited = {
        unit.unit: [
            leaf.key
            for leaf in definitions[unit.unit].leaves
            if self_scored(leaf) and leaf.missing == "council"
        ]
        for unit in bound
    }
    leaves = {leaf for keys in awaited.values() for leaf in keys}
    counted = await act_store.read_counted(connection, period.id, leaves)
    tally = await snapshots.latest_tally_digest(connection, period.code, period.campaign)
    return council_faults(
        Readiness(
            unfinished=[unit.unit for unit in bound if not ready_for_council(unit.status, period.windows)],
            unappraised=[
                (unit, leaf) for unit, keys in awaited.items() for leaf in keys if (unit, leaf) not in counted
            ],
            surveyed=period.survey is not None,
            tallied=bool(tally),
            handed_over=await snapshots.has_handover(connection, period.code, period.campaign, tally),
        )
    )


async def frameworks_of(connection: Reading, bound: Sequence[PeriodUnit]) -> dict[str, Framework]:
    """The framework of each unit, by the unit's code."""
    unique = list(dict.fromkeys(unit.framework_id for unit in bound))
    found = {version.id: version.parsed for version in await frameworks.read_by_ids(connection, unique)}
    return {unit.unit: found[unit.framework_id] for unit in bound}
